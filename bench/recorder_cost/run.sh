#!/bin/bash
# What recording costs: times a program that only allocates, bare, under this project's recorder
# (without and with call sites, of 8 frames), under heaptrack and under glibc's mtrace, in turns, and
# prints nanoseconds a call over the bare program and the slowdown. The time to turn the raw recording
# into a trace comes after the program's end and is given apart.
#
#   bench/recorder_cost/run.sh [ROUNDS [CALLS [THREADS...]]]
#
# ROUNDS: repeats of each (default 7); CALLS: of malloc and free on each thread (default 10000000);
# THREADS: default "1 2". Printed: minimum and median over the rounds, of the wall clock on one thread
# and of processor time over all; over-bare and slowdown relate minima. RAW_FOLDER=/dev/shm puts
# the raw recording into memory.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${1:-7}
calls=${2:-10000000}
shift $(($# < 2 ? $# : 2))
thread_counts=("$@")
[ $# -gt 0 ] || thread_counts=(1 2)

heaptrack=$(command -v heaptrack || true)
if [ -z "$heaptrack" ]; then
  echo "heaptrack is not here; for the comparison: apt-get install -y --no-install-recommends heaptrack" >&2
fi

mtrace=$(ldconfig -p | awk '$1 == "libc_malloc_debug.so.0" { print $NF; exit }')

bazel build --config=bench //bench/recorder_cost:malloc_calls //traces/recorder:record_main \
  //traces/recorder/preload:liballoclab_record.so >/dev/null 2>&1 || {
  echo "the build failed; run: bazel build --config=bench //bench/recorder_cost/... //traces/recorder/..." >&2
  exit 2
}
folder=$(mktemp -d "${TMPDIR:-/tmp}/recorder_cost.XXXXXX")
trap 'rm -rf "$folder"' EXIT
# Copies: another build may replace Bazel's own while this runs.
cp -L bazel-bin/bench/recorder_cost/malloc_calls bazel-bin/traces/recorder/record_main \
  bazel-bin/traces/recorder/preload/liballoclab_record.so "$folder"

export RAW_FOLDER=${RAW_FOLDER:-}
run_bare() { "$folder/malloc_calls" "$calls" "$1"; }
run_recorded() {
  "$folder/record_main" "$folder/liballoclab_record.so" "$folder/trace.alt" \
    "$folder/malloc_calls" "$calls" "$1" 2>"$folder/said"
  [[ -n ${SITE_DEPTH:-} ]] ||
    sed -n 's/.*merged in \([0-9.]*\) s/\1/p' "$folder/said" >>"$folder/merge.$1"
  grep tainted "$folder/said" >&2 || true
}
run_sites() { SITE_DEPTH=8 run_recorded "$1"; }
run_mtrace() {
  MALLOC_TRACE="$folder/mtrace" LD_PRELOAD="$mtrace" "$folder/malloc_calls" "$calls" "$1"
  rm -f "$folder/mtrace"
}
run_heaptrack() {
  # --raw: only the recording, as the recorder's time is without its merge.
  "$heaptrack" --raw -o "$folder/profile" "$folder/malloc_calls" "$calls" "$1" 2>/dev/null |
    grep -E '^[0-9.]+ [0-9.]+$'
  rm -f "$folder"/profile*
}

kinds=(bare recorded sites)
[ -z "$mtrace" ] || kinds+=(mtrace)
[ -z "$heaptrack" ] || kinds+=(heaptrack)
for threads in "${thread_counts[@]}"; do
  for ((round = 0; round < rounds; ++round)); do
    for ((i = 0; i < ${#kinds[@]}; ++i)); do
      kind=${kinds[$(((i + round) % ${#kinds[@]}))]}
      "run_$kind" "$threads" >>"$folder/$kind.$threads"
    done
  done
done

# minimum FILE COLUMN, median FILE COLUMN
minimum() { awk -v c="$2" '{ print $c }' "$1" | sort -g | head -1; }
median() { awk -v c="$2" '{ print $c }' "$1" | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
echo "$rounds rounds of $calls calls a thread; ns a call; $(uname -m), $(nproc) cores, $(date -u +%F)"
printf '%-7s %-9s | %8s %8s %9s %8s | %8s %8s %9s %8s\n' threads program \
  'wall min' median over-bare slowdown 'cpu min' median over-bare slowdown
for threads in "${thread_counts[@]}"; do
  for kind in "${kinds[@]}"; do
    printf '%-7s %-9s' "$threads" "$kind"
    for column in 1 2; do
      least=$(minimum "$folder/$kind.$threads" $column)
      bare=$(minimum "$folder/bare.$threads" $column)
      printf ' | %8s %8s' "$least" "$(median "$folder/$kind.$threads" $column)"
      awk -v a="$least" -v b="$bare" 'BEGIN { printf " %9.1f %8.2f", a - b, a / b }'
    done
    echo
  done
  awk -v s="$(minimum "$folder/merge.$threads" 1)" -v n="$calls" -v t="$threads" \
    'BEGIN { printf "%-7s merging afterwards: %.0f ns a call\n", t, s * 1e9 / n / t }'
done
