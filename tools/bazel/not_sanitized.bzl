"""target_compatible_with for what has a malloc of its own in it, or is preloaded into programs.

A sanitizer's runtime wants malloc for itself. No platform has the constraint value asked for here,
so what cannot be sanitized is skipped by a wildcard and refused by name.
"""

NOT_SANITIZED = select({
    "//tools/bazel:address_sanitizer": ["//tools/bazel:no_sanitizer"],
    "//tools/bazel:thread_sanitizer": ["//tools/bazel:no_sanitizer"],
    "//conditions:default": [],
})

# For what changes stacks by hand: ThreadSanitizer would have to be told, and where all is one thread it
# has nothing to see.
NOT_THREAD_SANITIZED = select({
    "//tools/bazel:thread_sanitizer": ["//tools/bazel:no_sanitizer"],
    "//conditions:default": [],
})
