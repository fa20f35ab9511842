#!/usr/bin/env python3
"""Holds records against a schema of this folder.

    validate.py KIND RECORD.json...      KIND: traces, workloads or programs

Prints a line for each record, in their order: "RECORD: ok", or the place in it where it breaks the
schema and how, by one example. A schema that is none itself is an error of its own. Exit status 0
when all are right, 1 when one is not, 2 when that could not be found out: a file cannot be read, a
schema is none, Python lacks jsonschema.
"""

import json
import pathlib
import sys

SUFFIX = ".schema.json"

# Errors that are often nothing but the consequence of another: None is a schema "false".
CONSEQUENCES = {"unevaluatedProperties", None}


def read(path):
    # NaN and Infinity are no JSON, whatever Python thinks.
    def refuse(word):
        raise ValueError(f"{word} is no JSON")

    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file, parse_constant=refuse)
    except (OSError, ValueError) as error:
        print(f"{path}: cannot be read: {error}", file=sys.stderr)
        raise SystemExit(2) from None


def held_against(schema, schemas):
    """A validator for `schema`, in which the others are found by their names."""
    import jsonschema

    try:
        # Since 4.18 jsonschema finds a schema through this, and not through a RefResolver.
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012
    except ImportError:
        resolver = jsonschema.RefResolver("", schema, store=schemas)
        return jsonschema.Draft202012Validator(schema, resolver=resolver)
    resources = [(name, DRAFT202012.create_resource(other)) for name, other in schemas.items()]
    registry = Registry().with_resources(resources)
    return jsonschema.Draft202012Validator(schema, registry=registry)


def validator(kind):
    import jsonschema

    folder = pathlib.Path(__file__).parent
    schemas = {path.name: read(path) for path in sorted(folder.glob("*" + SUFFIX))}
    if kind + SUFFIX not in schemas:
        kinds = ", ".join(name[: -len(SUFFIX)] for name in schemas)
        print(f"there is no schema of {kind}; there are: {kinds}", file=sys.stderr)
        raise SystemExit(2)
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    return held_against(schemas[kind + SUFFIX], schemas)


def innermost(errors):
    """The one that says most, or None: where an entry is wrong, all around it is, too."""
    found = []
    for error in errors:
        found.append(innermost(error.context) if error.context else error)
    return max(
        found,
        key=lambda error: (error.validator not in CONSEQUENCES, len(error.absolute_path)),
        default=None,
    )


def main(arguments):
    if len(arguments) < 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    schema = validator(arguments[0])
    status = 0
    for path in arguments[1:]:
        error = innermost(schema.iter_errors(read(path)))
        if error is None:
            print(f"{path}: ok")
            continue
        status = 1
        place = "/".join([""] + [str(step) for step in error.absolute_path])
        print(f"{path}: {place or '/'}: {' '.join(error.message.split())[:300]}")
    return status


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Exception as failure:  # no verdict, whatever it is, and never taken for one
        print(f"validate.py: {type(failure).__name__}: {failure}", file=sys.stderr)
        sys.exit(2)
