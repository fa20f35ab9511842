"""target_compatible_with for what has the preloaded library in it.

A sanitizer's runtime wants malloc for itself, and a sanitized recorder would hand its runtime's
demands on to the programs it starts. merge_test covers the merge under sanitizers.
"""

NOT_SANITIZED = select({
    "//traces/recorder:address_sanitizer": ["//traces/recorder:no_sanitizer"],
    "//traces/recorder:thread_sanitizer": ["//traces/recorder:no_sanitizer"],
    "//conditions:default": [],
})
