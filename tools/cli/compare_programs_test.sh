#!/usr/bin/env bash
# alloclab compare --programs, from outside: what is refused, what is printed, and that nothing is left
# behind, neither by Ctrl-C and SIGTERM nor by who is killed.
set -euo pipefail
no_malloc=$PWD/$2
. tools/cli/from_outside.sh

export TMPDIR=$PWD/programs
mkdir "$TMPDIR"

expect 2 'a.alt is given as one. Leave out either' compare a.alt --programs
expect 2 'a.alt is given as one. Leave out either' compare --programs sqlite a.alt
expect 2 'there is no program "emacs" to compare on. Known are: python, sqlite' compare --programs sqlite,emacs
expect 2 '--touch means nothing with --programs' compare --programs sqlite --touch page
expect 2 '--counts means nothing with --programs' compare --programs sqlite --counts
expect 2 'unknown allocator "nobody"' compare --programs sqlite --allocators nobody
expect 2 'defines no malloc' compare --programs sqlite --allocators "$no_malloc"

for program in git python3 sqlite3; do
  PATH=/usr/bin:/bin command -v "$program" >/dev/null || fail "$program is missing: apt-get install $program"
done

run=("$alloclab" compare --programs)
"${run[@]}" sqlite --blocks 1 --allocators segregated_bins --json >record.json ||
  fail "a comparison that should be fine ended with status $?"
for line in '"kind": "programs"' '"blocks": 1' '"name": "sqlite"' '"name": "segregated_bins"' '"table": "preload"' \
  '/allocator/preload/libmalloc_segregated_bins.so"'; do
  grep -qF -- "$line" record.json || fail "the record has no $line"
done
[[ $(grep -cF '"status": "ok"' record.json) == 2 ]] || fail "not two cells are ok"
# Every variant, and system, without being asked for; the table.
"${run[@]}=git" --blocks 1 --timeout 60 >table
for row in bump tlsf segregated_bins system; do
  grep -qE "^$row +[0-9.]+ " table || fail "no row of $row: $(cat table)"
done
# A row that failed is something that was found.
status=0
"${run[@]}" python --blocks 1 --timeout 5 --allocators memalloc_list >table || status=$?
[[ $status == 1 ]] || fail "a failed row, and exit status $status"
grep -q '^memalloc_list  *failed: took longer than 5 s$' table || fail "$(cat table)"
[[ -z $(ls "$TMPDIR") ]] || fail "left behind: $(ls "$TMPDIR")"

# Processes of ours, all of which know TMPDIR.
ours() { env -u TMPDIR grep -lzF "=$TMPDIR" /proc/[0-9]*/environ 2>/dev/null || true; }

# Until a program runs that does not come to an end in less than half a minute, and may take two.
begin() {
  "${run[@]}" python --allocators memalloc_list --timeout 120 >table 2>errors &
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
  [[ $status == "$2" ]] || fail "SIG$1, and exit status $status: $(cat errors)"
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
