"""What fuzzing adds to the flags of single targets."""

# For the allocators' targets. Feedback from comparisons costs a third of the time there, and has no
# magic numbers to find: the programs' sizes are drawn at the edges already.
WITHOUT_COMPARISONS = select({
    "//tools/bazel/fuzzing:libfuzzer": ["-fno-sanitize-coverage=trace-cmp"],
    "//conditions:default": [],
})

# For the checker, which is not what is fuzzed.
WITHOUT_COVERAGE = select({
    "//tools/bazel/fuzzing:libfuzzer": ["-fno-sanitize=fuzzer-no-link"],
    "//conditions:default": [],
})
