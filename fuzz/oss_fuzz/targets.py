#!/usr/bin/env python3
"""Says what the fuzz targets are made of, and writes a makefile that builds them without Bazel.

    targets.py --list                 their names
    targets.py --list-all             and of those that are nothing without what Bazel builds beside (tag not_alone)
    targets.py --makefile WORK OUT    WORK/Makefile, which puts them, their seeds and options into OUT

The one description of the targets is in the BUILD files. Those are Python but for the functions that
Bazel gives them, so they are run here with functions that write down what was asked for: a new
variant, importer or target needs nothing. What a target needs and this cannot make ends it with a
sentence. A fuzz target is a test below fuzz/ that links //fuzz:engine, itself or through what it
links; the engine is left to the environment here.
"""

import argparse
import glob
import hashlib
import os
import pathlib
import shlex
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENGINE = "fuzz", "engine"

# libfmt is C++ and might be compiled with another C++ library than the targets are.
HEADER_ONLY = {"-lfmt": "-DFMT_HEADER_ONLY"}

# The targets run on machines that have none of the libraries.
def static(option):
    return f"-l:lib{option[2:]}.a" if option.startswith("-l") else option


class Missing(Exception):
    pass


def parse(label, package):
    """'//a/b:c', '//a/b', ':c' or 'c' -> ('a/b', 'c'); the package of an external one is '@name'."""
    if label.startswith("@"):
        repository, name = label.split("//:")
        return repository, name
    if not label.startswith("//"):
        return package, label.removeprefix(":")
    path, _, name = label[2:].partition(":")
    return path, name or path.rsplit("/", 1)[-1]


class Build:
    """All BUILD files read so far, and the rules in them."""

    def __init__(self):
        self.packages = {}
        self.modules = {}
        self.package = None  # the one that is being read

    def file_of(self, package):
        if package.startswith("@"):
            return ROOT / "tools/bazel" / (package[1:] + ".BUILD")
        return ROOT / package / "BUILD"

    def read(self, package):
        if package not in self.packages:
            path = self.file_of(package)
            if not path.exists():
                raise Missing(f"{path.relative_to(ROOT)} does not exist")
            before, self.package = self.package, package
            self.packages[package] = {}
            self.run(path, package)
            self.package = before
        return self.packages[package]

    def rule(self, label, package):
        path, name = parse(label, package)
        rules = self.read(path)
        if name not in rules:
            raise Missing(f"{path}/BUILD has no rule \"{name}\"")
        return path, rules[name]

    def run(self, path, package):
        """Runs a BUILD or .bzl file of a package; the names that it defines."""
        names = self.functions()
        names["load"] = lambda label, *wanted, **renamed: self.load(
            names, package, label, {**{name: name for name in wanted}, **renamed})
        exec(compile(path.read_text(), str(path), "exec"), names)
        return names

    def load(self, into, package, label, wanted):
        if label.startswith("@"):
            functions = self.functions()
            for name, there in wanted.items():
                into[name] = functions.get(there, lambda *args, **attributes: None)
            return
        package, name = parse(label, package)
        path = ROOT / package / name
        if path not in self.modules:
            self.modules[path] = self.run(path, package)
        for name, there in wanted.items():
            into[name] = self.modules[path][there]

    def add(self, kind, implementation=None):
        def make(name=None, **attributes):
            self.packages[self.package][name] = {
                "kind": kind, "name": name, "implementation": implementation, **attributes}
        return make

    def glob(self, include, exclude=()):
        folder = ROOT / self.package
        def found(patterns):
            return {os.path.relpath(path, folder) for pattern in patterns
                    for path in glob.glob(str(folder / pattern), recursive=True)}
        return sorted(found(include) - found(exclude))

    @staticmethod
    def select(branches):
        for key in ("//tools/bazel/fuzzing:libfuzzer", "//conditions:default"):
            if key in branches:
                return branches[key]
        return []

    @staticmethod
    def fail(sentence):
        raise Missing(sentence)

    def functions(self):
        class Anything:
            def __getattr__(self, name):
                return lambda *args, **attributes: None

        kinds = ("cc_library", "cc_binary", "cc_test", "sh_test", "sh_binary", "py_test", "py_binary",
                 "filegroup", "genrule", "alias", "test_suite", "config_setting",
                 "constraint_setting", "constraint_value")
        functions = {kind: self.add(kind) for kind in kinds}
        native = Anything()
        for kind in kinds:
            setattr(native, kind, functions[kind])
        native.glob = self.glob
        return {
            **functions, "native": native, "glob": self.glob, "select": self.select,
            "fail": self.fail,
            **{name: Anything() for name in ("attr", "cc_common", "CcInfo", "DefaultInfo")},
            "rule": lambda implementation, **attributes: self.add("rule", implementation),
            "package": lambda **attributes: None, "exports_files": lambda *args, **kwargs: None,
        }


class Closure:
    """What the rules behind a target ask for: sources with their flags, and what is linked."""

    def __init__(self, build, made):
        self.build = build
        self.made = made  # folder of files that rules make
        self.compiled = {}  # (source, flags), in the order they were met
        self.link = {}
        self.seen = {}  # rule -> flags that it asks of its dependents

    def add(self, label, package):
        path, rule = self.build.rule(label, package)
        key = path, rule["name"]
        if key in self.seen:
            return self.seen[key]
        self.seen[key] = ()
        if rule["kind"] == "alias":
            self.seen[key] = self.add(rule["actual"], path)
            return self.seen[key]
        if not rule["kind"].startswith("cc_"):
            raise Missing(f"//{path}:{rule['name']} is a {rule['kind']}, and only C++ is built here")
        flags = [f"-D{define}" for define in rule.get("defines", [])]
        for option in rule.get("linkopts", []):
            if option in HEADER_ONLY:
                flags.append(HEADER_ONLY[option])
            else:
                self.link[static(option)] = None
        for dependency in rule.get("deps", []):
            if parse(dependency, path) != ENGINE:
                flags += [flag for flag in self.add(dependency, path) if flag not in flags]
        self.seen[key] = tuple(flags)
        local = [f"-D{word}" for define in rule.get("local_defines", [])
                 for word in shlex.split(define)]
        for source in rule.get("srcs", []) + rule.get("hdrs", []):
            self.add_file(path, source, tuple(flags + local))
        return self.seen[key]

    def add_file(self, package, name, flags):
        folder, name = parse(name, package)
        path = ROOT / folder / name
        if not path.exists():
            self.make(folder, name)
        elif path.suffix in (".cc", ".cpp", ".c"):
            self.compiled[str(path.relative_to(ROOT)), flags] = None

    def make(self, package, name):
        """Makes a file that a rule of the package writes."""
        for rule in self.build.read(package).values():
            if rule.get("out") == name and rule["implementation"]:
                break
        else:
            raise Missing(f"//{package}:{name} is no file, and no rule is known here that writes it")
        path = self.made / package / name

        class Context:
            class outputs:
                out = path
            class actions:
                @staticmethod
                def write(file, text):
                    if not file.exists() or file.read_text() != text:
                        file.parent.mkdir(parents=True, exist_ok=True)
                        file.write_text(text)
        rule["implementation"](Context)


def reaches_engine(build, label, package, known):
    """Whether a rule is the engine or links it; `known` are answers so far."""
    key = parse(label, package)
    if key not in known:
        known[key] = key == ENGINE
        # Nothing outside of fuzz/ knows of it.
        if not known[key] and key[0].split("/")[0] == "fuzz":
            path, rule = build.rule(label, package)
            known[key] = any(reaches_engine(build, dependency, path, known)
                             for dependency in rule.get("deps", []))
    return known[key]


def fuzz_targets(build, alone=True):
    """(package, rule) of every target, by name; `alone`: of those that run without what Bazel builds beside."""
    targets = {}
    known = {}
    for path in sorted((ROOT / "fuzz").glob("**/BUILD")):
        package = str(path.parent.relative_to(ROOT))
        for rule in build.read(package).values():
            if alone and "not_alone" in (rule.get("tags") or []):
                continue
            if rule["kind"] == "cc_test" and reaches_engine(build, rule["name"], package, known):
                if rule["name"] in targets:
                    raise Missing(f"two fuzz targets are called {rule['name']}")
                targets[rule["name"]] = package, rule
    return dict(sorted(targets.items()))


def write_if_new(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def makefile(build, work, out):
    objects = {}  # (source, flags) -> object
    lines = []
    for target, (package, _) in fuzz_targets(build).items():
        closure = Closure(build, work / "made")
        closure.add(f":{target}", package)
        mine = []
        for source, flags in closure.compiled:
            if (source, flags) not in objects:
                flavour = hashlib.sha256(" ".join(flags).encode()).hexdigest()[:8]
                name = f"{source.replace('/', '_')}.{flavour}.o"
                objects[source, flags] = work / "objects" / name
            mine.append(str(objects[source, flags]))
        lines.append(f"{out / target}: {' '.join(mine)} {work / 'engine'}\n"
                     f"\t@echo {target}\n"
                     "\t@$(CXX) $(CXXFLAGS) $(filter %.o,$^) $(LIB_FUZZING_ENGINE) "
                     f"{' '.join(closure.link)} -o $@\n")
    for (source, flags), file in objects.items():
        words = " ".join(shlex.quote(flag) for flag in flags).replace("$", "$$")
        lines.append(f"{file}: {ROOT / source} {work / 'flags'}\n"
                     f"\t@echo {source}\n"
                     f"\t@$(CXX) $(CXXFLAGS) -std=c++20 -iquote {ROOT} -iquote {work / 'made'} {words} -MMD -c $< -o $@\n")
    (work / "objects").mkdir(parents=True, exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    # What was compiled with other flags is compiled again, and linked again with another engine.
    write_if_new(work / "flags", f"{os.environ.get('CXX')}\n{os.environ.get('CXXFLAGS')}\n")
    write_if_new(work / "engine", f"{os.environ.get('LIB_FUZZING_ENGINE')}\n")
    (work / "Makefile").write_text(
        "\n".join(lines) + f"\n-include {work}/objects/*.d\n")


def seeds_and_options(build, out):
    for name, (_, rule) in fuzz_targets(build).items():
        # As a plain test the target is given its seeds: files and folders, named from the root.
        files = []
        for argument in rule.get("args", []):
            if not argument.startswith("-"):
                path = ROOT / argument
                files += sorted(p for p in ([path] if path.is_file() else path.glob("*")) if p.is_file())
        if not files:
            raise Missing(f"{name} has no seeds: its args name no files below the root")
        with zipfile.ZipFile(out / f"{name}_seed_corpus.zip", "w", zipfile.ZIP_DEFLATED) as seeds:
            for file in files:
                seeds.write(file, "_".join(file.relative_to(ROOT / "fuzz").parts))
        # Absurd requests are part of the inputs; null is the answer that is looked at.
        (out / f"{name}.options").write_text(
            "[asan]\nallocator_may_return_null=1\n\n[ubsan]\nprint_stacktrace=1\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--list", action="store_true")
    what.add_argument("--list-all", action="store_true")
    what.add_argument("--makefile", nargs=2, metavar=("WORK", "OUT"), type=pathlib.Path)
    arguments = parser.parse_args()
    build = Build()
    try:
        if arguments.list or arguments.list_all:
            print("\n".join(fuzz_targets(build, alone=arguments.list)))
        else:
            work, out = (path.resolve() for path in arguments.makefile)
            makefile(build, work, out)
            seeds_and_options(build, out)
    except Missing as missing:
        sys.exit(f"targets.py: {missing}")


if __name__ == "__main__":
    main()
