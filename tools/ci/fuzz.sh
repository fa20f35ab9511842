#!/usr/bin/env bash
# Fuzzing for continuous integration: every target for an equal part of a budget, then the corpus pruned,
# and how much of allocator/ it reaches.
#
#   tools/ci/fuzz.sh BUDGET [--jobs J] [--corpus DIR] [--findings DIR] [--json]
#
#   BUDGET           smoke (2 minutes), pr (10) or nightly (60); or --minutes N. Of fuzzing: building,
#                    pruning and counting come on top
#   --jobs J         targets that run at once (default: one for each processor)
#   --corpus DIR     where inputs are kept from run to run (default .deps/fuzz-corpus)
#   --findings DIR   where findings go (default .deps/fuzz-findings)
#   --json           one JSON object a target instead of the summary; coverage as a table all the same
#
# Nothing of the corpus is lost when this is ended. Exit: 0 nothing found, 1 found something (told as by
# tools/alloclab fuzz), 2 misuse or a failed build.
set -uo pipefail
self=$(readlink -f "${BASH_SOURCE[0]}")
caller=$PWD
cd "$(dirname "$self")/../.." || exit 2

misuse() {
  echo "fuzz.sh: $*" >&2
  exit 2
}
minutes='' jobs=$(nproc) corpus=$PWD/.deps/fuzz-corpus options=()
budget() {
  [[ -z $minutes ]] || misuse "one budget at a time: $1 is a second one"
  minutes=$2
}
while [[ $# -gt 0 ]]; do
  case $1 in
    -h | --help) sed -n '2,/^set/{ /^set/d; s/^# \{0,1\}//p }' "$self"; exit 0 ;;
    smoke) budget "$1" 2 ;;
    pr) budget "$1" 10 ;;
    nightly) budget "$1" 60 ;;
    --json) options+=(--json) ;;
    --minutes | --jobs)
      [[ ${2-} =~ ^[1-9][0-9]{0,3}$ ]] || misuse "$1 takes a whole number from 1 to 9999, not '${2-}'"
      if [[ $1 == --jobs ]]; then jobs=$2; else budget "$1 $2" "$2"; fi
      shift
      ;;
    --corpus | --findings)
      [[ -n ${2-} ]] || misuse "$1 takes a folder"
      folder=$(cd "$caller" && realpath -m -- "$2")
      options+=("$1" "$folder")
      [[ $1 == --findings ]] || corpus=$folder
      shift
      ;;
    *) misuse "unknown argument '$1' (see tools/ci/fuzz.sh --help)" ;;
  esac
  shift
done
[[ -n $minutes ]] || misuse "name a budget: smoke, pr, nightly or --minutes N"

. tools/packages.sh
if [[ ! .deps/ready-test -nt tools/packages.sh ]]; then tools/setup test || exit 2; fi

targets=$(tools/ci/fuzz --list | wc -l)
rounds=$(((targets + jobs - 1) / jobs))
seconds=$((minutes * 60 / rounds))
[[ $seconds -gt 0 ]] || misuse "$minutes minutes are less than a second for each of $targets targets, $jobs at once"
echo "fuzz.sh: $targets targets, $jobs at once, $seconds s each"
# A signal ends the fuzzers early, and they have the last word. (In the background, where this can wait
# for signals too, SIGINT is ignored by what a shell starts.)
interrupted=0
fuzzing=''
trap 'interrupted=1; [[ -z $fuzzing ]] || kill -TERM "$fuzzing" 2>/dev/null' INT TERM
tools/ci/fuzz all --seconds "$seconds" --jobs "$jobs" --prune ${options[@]+"${options[@]}"} &
fuzzing=$!
while :; do
  wait "$fuzzing"
  status=$?
  kill -0 "$fuzzing" 2>/dev/null || break
done
[[ $interrupted == 0 && $status -le 1 ]] || exit "$status"
tools/ci/coverage allocator --corpus "$corpus" || exit 2
exit "$status"
