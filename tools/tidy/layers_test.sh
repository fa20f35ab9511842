#!/usr/bin/env bash
# The layers: allocator <- traces <- fuzz, bench <- tools, and inside of bench the order of its folders.
# Reads every #include of our own and fails on one that points the wrong way; and, to show that it
# can, on invented ones.
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
      may["bench"] = " allocator traces bench "
      may["tools"] = " allocator traces fuzz bench tools "
      # A folder of bench includes those before it.
      split("process contained_child web candidates statistics record worker comparison workloads " \
            "programs deterministic google_benchmark gate grade results heapmap report publish schema", order, " ")
      for (i in order) place["bench/" order[i]] = i + 0
    }
    function folder(path) { return match(path, /^bench\/[^\/]+\//) ? substr(path, 1, RLENGTH - 1) : "" }
    {
      from = $1; sub(/\/.*/, "", from)
      if (!match($2, /"[^"]+"/)) next
      path = substr($2, RSTART + 1, RLENGTH - 2)
      to = path; sub(/\/.*/, "", to)
      if (to in may && index(may[from], " " to " ") == 0) print $1 ": includes \"" path "\""
      from = folder($1); to = folder(path)
      if (from == "" || to == "" || from == to) next
      if (!(from in place)) print $1 ": " from " has no place in the order of the folders of bench"
      else if (!(to in place) || place[to] > place[from]) print $1 ": includes \"" path "\", of a folder after its own"
    }'
}

cd "$root"
found=$(grep -rE --include='*.h' --include='*.cc' '^#include "' allocator traces fuzz bench tools | forbidden)
if [[ -n $found ]]; then
  echo "includes against the layers (allocator <- traces <- fuzz, bench <- tools; bench's folders are in layers_test.sh):"
  echo "$found"
  exit 1
fi
for wrong in 'allocator/a.h:#include "traces/event.h"' 'fuzz/a.cc:#include "bench/b.h"' \
  'bench/a.cc:#include "fuzz/b.h"' 'traces/a.cc:#include "tools/b.h"' \
  'bench/worker/a.cc:#include "bench/deterministic/b.h"' 'bench/new/a.cc:#include "bench/process/b.h"' \
  'bench/report/a.cc:#include "bench/new/b.h"'; do
  if [[ -z $(forbidden <<<"$wrong") ]]; then
    echo "the check does not see the wrong include '$wrong'"
    exit 1
  fi
done
if [[ $(grep -rcE --include='*.cc' '^#include "traces/' bench | awk -F: '{n += $2} END {print n}') -lt 3 ]]; then
  echo "no includes were read: the check looks at the wrong folder ($root)"
  exit 1
fi
