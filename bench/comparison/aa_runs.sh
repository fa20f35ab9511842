#!/usr/bin/env bash
# How often a difference is claimed where there is none: compares glibc's malloc with itself, as
# `system` and as a preloaded library like any other, and counts the runs in which one is called
# faster or slower than the other.
#
#   bench/comparison/aa_runs.sh [RUNS [TRACE...]]      20 runs on four traces of the corpus
#
# Ends with 1 when more than one run in twenty claims a difference. Needs a machine that does
# nothing else, and python3.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
runs=${1:-20}
traces=("${@:2}")
[[ ${#traces[@]} -gt 0 ]] || traces=(traces/corpus/{jq,git,robson,bash}.alt)
library=$(ldd /bin/sh | awk '$1 == "libc.so.6" { print $3 }')
records=$(mktemp -d)
trap 'rm -rf "$records"' EXIT

for run in $(seq "$runs"); do
  tools/alloclab compare --allocators "system,$library" --blocks 15 --json --page '' "${traces[@]}" \
    >"$records/$run.json" 2>"$records/errors" || { cat "$records/errors" >&2; exit 2; }
  python3 - "$records/$run.json" "$run" "$runs" <<'PY'
import json, sys
record = json.load(open(sys.argv[1]))
for cell in record["cells"]:
    if cell["status"] != "ok":
        sys.exit(f"{cell['allocator']} on {cell['trace']}: {cell['reason']}")
judged = [c for c in record["cells"] if c["allocator"] != "system"] + record["noise"]
claims = [c for c in judged if c["standing"] in ("faster", "slower")]
print(f"run {sys.argv[2]} of {sys.argv[3]}: {len(judged)} pairs, {len(claims)} claimed", *[
    f"; {c.get('allocator', 'system twice')} on {c['trace']}: {c['standing']}" for c in claims], sep="")
PY
done | tee "$records/lines"

claiming=$(awk '!/ 0 claimed$/ { claiming++ } END { print claiming + 0 }' "$records/lines")
echo "$claiming of $runs runs claim a difference"
((claiming * 20 <= runs))
