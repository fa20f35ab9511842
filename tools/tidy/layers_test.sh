#!/usr/bin/env bash
# The layers: allocator <- traces <- fuzz, bench <- tools. Reads every #include of our own and fails on
# one that points the wrong way; and, to show that it can, on an invented one.
set -euo pipefail
root=$(dirname "$(readlink -f "$1")")

# Prints "file: includes layer" for every include of a folder that the file's own may not see.
# Standard input: lines "file:#include \"path\"".
forbidden() {
  awk -F: '
    BEGIN {
      may["allocator"] = " allocator "
      may["traces"] = " allocator traces "
      may["fuzz"] = " allocator traces fuzz "
      may["bench"] = " allocator traces bench tools/embed "
      may["tools"] = " allocator traces fuzz bench tools "
    }
    {
      from = $1; sub(/\/.*/, "", from)
      if (!match($2, /"[^"]+"/)) next
      path = substr($2, RSTART + 1, RLENGTH - 2)
      to = path; sub(/\/.*/, "", to)
      if (to in may && index(may[from], " " to " ") == 0) print $1 ": includes \"" path "\""
    }'
}

cd "$root"
found=$(grep -rE --include='*.h' --include='*.cc' '^#include "' allocator traces fuzz bench tools | forbidden)
if [[ -n $found ]]; then
  echo "includes against the layers (allocator <- traces <- fuzz, bench <- tools):"
  echo "$found"
  exit 1
fi
for wrong in 'allocator/a.h:#include "traces/event.h"' 'fuzz/a.cc:#include "bench/b.h"' \
  'bench/a.cc:#include "fuzz/b.h"' 'traces/a.cc:#include "tools/b.h"'; do
  if [[ -z $(forbidden <<<"$wrong") ]]; then
    echo "the check does not see the wrong include '$wrong'"
    exit 1
  fi
done
if [[ $(grep -rcE --include='*.cc' '^#include "traces/' bench | awk -F: '{n += $2} END {print n}') -lt 3 ]]; then
  echo "no includes were read: the check looks at the wrong folder ($root)"
  exit 1
fi
