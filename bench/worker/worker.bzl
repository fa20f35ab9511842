"""The worker, compiled the same way whatever the build around it.

Numbers from a debug build or a sanitizer mean nothing, and a sanitizer's runtime replaces malloc,
which is what the worker measures. So `worker_binary` forwards a cc_binary through a transition
that sets the optimized flags and drops the sanitizers. The compiler stays the one of the build.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary")

# What every published number is compiled with; recorded as "flags".
WORKER_COPTS = [
    "-O2",
    "-DNDEBUG",
    "-g1",
    "-fno-omit-frame-pointer",
]

def _optimized_impl(settings, attr):
    linkopts = [
        flag
        for flag in settings["//command_line_option:linkopt"]
        if not flag.startswith("-fsanitize")
    ]
    return {
        "//command_line_option:compilation_mode": "opt",
        "//command_line_option:copt": WORKER_COPTS,
        "//command_line_option:force_pic": False,
        "//command_line_option:linkopt": linkopts,
        "//command_line_option:per_file_copt": [],
        "//command_line_option:platform_suffix": "-worker",
    }

_optimized = transition(
    implementation = _optimized_impl,
    inputs = ["//command_line_option:linkopt"],
    outputs = [
        "//command_line_option:compilation_mode",
        "//command_line_option:copt",
        "//command_line_option:force_pic",
        "//command_line_option:linkopt",
        "//command_line_option:per_file_copt",
        "//command_line_option:platform_suffix",
    ],
)

def _worker_binary_impl(ctx):
    binary = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = binary, target_file = ctx.executable.binary, is_executable = True)
    return [DefaultInfo(
        executable = binary,
        files = depset([binary]),
        runfiles = ctx.attr.binary[0][DefaultInfo].default_runfiles,
    )]

_worker_binary = rule(
    implementation = _worker_binary_impl,
    attrs = {
        "binary": attr.label(cfg = _optimized, executable = True, mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
    doc = "The cc_binary `binary`, or a shared library, compiled with WORKER_COPTS.",
)

def worker_binary(name, testonly = None, visibility = None, **kwargs):
    """A cc_binary, or with `linkshared` a library, compiled with WORKER_COPTS.

    As the build around it would have it, it is NAME_as_configured.

    Args:
      name: of the file, with its ending.
      testonly: as ever.
      visibility: as ever.
      **kwargs: of cc_binary.
    """
    stem, dot, ending = name.partition(".")
    as_configured = stem + "_as_configured" + dot + ending
    cc_binary(
        name = as_configured,
        testonly = testonly,
        **kwargs
    )
    _worker_binary(
        name = name,
        testonly = testonly,
        binary = ":" + as_configured,
        visibility = visibility,
    )
