"""One library for LD_PRELOAD per variant, and the tests that run under each of them."""

load("@rules_cc//cc:defs.bzl", "cc_binary")
load("//allocator:variants.bzl", "VARIANTS", "class_name")
load("//tools/bazel:flags.bzl", "WARNINGS")
load("//tools/bazel:gtest.bzl", "cc_test")
load("//tools/bazel:not_sanitized.bzl", "NOT_SANITIZED")

# `system` is the malloc that is there without a library.
PRELOADED = [variant for variant in VARIANTS if variant != "system"]

# -fno-builtin: a compiler that knows calloc makes it of malloc and memset, that is of itself.
PRELOAD_COPTS = WARNINGS + [
    "-O2",
    "-fno-builtin",
    "-fno-rtti",
    "-fno-semantic-interposition",
    "-fno-threadsafe-statics",
]

def library_name(variant):
    return "libmalloc_%s.so" % variant

def _library(name, variant, **kwargs):
    cc_binary(
        name = name,
        srcs = [
            "environment.h",
            "malloc_functions.cc",
            "process_heap.cc",
            "process_heap.h",
            "statistics.cc",
        ],
        additional_linker_inputs = ["exports.lds"],
        copts = PRELOAD_COPTS + ["-fno-exceptions"],
        # The library calls itself, is never unloaded, is bound before the first call, is
        # initialised before all others, and needs the C library and nothing else.
        linkopts = [
            "-Wl,--as-needed",
            "-Wl,--version-script,$(location exports.lds)",
            "-Wl,-Bsymbolic-functions",
            "-Wl,-z,initfirst",
            "-Wl,-z,nodelete",
            "-Wl,-z,now",
        ],
        linkshared = True,
        local_defines = [
            "ALLOCLAB_VARIANT=" + class_name(variant),
            "ALLOCLAB_VARIANT_NAME='\"%s\"'" % variant,
        ],
        visibility = ["//:__subpackages__"],
        deps = [
            ":new_operators",
            "//allocator:lazy_zero",
            "//allocator:locked",
            "//allocator:malloc_api",
            "//allocator:pages",
            "//allocator:poisoned",
            "//allocator:raw_line",
            "//allocator:variants",
        ],
        **kwargs
    )

def preload_libraries(name):
    """Declares libmalloc_VARIANT.so for every variant, and a filegroup `name` of them all.

    Beside them sanitized/libmalloc_VARIANT.so, which a sanitizer may be compiled into: no program
    can be preloaded with that, but one with the same sanitizer can load it beside its own malloc.
    Args:
      name: of the filegroup; sanitized_`name` is that of the others.
    """
    for variant in PRELOADED:
        _library(library_name(variant), variant, target_compatible_with = NOT_SANITIZED)
        _library("sanitized/" + library_name(variant), variant, tags = ["manual"])
    native.filegroup(
        name = name,
        srcs = [library_name(variant) for variant in PRELOADED],
        visibility = ["//:__subpackages__"],
    )
    native.filegroup(
        name = "sanitized_" + name,
        srcs = ["sanitized/" + library_name(variant) for variant in PRELOADED],
        tags = ["manual"],
        visibility = ["//fuzz:__pkg__"],
    )

def preload_tests(name, main, data = [], tags = [], tags_of_others = [], **kwargs):
    """Declares `name`_VARIANT for every variant, and a test_suite `name` of them all.

    Args:
      name: of the suite.
      main: a cc_library with the tests (alwayslink); told its library by ALLOCLAB_LIBRARY, and the
        variant by ALLOCLAB_VARIANT.
      data: what the tests run and read, beside the library.
      tags: of each test.
      tags_of_others: further ones, of each but that of segregated_bins.
      **kwargs: for each cc_test.
    """
    for variant in PRELOADED:
        library = library_name(variant)
        cc_test(
            name = "%s_%s" % (name, variant),
            srcs = [],
            data = data + [library],
            env = {
                "ALLOCLAB_LIBRARY": "$(rootpath %s)" % library,
                "ALLOCLAB_VARIANT": variant,
            },
            tags = tags + ([] if variant == "segregated_bins" else tags_of_others),
            target_compatible_with = NOT_SANITIZED,
            deps = [
                main,
                "@googletest//:gtest_main",
            ],
            **kwargs
        )
    native.test_suite(
        name = name,
        tests = [":%s_%s" % (name, variant) for variant in PRELOADED],
    )
