"""For each bug a library: the allocator it is planted in, known to AllPlantedBugs()."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("//tools/bazel:flags.bzl", "WARNINGS")

# What a bug can be planted in, and what that includes.
_SOURCES = [
    "//allocator:sources",
    "//fuzz/schedule:sources",
    "//traces/checked:sources",
]

def planted_bugs(files):
    """Makes :NAME for every bugs/NAME.bug, :planted_bugs of all of them, and :fuzz_NAME for report.sh."""
    names = [file[len("bugs/"):-len(".bug")] for file in files]
    for name in names:
        native.genrule(
            name = name + "_unit",
            srcs = ["bugs/" + name + ".bug"] + _SOURCES,
            outs = [name + ".cc"],
            cmd = "$(location :plant) $(location bugs/%s.bug) $@ $$(echo $(SRCS) | tr ' ' '\\n' | grep -v '[.]bug$$')" % name,
            tools = [":plant"],
        )
        cc_library(
            name = name,
            srcs = [name + ".cc"],
            # What a bug leaves unused is no mistake of ours.
            copts = WARNINGS + ["-Wno-unused", "-Wno-unused-parameter", "-O1"],
            deps = [
                ":planted",
                "//fuzz/schedule:scheduler",
                "//traces:event",
                "//traces:trace_io",
                "@debian//:fmt",
            ],
            alwayslink = True,
        )
        cc_binary(
            name = "fuzz_" + name,
            testonly = True,
            srcs = ["planted_fuzz.cc"],
            copts = WARNINGS + ["-O2"],
            linkstatic = True,
            tags = ["manual"],
            deps = [
                ":" + name,
                ":planted",
                "//fuzz:program",
                "//fuzz:engine",
                "//fuzz:mutate_input",
                "//fuzz/schedule:mutate_case",
                "//fuzz/schedule:threaded_case",
                "//fuzz:target",
                "@debian//:fmt",
            ],
        )
    cc_library(
        name = "planted_bugs",
        testonly = True,
        deps = [":" + name for name in names],
    )
