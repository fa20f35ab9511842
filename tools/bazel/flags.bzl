"""The one list of warnings, all of them errors. Every target of the project uses it."""

_COMMON = [
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wcast-align",
    "-Wcast-qual",
    "-Wconversion",
    "-Wdouble-promotion",
    "-Wformat=2",
    "-Wimplicit-fallthrough",
    "-Wnon-virtual-dtor",
    "-Woverloaded-virtual",
    "-Wpointer-arith",
    "-Wshadow",
    "-Wsign-conversion",
    "-Wundef",
    "-Wunused",
    "-Wvla",
]

WARNINGS = _COMMON
