"""embed(): files as string_views inside a binary."""

def embed(name, namespace, header, files, visibility = None):
    """Generates NAME.cc, which defines one std::string_view per file.

    Args:
      name: of the rule; list it in the srcs of the library that owns `header`.
      namespace: the C++ namespace of the definitions.
      header: include path of the header that declares them.
      files: label of a file -> name of its variable.
      visibility: as usual.
    """
    native.genrule(
        name = name,
        srcs = files.keys(),
        outs = [name + ".cc"],
        cmd = " ".join(
            ["$(execpath //tools/embed)", namespace, header] +
            ["%s=$(execpath %s)" % (variable, label) for label, variable in files.items()] +
            ["> $@"],
        ),
        exec_tools = ["//tools/embed"],
        visibility = visibility,
    )
