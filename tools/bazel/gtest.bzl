"""cc_test, with the headers that every test includes compiled once beforehand.

gtest and the standard library are half of what a test's compiler reads; there are a hundred tests,
and each is compiled with and without sanitizers. Only Clang's precompiled headers are used, and only
by tests that are compiled with nothing but the usual flags: one that differs, or has files that are
not called _test.cc and so are optimised, is compiled as ever.
"""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")
load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "CPP_COMPILE_ACTION_NAME")
load("@rules_cc//cc:defs.bzl", _cc_test = "cc_test")
load(":flags.bzl", "WARNINGS")

# As .bazelrc has it for tests.
_COPTS = WARNINGS + ["-O0"]

_PRECOMPILED = "//tools/bazel:gtest_precompiled"

# In the list of what was read stands the precompiled header (-module-file-deps), and not the headers
# behind it (-MMD): Bazel would look for them under the name of the sandbox in which they were
# compiled. All are gtest's or the system's.
_USE = [
    "-include-pch",
    "$(BINDIR)/tools/bazel/gtest_precompiled.pch",
    "-MMD",
    "-Xclang",
    "-module-file-deps",
    "-Wno-unused-command-line-argument",
]

def cc_test(name, srcs = [], copts = [], deps = [], **kwargs):
    """As the native rule."""
    others = [src for src in srcs if not src.endswith("_test.cc") and not src.endswith(".h")]
    usual = srcs != [] and others == [] and copts == WARNINGS and "@googletest//:gtest_main" in deps
    _cc_test(
        name = name,
        srcs = srcs,
        copts = copts + (select({
            "//tools/bazel:without_precompiled_headers": [],
            "//conditions:default": _USE,
        }) if usual else []),
        deps = deps + (select({
            "//tools/bazel:without_precompiled_headers": [],
            "//conditions:default": [_PRECOMPILED],
        }) if usual else []),
        **kwargs
    )

def _precompiled_header_impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    context = cc_common.merge_cc_infos(cc_infos = [d[CcInfo] for d in ctx.attr.deps]).compilation_context
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        user_compile_flags = ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts + _COPTS,
        include_directories = context.includes,
        quote_include_directories = context.quote_includes,
        system_include_directories = context.system_includes,
        preprocessor_defines = context.defines,
        use_pic = True,
    )
    flags = cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = CPP_COMPILE_ACTION_NAME,
        variables = variables,
    )
    compiler = cc_common.get_tool_for_action(
        feature_configuration = features,
        action_name = CPP_COMPILE_ACTION_NAME,
    )
    output = ctx.actions.declare_file(ctx.label.name + ".pch")
    header = ctx.file.header
    args = ctx.actions.args()
    args.add_all(flags)

    # Templates are instantiated here, and not in each test, where that can be done.
    #
    # From standard input: a header by name would be listed by whoever includes it. PWD as Bazel's own
    # compilations have it, so that no path of this sandbox is kept.
    ctx.actions.run_shell(
        mnemonic = "Precompile",
        progress_message = "Precompiling %s" % header.short_path,
        inputs = depset([header, ctx.file._packages], transitive = [context.headers, toolchain.all_files]),
        outputs = [output],
        arguments = [args],
        command = "exec env PWD=/proc/self/cwd '%s' \"$@\" -fpch-instantiate-templates -x c++-header - -o '%s' < '%s'" % (
            compiler,
            output.path,
            header.path,
        ),
        env = {"PATH": ctx.configuration.default_shell_env.get("PATH", "/usr/bin:/bin")},
    )
    return [
        DefaultInfo(files = depset([output])),
        CcInfo(compilation_context = cc_common.create_compilation_context(headers = depset([output]))),
    ]

precompiled_header = rule(
    implementation = _precompiled_header_impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "header": attr.label(allow_single_file = True, mandatory = True),
        # Clang refuses a precompiled header when any of the headers behind it has changed, and the
        # system's are no inputs that Bazel knows: packages are looked at instead.
        "_packages": attr.label(default = "@dpkg//:status", allow_single_file = True),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
    doc = "Compiles `header`, which includes system headers only, with the flags of a usual test.",
)
