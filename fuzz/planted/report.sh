#!/usr/bin/env bash
# How long fuzzing takes to find each planted bug, from an empty corpus.
#
#   bazel run //fuzz:planted_report -- [--seconds N] [--seeds N] [--jobs N] [NAME...]
#
#   --seconds N   at most, for one bug and seed (default 60)
#   --seeds N     how often each bug is looked for, each time with another seed (default 5)
#   --jobs N      how many at once (default: one for each processor)
#   --alone       which bugs only one oracle sees: each that showed one broken rule is looked for again
#                 where that rule is not watched
#   NAME          a part of a bug's name (default: all bugs)
#
# Prints, for each bug: the declared verdict, the verdicts seen, how many of the seeds found it, the
# median time to that in seconds (never: less than half of them did). With --alone, for each rule: the
# bugs that nothing else saw with any of the seeds. Exit: 0 when at least 95 of 100 bugs are found by
# at least four fifths of the seeds, else 1 (always 0 with --alone); 2 misuse, or a build that failed.
set -euo pipefail
cd "${BUILD_WORKSPACE_DIRECTORY:-$(dirname "${BASH_SOURCE[0]}")/../..}"

seconds=60 seeds=5 jobs=$(nproc) alone=no names=()
usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' fuzz/planted/report.sh
  exit "$1"
}
number() {
  [[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || {
    echo "planted_report: $1 wants a number above 0, not \"$2\"" >&2
    exit 2
  }
}
while [[ $# -gt 0 ]]; do
  case $1 in
    -h | --help) usage 0 ;;
    --alone) alone=yes ;;
    --seconds | --seeds | --jobs)
      number "$1" "${2-}"
      declare "${1#--}=$2"
      shift
      ;;
    -*) usage 2 >&2 ;;
    *) names+=("$1") ;;
  esac
  shift
done

bugs=()
for file in fuzz/planted/bugs/*.bug; do
  bug=$(basename "$file" .bug)
  wanted=$([[ ${#names[@]} == 0 ]] && echo yes || echo no)
  for name in ${names[@]+"${names[@]}"}; do
    if [[ $bug == *"$name"* ]]; then wanted=yes; fi
  done
  if [[ $wanted == yes ]]; then bugs+=("$bug"); fi
done
[[ ${#bugs[@]} -gt 0 ]] || {
  echo "planted_report: no bug in fuzz/planted/bugs has such a name: ${names[*]}" >&2
  exit 2
}

echo "planted_report: building ${#bugs[@]} targets" >&2
bazel build --config=fuzz --noshow_progress "${bugs[@]/#///fuzz/planted:fuzz_}" >&2 || exit 2
bin=$(bazel info --config=fuzz bazel-bin 2>/dev/null)
work=$(mktemp -d "${TMPDIR:-/tmp}/planted_report.XXXXXX")
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

field() { sed -n "s/^$2: //p" "fuzz/planted/bugs/$1.bug" | head -n 1; }

# search BUG SEED [RULE]: a line "SECONDS VERDICT" in its file; SECONDS is "-" where nothing was found.
# With a rule, nobody sees that one broken, and the file is another.
search() {
  local corpus=$work/$1.$2${3:+.without} start end length=(-max_len=401)
  # A program of threads is short, and one of two calls shows nothing.
  if [[ $(field "$1" target) == schedule ]]; then length=(-max_len=48 -len_control=0); fi
  mkdir "$corpus"
  start=$EPOCHREALTIME
  (cd "$corpus" && ${3:+env ALLOCLAB_FUZZ_WITHOUT="$3"} timeout $((seconds + 20)) "$bin/fuzz/planted/fuzz_$1" -seed="$2" \
    "${length[@]}" -timeout=3 -max_total_time="$seconds" -detect_leaks=0 "$corpus" >"$corpus.log" 2>&1) && {
    echo "- -" >"$corpus.found"
    rm -rf "$corpus" "$corpus.log"
    return
  }
  end=$EPOCHREALTIME
  local verdict
  verdict=$(sed -n 's/^planted verdict: //p' "$corpus.log" | head -n 1)
  if [[ -z $verdict ]] && grep -q 'libFuzzer: timeout' "$corpus.log"; then verdict=time-out; fi
  awk -v a="$start" -v b="$end" -v v="${verdict:-crash}" 'BEGIN { printf "%.1f %s\n", b - a, v }' >"$corpus.found"
  rm -rf "$corpus" "$corpus.log"
}

# search_all RULES BUG...: every bug with every seed, without the rule of its own in the array RULES.
search_all() {
  local -n without=$1
  shift
  local bug seed done_count=0
  for bug in "$@"; do
    for ((seed = 1; seed <= seeds; ++seed)); do
      while (($(jobs -rp | wc -l) >= jobs)); do wait -n || true; done
      search "$bug" "$seed" "${without[$bug]-}" &
    done
    done_count=$((done_count + 1))
    if [[ -t 2 ]]; then printf '\r%d of %d bugs' "$done_count" $# >&2; fi
  done
  wait
  if [[ -t 2 ]]; then echo >&2; fi
}

# verdicts FILE...: what was seen, each once.
verdicts() { { grep -hv '^-' "$@" || true; } | cut -d' ' -f2- | sort -u; }

# shellcheck disable=SC2034 # by name, to search_all
declare -A no_rule=() its_rule=() only=()
search_all no_rule "${bugs[@]}"

if [[ $alone == yes ]]; then
  # Of a bug that two oracles saw, none is alone.
  asked=()
  for bug in "${bugs[@]}"; do
    seen=$(verdicts "$work/$bug".*.found)
    if [[ $seen == *$'\n'* || -z $seen ]]; then continue; fi
    case $seen in
      crash | time-out | deadlock | livelock | lock) only[$seen]+=" $bug" ;;
      *) its_rule[$bug]=$seen asked+=("$bug") ;;
    esac
  done
  search_all its_rule ${asked[@]+"${asked[@]}"}
  for bug in ${asked[@]+"${asked[@]}"}; do
    if [[ -z $(verdicts "$work/$bug".*.without.found) ]]; then only[${its_rule[$bug]}]+=" $bug"; fi
  done
  mapfile -t rules < <(sed -n '/^std::string_view RuleName/,/^}/s/^ *return "\(.*\)";/\1/p' allocator/shadow.cc | grep -vx unknown)
  echo "${#bugs[@]} bugs, $seeds seeds of at most $seconds s each; bugs that only this saw:"
  for rule in "${rules[@]}" crash time-out deadlock livelock lock; do
    # shellcheck disable=SC2086 # names without spaces
    set -- ${only[$rule]-}
    printf '%-16s %4d\n' "$rule" $#
    if [[ $# -gt 0 ]]; then printf '    %s\n' "$@"; fi
  done
  exit 0
fi

printf '%-60s %-16s %-16s %5s %8s  %s\n' bug variant verdict found median seen
good=0
for bug in "${bugs[@]}"; do
  cat "$work/$bug".*.found >"$work/all"
  # grep ends with 1 where no line is selected, which is an answer here.
  found=$(grep -vc '^-' "$work/all" || true)
  median=$(awk '{ print ($1 == "-" ? 1e9 : $1) }' "$work/all" | sort -g |
    awk '{ t[NR] = $1 } END { m = t[int((NR + 1) / 2)]; print (m >= 1e9 ? "never" : m) }')
  seen=$({ grep -v '^-' "$work/all" || true; } | cut -d' ' -f2- | sort | uniq -c | awk '{ n = $1; $1 = ""; printf "%s%s x%d", (NR > 1 ? "," : ""), $0, n }')
  printf '%-60s %-16s %-16s %3d/%d %8s %s\n' "$bug" "$(field "$bug" variant)" "$(field "$bug" verdict)" "$found" "$seeds" "$median" "$seen"
  if ((found * 5 >= seeds * 4)); then good=$((good + 1)); fi
done
echo "$good of ${#bugs[@]} bugs found by at least four fifths of $seeds seeds, within $seconds s of one processor each"
((good * 100 >= ${#bugs[@]} * 95))
