"""The registry: one line per variant. Everything made once for each of them starts here.

A variant `name` is the class template `Name<Pages>` in `variants/name.h`. To add one, write that
header and add its line.
"""

VARIANTS = [
    "bump",
    "memalloc_list",
    "first_fit_list",
    "next_fit",
    "best_fit",
    "boundary_tags",
    "segregated_bins",
    "tlsf",
    "buddy",
    "slab",
    "system",
]

def class_name(variant):
    """first_fit_list -> FirstFitList."""
    return "".join([word.capitalize() for word in variant.split("_")])

def check_headers(headers):
    """Fails the build, with a sentence, when variants/ and VARIANTS disagree."""
    found = [header.split("/")[-1][:-len(".h")] for header in headers]
    for name in found:
        if name not in VARIANTS:
            fail(("allocator/variants/%s.h is not in the list of variants: add the line \"%s\" to " +
                  "VARIANTS in allocator/variants.bzl") % (name, name))
    for name in VARIANTS:
        if name not in found:
            fail(("the variant \"%s\" is in VARIANTS (allocator/variants.bzl) but " +
                  "allocator/variants/%s.h is missing: write it, or take the line out") % (name, name))

def _variants_header_impl(ctx):
    lines = [
        "// Written by allocator/variants.bzl from the list VARIANTS.",
        "",
        "#ifndef ALLOCLAB_ALLOCATOR_VARIANTS_H_",
        "#define ALLOCLAB_ALLOCATOR_VARIANTS_H_",
        "",
        "#include <array>",
        "#include <string_view>",
        "",
    ]
    lines += ["#include \"allocator/variants/%s.h\"" % name for name in VARIANTS]
    lines += [
        "",
        "namespace alloclab {",
        "",
        "struct Variants {",
        "  static constexpr std::array<std::string_view, %d> kNames = {" % len(VARIANTS),
    ]
    lines += ["      \"%s\"," % name for name in VARIANTS]
    lines += [
        "  };",
        "",
        "  // All variants over `Pages`, as the arguments of a list of types.",
        "  template <class Pages, template <class...> class List>",
        "  using All = List<%s>;" % ", ".join(["%s<Pages>" % class_name(name) for name in VARIANTS]),
        "",
        "  // Calls visit.template operator()<A>() for the variant called `name` over `Pages`, and returns",
        "  // true; false when there is none. Names are compared here, once, and never again.",
        "  template <class Pages, class Visitor>",
        "  static bool Visit(std::string_view name, Visitor&& visit) {",
    ]
    for name in VARIANTS:
        lines += [
            "    if (name == \"%s\") {" % name,
            "      visit.template operator()<%s<Pages>>();" % class_name(name),
            "      return true;",
            "    }",
        ]
    lines += [
        "    return false;",
        "  }",
        "};",
        "",
        "}  // namespace alloclab",
        "",
        "#endif  // ALLOCLAB_ALLOCATOR_VARIANTS_H_",
        "",
    ]
    ctx.actions.write(ctx.outputs.out, "\n".join(lines))

variants_header = rule(
    implementation = _variants_header_impl,
    attrs = {"out": attr.output(mandatory = True)},
    doc = "Writes variants.h: the names, and Variants::Visit.",
)
