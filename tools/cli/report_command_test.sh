#!/usr/bin/env bash
# alloclab compare --save and --results, and alloclab report, from outside: what is kept, what is made
# of it, what is refused.
#
#   report_command_test.sh ALLOCLAB RUN EXPECTED     RUN and what it is published as
set -euo pipefail
run=$PWD/$2 expected=$PWD/$3
. tools/cli/from_outside.sh

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
cp -r "$run" second
rm second/workloads.json second/programs.json
expect 0 "to both/second" report "$run" second/ -o both
[[ -e both/run/tables.tex && -e both/second/tables.tex ]] || fail "of two runs there is no folder for each"
expect 2 "both would be published as run" report "$run" "$run/" -o equal
[[ ! -e equal ]] || fail "two runs of one name were published in one folder"
# Nothing of an earlier report stays beside a later one, and what is no report stays.
[[ -e out/workloads.csv ]] || fail "no workloads.csv: $(ls out)"
echo mine >out/notes.csv
expect 0 "wrote 16 files of tables" report second -o out
[[ ! -e out/workloads.csv && ! -e out/programs_summary.csv ]] || fail "left of an earlier report: $(ls out)"
[[ -e out/notes.csv && -e out/speed_preload.csv && -e out/page.html ]] || fail "what is left: $(ls out)"
expect 0 '"id": "summary_preload"' report --json "$run"
expect 2 "prints the tables of one folder" report --json "$run" "$run"

# Kept records.
pageless=(compare a.txt --allocators tlsf --blocks 15)
compare=("${pageless[@]}" --page page.html)
expect 0 "" generate lifo -o a.txt --operations 2000
expect 0 "the record is in $PWD/tree/bench/results/2" "${compare[@]}" --save
folder=$(echo tree/bench/results/2*)
[[ -s $folder/traces.json && -s $folder/traces.timelines.json.zst ]] || fail "$(ls -R tree)"
# As it is measured: the record is kept before anything is printed, or else who does not read on loses it.
"$alloclab" "${compare[@]}" --json --results piped 2>piped.log | true || true
[[ -s $(echo piped/2*/traces.json) ]] || fail "a closed pipe cost the record: $(cat piped.log)"
rm page.html
expect 2 "no/page.html: cannot be created" "${pageless[@]}" --page no/page.html --results unmeasured
expect 2 "piped: cannot be created: Is a directory" "${pageless[@]}" --page piped --results unmeasured
[[ ! -e unmeasured ]] || fail "what cannot be shown was measured all the same"
expect 2 "a.txt/" "${compare[@]}" --results a.txt
expect 2 "cannot be written" "${compare[@]}" --results /proc/alloclab
expect 2 "$folder/traces.json: is there already, and results are never overwritten" \
  "${compare[@]}" --results "$folder"
[[ ! -e page.html ]] || fail "what cannot be kept was measured all the same"
mkdir other
expect 0 "the record is in other/2" "${compare[@]}" --results other
[[ $(echo tree/bench/results/*) == "$folder" ]] || fail "--results saved into bench/results, too"
# A trace of the tree is told from there, wherever the tree lies.
cp a.txt tree/inside.txt
ln -s tree link
for path in "$PWD/tree/inside.txt" tree/inside.txt link/inside.txt; do
  rm -rf more
  expect 0 "the record is in more/2" compare "$path" --allocators tlsf --blocks 1 --page page.html --results more
  grep -q '"path": "inside.txt"' more/*/traces.json || fail "$path: $(grep '"path"' more/*/traces.json)"
done
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
# What is kept for a look is neither shown nor stale.
expect 0 "" compare a.txt --allocators tlsf --blocks 1 --page page.html --save
expect 0 "is not shown: it has 1 block, and a published figure has 15" report --check
expect 0 "already shows" report --readme
# Tables beside records: made there, and nothing else with them.
before=$(ls "$folder")
expect 0 "wrote tables.md in $folder" report --refresh "$folder"
[[ $(ls "$folder") == "$(printf '%s\ntables.md\n' "$before" | sort)" ]] || fail "$(ls "$folder")"
expect 0 "" report --check
echo >>"$folder/tables.md"
expect 1 "run tools/alloclab report --refresh $PWD/tree/bench/results/2" report --check
expect 0 "" report --refresh "$folder"
expect 0 "" report --check
expect 0 "" report
[[ -e alloclab-report/page.html && -e alloclab-report/summary_in_process.csv ]] || fail "the newest run is not the default"

for mode in --check --readme; do
  expect 2 "excludes" report $mode "$folder"
  expect 2 "excludes" report $mode -o elsewhere
done
expect 2 "excludes" report --check --readme
expect 2 "excludes" report --refresh -o elsewhere
expect 2 "excludes" report --refresh --json
expect 2 "nowhere: holds no record" report nowhere
echo '{"schema": 2}' >broken.json
mkdir broken
mv broken.json broken/traces.json
expect 2 "traces.json: record: /provenance is no object" report broken -o made
[[ ! -e made ]] || fail "a folder was made for nothing"
