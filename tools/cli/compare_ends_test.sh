#!/usr/bin/env bash
# How alloclab compare ends when it does not come to its end: by Ctrl-C, by SIGTERM, by a failure of the
# count pass. What has been measured is kept and reported.
#
#   compare_ends_test.sh ALLOCLAB
set -euo pipefail
. tools/cli/from_outside.sh

mkdir tree programs
export ALLOCLAB_ROOT=$PWD/tree
"$alloclab" generate lifo -o a.txt --operations 2000
compare=("$alloclab" compare a.txt --allocators tlsf --page page.html)

# A program in valgrind's place that does, instead of counting, what $INSTEAD says.
cat >programs/valgrind <<'END'
#!/usr/bin/env bash
[[ $* == --version ]] && exec echo valgrind-3.19.0
eval "$INSTEAD"
exit 1
END
chmod +x programs/valgrind

# ended STATUS FOLDER COMMAND...: it must end so, and keep a record in the folder.
ended() {
  local status=$1 folder=$2 got=0
  shift 2
  "$@" --results "$folder" >out 2>errors || got=$?
  [[ $got == "$status" ]] || fail "'$*' ended with $got, not $status: $(cat out errors)"
  record=$(echo "$folder"/2*/traces.json)
  [[ -s $record ]] || fail "'$*' lost its record: $(cat out errors)"
}

# Counted to the end.
ended 0 counted "${compare[@]}" --blocks 1 --counts
grep -q '"counts_valgrind"' "$record" || fail "no counts: $(grep provenance -A30 "$record")"
grep -q '"interrupted": false' "$record" || fail "it was not interrupted: $(cat "$record")"

# Nobody can count without a folder for what is counted.
TMPDIR=/nowhere ended 1 no_folder "${compare[@]}" --blocks 1 --counts
grep -q 'the count pass ended before its end: ' errors || fail "$(cat errors)"
grep -q '^tlsf ' out || fail "nothing is printed: $(cat out)"
grep -q '"interrupted": false' "$record" || fail "it was not interrupted: $(cat "$record")"

# Ctrl-C in the count pass, once: two count at a time. The parent of who counts is alloclab.
export ONCE=$PWD/once
INSTEAD='mkdir "$ONCE" && kill -INT $PPID' PATH=$PWD/programs:$PATH ended 130 counting "${compare[@]}" --blocks 1 --counts
grep -q '"interrupted": true' "$record" || fail "the record does not say so: $(grep provenance -A30 "$record")"

# Either signal while blocks are measured.
for signal in INT TERM; do
  rm -rf blocks
  "${compare[@]}" --blocks 1000 --results blocks >out 2>errors &
  running=$!
  sleep 3
  kill -$signal $running
  got=0
  wait $running || got=$?
  case $signal in INT) want=130 ;; TERM) want=143 ;; esac
  [[ $got == "$want" ]] || fail "SIG$signal: ended with $got, not $want: $(cat out errors)"
  grep -q '"interrupted": true' blocks/2*/traces.json || fail "SIG$signal lost the record: $(cat errors)"
  grep -q '^tlsf ' out || fail "SIG$signal: nothing is printed: $(cat out)"
  grep -q 'interrupted; the figures are of [0-9]* blocks' errors || fail "SIG$signal: $(cat errors)"
done
