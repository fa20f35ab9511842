#!/usr/bin/env bash
# alloclab compare --programs, from outside: what is refused, what is printed, and that nothing is left
# behind, neither by Ctrl-C and SIGTERM nor by who is killed.
set -euo pipefail
alloclab=$1
no_malloc=$2
export TMPDIR=$TEST_TMPDIR/programs
mkdir "$TMPDIR"

fail() {
  echo "$1"
  exit 1
}

# refused TEXT ARGUMENTS...
refused() {
  local text=$1 status=0 said
  shift
  said=$("$alloclab" compare "$@" 2>&1) || status=$?
  [[ $status == 2 ]] || fail "compare $*: exit status $status, not 2: $said"
  [[ $said == *"$text"* ]] || fail "compare $*: says '$said', and not '$text'"
}
refused 'a.alt is given as one. Leave out either' a.alt --programs
refused 'a.alt is given as one. Leave out either' --programs sqlite a.alt
refused 'there is no program "emacs" to compare on. Known are: python, sqlite' --programs sqlite,emacs
refused '--touch means nothing with --programs' --programs sqlite --touch page
refused '--counts means nothing with --programs' --programs sqlite --counts
refused 'unknown allocator "nobody"' --programs sqlite --allocators nobody
refused 'defines no malloc' --programs sqlite --allocators "./$no_malloc"

for program in git python3 sqlite3; do
  PATH=/usr/bin:/bin command -v "$program" >/dev/null || fail "$program is missing: apt-get install $program"
done

run=("$alloclab" compare --programs)
"${run[@]}" sqlite --blocks 1 --allocators segregated_bins --json >"$TEST_TMPDIR/record.json" ||
  fail "a comparison that should be fine ended with status $?"
for line in '"kind": "programs"' '"blocks": 1' '"name": "sqlite"' '"name": "segregated_bins"' '"table": "preload"' \
  '/allocator/preload/libmalloc_segregated_bins.so"'; do
  grep -qF -- "$line" "$TEST_TMPDIR/record.json" || fail "the record has no $line"
done
[[ $(grep -cF '"status": "ok"' "$TEST_TMPDIR/record.json") == 2 ]] || fail "not two cells are ok"
# Every variant, and system, without being asked for; the table.
"${run[@]}=git" --blocks 1 --timeout 60 >"$TEST_TMPDIR/table"
for row in bump tlsf segregated_bins system; do
  grep -qE "^$row +[0-9.]+ " "$TEST_TMPDIR/table" || fail "no row of $row: $(cat "$TEST_TMPDIR/table")"
done
# A row that failed is something that was found.
status=0
"${run[@]}" python --blocks 1 --timeout 5 --allocators memalloc_list >"$TEST_TMPDIR/table" || status=$?
[[ $status == 1 ]] || fail "a failed row, and exit status $status"
grep -q '^memalloc_list  *failed: took longer than 5 s$' "$TEST_TMPDIR/table" || fail "$(cat "$TEST_TMPDIR/table")"
[[ -z $(ls "$TMPDIR") ]] || fail "left behind: $(ls "$TMPDIR")"

# Processes of ours, all of which know TMPDIR.
ours() { env -u TMPDIR grep -lzF "=$TMPDIR" /proc/[0-9]*/environ 2>/dev/null || true; }

# Until a program runs that does not come to an end in less than half a minute, and may take two.
begin() {
  "${run[@]}" python --allocators memalloc_list --timeout 120 >"$TEST_TMPDIR/table" 2>"$TEST_TMPDIR/errors" &
  comparison=$!
  for _ in $(seq 1200); do
    for environment in $(ours); do
      ! grep -qzE '^LD_PRELOAD=.*memalloc_list' "$environment" 2>/dev/null || return 0
    done
    sleep 0.05
  done
  fail "no program was started"
}

# ends_by SIGNAL STATUS
ends_by() {
  local started status=0
  begin
  [[ -n $(ours) ]] || fail "the test does not see the processes that it looks for"
  started=$SECONDS
  kill "-$1" "$comparison"
  wait "$comparison" || status=$?
  [[ $status == "$2" ]] || fail "SIG$1, and exit status $status: $(cat "$TEST_TMPDIR/errors")"
  ((SECONDS - started < 20)) || fail "SIG$1 was answered after $((SECONDS - started)) s"
  [[ -z $(ls "$TMPDIR") ]] || fail "left behind by SIG$1: $(ls "$TMPDIR")"
}
ends_by INT 130
ends_by TERM 143

begin
kill -KILL "$comparison"
wait "$comparison" 2>/dev/null || true
for _ in $(seq 200); do
  left=$(ours)
  [[ -n $left ]] || exit 0
  sleep 0.05
done
fail "still runs after its parent was killed: $left"
