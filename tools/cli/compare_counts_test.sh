#!/usr/bin/env bash
# compare --counts, from outside: its record has the figures, and is one by the schema; so is a record of an
# allocator that could not be counted.
#
#   compare_counts_test.sh ALLOCLAB VALIDATE
set -euo pipefail
validate=$PWD/$2
. tools/cli/from_outside.sh

# edited PYTHON: the record after these statements on it, `counts` being those of its first cell, in edited.json.
edited() {
  /usr/bin/python3 -c "
import json
record = json.load(open('record.json'))
cell = record['cells'][0]
counts = cell['counts']
$1
json.dump(record, open('edited.json', 'w'))"
}
verdict() { /usr/bin/python3 "$validate" traces "$1" || true; }

"$alloclab" generate lifo -o t.alt --operations 2000 2>/dev/null
"$alloclab" compare t.alt --allocators tlsf --counts --blocks 1 --json --page page.html >record.json 2>errors ||
  fail "compare ended with $?: $(cat errors)"
[[ $(verdict record.json) == "record.json: ok" ]] || fail "the record: $(verdict record.json)"
edited 'assert counts["instructions_per_op"] > counts["floor_instructions_per_op"] > 0, counts'
edited 'cell["counts"] = {"reason": "it took too long"}'
[[ $(verdict edited.json) == "edited.json: ok" ]] || fail "one that was not counted: $(verdict edited.json)"
edited 'counts["reason"] = "it took too long"'
[[ $(verdict edited.json) == "edited.json: /cells/0/counts: "* ]] || fail "figures and a reason: $(verdict edited.json)"
edited 'record["provenance"]["counts_events"] = "many"'
[[ $(verdict edited.json) == "edited.json: /provenance/counts_events: "* ]] || fail "$(verdict edited.json)"
