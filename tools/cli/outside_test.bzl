"""Shell tests of alloclab from outside."""

load("//tools/bazel:not_sanitized.bzl", "NOT_SANITIZED")

def outside_test(name, args = [], data = [], **kwargs):
    """NAME.sh, a test that sources from_outside.sh; its first argument is alloclab, `args` follow."""
    native.sh_test(
        name = name,
        srcs = [name + ".sh"],
        args = ["$(rootpath :alloclab)"] + args,
        data = [
            ":alloclab",
            ":from_outside.sh",
        ] + data,
        target_compatible_with = NOT_SANITIZED,
        **kwargs
    )
