#!/usr/bin/env bash
# alloclab compare --save and --results, and alloclab report, from outside: what is kept, what is made
# of it, what is refused.
#
#   report_command_test.sh ALLOCLAB RUN EXPECTED     RUN and what it is published as
set -euo pipefail
alloclab=$PWD/$1 run=$PWD/$2 expected=$PWD/$3
cd "${TEST_TMPDIR:-$(mktemp -d)}"

fail() {
  echo "FAILED: $*"
  exit 1
}
# Runs alloclab with the arguments; it must end with the status and print the words.
expect() {
  local status=$1 words=$2 text got=0
  shift 2
  text=$("$alloclab" "$@" 2>&1) || got=$?
  [[ $got == "$status" ]] || fail "'$*' ended with $got, not $status: $text"
  [[ $text == *"$words"* ]] || fail "'$*' does not say '$words': $text"
}

# A source tree with nothing but a README.
mkdir tree
export ALLOCLAB_ROOT=$PWD/tree
printf '# x\n\n<!-- results: begin -->\n<!-- results: end -->\n\nend\n' >tree/README.md
expect 1 "bench/results has none" report --check
expect 2 "there are no results yet" report
expect 2 "bench/results has no record of traces yet" report --readme
echo '# x' >tree/README.md
expect 0 "no results yet, and none are shown" report --check

# A run is published as the files that are kept.
expect 0 "wrote 20 files of tables and page.html to out" report "$run" -o out
[[ $(head -c 15 out/page.html) == "<!doctype html>" ]] || fail "page.html begins with $(head -c 15 out/page.html)"
expect 0 "" report "$run" -o again
diff -r out again || fail "two reports of one run differ"
rm out/page.html
diff -r "$expected" out || fail "the tables are not those that are kept"
expect 0 "to both/run" report "$run" "$run/" -o both
[[ -e both/run/tables.tex ]] || fail "of two runs there is no folder for each"
expect 0 '"id": "summary_preload"' report --json "$run"
expect 2 "prints the tables of one folder" report --json "$run" "$run"

# Kept records.
compare=(compare a.txt --allocators tlsf --blocks 1 --page page.html)
expect 0 "" generate lifo -o a.txt --operations 2000
expect 0 "the record is in $PWD/tree/bench/results/2" "${compare[@]}" --save
folder=$(echo tree/bench/results/2*)
[[ -s $folder/traces.json && -s $folder/traces.timelines.json.zst ]] || fail "$(ls -R tree)"
rm page.html
expect 2 "$folder/traces.json: is there already, and results are never overwritten" \
  "${compare[@]}" --results "$folder"
[[ ! -e page.html ]] || fail "what cannot be kept was measured all the same"
mkdir other
expect 0 "the record is in other/2" "${compare[@]}" --results other
[[ $(echo tree/bench/results/*) == "$folder" ]] || fail "--results saved into bench/results, too"
# A trace of the tree is told from there, wherever the tree lies.
cp a.txt tree/inside.txt
expect 0 "the record is in more/2" compare "$PWD/tree/inside.txt" --allocators tlsf --blocks 1 --page page.html --results more
grep -q '"path": "inside.txt"' more/*/traces.json || fail "$(grep '"path"' more/*/traces.json)"
"$alloclab" "${compare[@]}" --json >json 2>/dev/null
[[ $(echo tree/bench/results/*) == "$folder" ]] || fail "saved without being asked"

# README.md shows them or is found out.
expect 1 "are not there once each" report --check
printf '# x\n\n<!-- results: begin -->\n<!-- results: end -->\n\nend\n' >tree/README.md
expect 1 "README.md: its table is not what the newest results make" report --check
expect 0 "README.md shows bench/results/2" report --readme
grep -q '^| tlsf |' tree/README.md || fail "$(cat tree/README.md)"
[[ $(head -n 1 tree/README.md) == "# x" && $(tail -n 1 tree/README.md) == end ]] || fail "more was changed"
expect 0 "what is shown is what the records make" report --check
expect 0 "already shows" report --readme
expect 0 "" report "$folder" -o "$folder"
expect 0 "" report --check
echo >>"$folder/tables.md"
expect 1 "tables.md: is not what the records beside it make" report --check
expect 0 "" report
[[ -e alloclab-report/page.html && -e alloclab-report/summary_in_process.csv ]] || fail "the newest run is not the default"

expect 2 "excludes" report --check --readme
expect 2 "nowhere: holds no record" report nowhere
echo '{"schema": 2}' >broken.json
mkdir broken
mv broken.json broken/traces.json
expect 2 "traces.json: record: /provenance is no object" report broken -o made
[[ ! -e made ]] || fail "a folder was made for nothing"
