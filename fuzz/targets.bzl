"""One fuzz target for each variant, all of the one source ops_fuzz.cc, and one for each importer.

Without --config=fuzz a target is a plain test: the seeds, then random programs of a fixed seed.
"""

load("@rules_cc//cc:defs.bzl", "cc_test")
load("//allocator:variants.bzl", "VARIANTS", "class_name")
load("//allocator/preload:preload.bzl", "PRELOADED")
load("//tools/bazel:flags.bzl", "WARNINGS")

_NOT_FUZZED = [
    # Cannot be seen into and takes no memory from an arena, so most of the checks would see nothing.
    "system",
    # The map of a region has a byte for every 32, which a region of 64 GiB has no memory for.
    "buddy_large",
]

FUZZED = [name for name in VARIANTS if name not in _NOT_FUZZED]

# What each target runs of an input (plan.h), and how many random inputs a plain test runs.
_PLANS = {
    "": ("OpsPlan", 5000),
    "_oom": ("OomPlan", 200),
    "_large": ("LargePlan", 200),
}

def ops_fuzz_targets():
    """Makes NAME_fuzz, NAME_oom_fuzz and NAME_large_fuzz for every variant of FUZZED."""
    for name in FUZZED:
        for suffix, (plan, runs) in _PLANS.items():
            if name + suffix in _NOT_FUZZED:
                continue
            cc_test(
                name = name + suffix + "_fuzz",
                size = "small",
                timeout = "moderate",
                srcs = ["ops_fuzz.cc"],
                args = [
                    "--runs=%d" % runs,
                    "fuzz/corpus",
                ],
                # Every call is followed by a look at the whole heap: unoptimised, that is 15 times slower.
                copts = WARNINGS + ["-O2"],
                data = [":corpus"],
                linkstatic = True,
                # All tests run one of them as a plain test too, for the driver's sake.
                tags = [] if name + suffix == "bump" else ["fuzz_target"],
                local_defines = [
                    "ALLOCLAB_FUZZ_NAME='\"%s\"'" % name,
                    "ALLOCLAB_FUZZ_PLAN=" + plan,
                    "ALLOCLAB_FUZZ_VARIANT=" + class_name(name),
                ],
                deps = [
                    ":finding",
                    ":program_engine",
                    ":run",
                    ":target",
                    "//allocator:variants",
                ],
            )

def misuse_fuzz_targets():
    """Makes NAME_misuse_fuzz for every variant of FUZZED."""
    for name in FUZZED:
        cc_test(
            name = name + "_misuse_fuzz",
            size = "small",
            timeout = "moderate",
            srcs = ["misuse_fuzz.cc"],
            args = [
                # Most of the variants run each in a process of its own.
                "--runs=2000",
                "fuzz/corpus",
            ],
            copts = WARNINGS + ["-O2"],
            data = [":corpus"],
            linkstatic = True,
            tags = ["fuzz_target"],
            local_defines = [
                "ALLOCLAB_FUZZ_NAME='\"%s\"'" % name,
                "ALLOCLAB_FUZZ_VARIANT=" + class_name(name),
            ],
            deps = [
                ":program",
                ":program_engine",
                ":target",
                "//allocator:variants",
                "//fuzz/misuse",
                "//fuzz/misuse:check",
                "//fuzz/misuse:stop",
                "@debian//:fmt",
            ],
        )

def preload_abi_fuzz_target():
    """Makes preload_abi_fuzz, on the libraries of all variants."""
    cc_test(
        name = "preload_abi_fuzz",
        size = "small",
        timeout = "moderate",
        srcs = ["preload_abi_fuzz.cc"],
        args = [
            "--runs=5000",
            "fuzz/corpus",
        ],
        copts = WARNINGS,
        data = [":corpus"] + select({
            "//tools/bazel:address_sanitizer": ["//allocator/preload:sanitized_libraries"],
            "//conditions:default": ["//allocator/preload:libraries"],
        }),
        linkstatic = True,
        tags = [
            "fuzz_target",
            # It is nothing without the libraries.
            "not_alone",
        ],
        local_defines = [
            "ALLOCLAB_FUZZ_LIBRARIES='%s'" % ",".join(["\"%s\"" % name for name in PRELOADED]),
        ] + select({
            "//tools/bazel:address_sanitizer": ["ALLOCLAB_FUZZ_LIBRARY_PREFIX='\"allocator/preload/sanitized/\"'"],
            "//conditions:default": ["ALLOCLAB_FUZZ_LIBRARY_PREFIX='\"allocator/preload/\"'"],
        }),
        deps = [
            ":program",
            ":program_engine",
            ":target",
            "//fuzz/preload_abi:library",
            "//fuzz/preload_abi:replay",
            "@debian//:fmt",
        ],
    )

# Formats of other tools, and `container` for zip, gzip and zstd around any of them. The seeds of each,
# and what once broke it, are in import/NAME.
IMPORTERS = [
    "android",
    "container",
    "dj",
    "heaptrack",
    "mtrace",
    "rep",
]

def import_fuzz_targets():
    """Makes import_NAME_fuzz for every format of IMPORTERS."""
    for name in IMPORTERS:
        cc_test(
            name = "import_" + name + "_fuzz",
            size = "small",
            timeout = "moderate",
            srcs = ["import_target.cc"],
            args = [
                # Random bytes are refused at once: libFuzzer goes further, from the seeds.
                "--runs=2000",
                "fuzz/import/" + name,
            ],
            copts = WARNINGS,
            data = [":import_seeds"],
            linkstatic = True,
            local_defines = [
                "ALLOCLAB_FUZZ_FORMAT='\"%s\"'" % ("" if name == "container" else name),
            ],
            tags = ["fuzz_target"],
            deps = [
                ":engine",
                ":target",
                "//traces/import:import_fuzz",
                "@debian//:fmt",
            ],
        )
