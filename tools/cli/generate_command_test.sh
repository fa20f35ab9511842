#!/usr/bin/env bash
# alloclab generate and fit, from outside: what is written, what is printed, what is refused.
#
#   generate_command_test.sh ALLOCLAB
set -euo pipefail
. tools/cli/from_outside.sh

expect 0 " events of lifo, seed 4, operations=3000 depth=50 least=16 most=4095" \
  generate lifo -o a.alt --seed 4 --scale 1.5 --operations 2000 --depth 50
expect 0 "" generate --seed 4 -o b.alt --scale 3 lifo --operations 1000 --depth 50
cmp a.alt b.alt || fail "the same trace, asked for in two ways, is not the same"
expect 0 "" generate lifo -o c.alt --seed 5 --operations 3000 --depth 50
! cmp -s a.alt c.alt || fail "another seed makes the same trace"
expect 0 "generator: lifo" info a.alt
expect 0 "bound: M = 64 units of 32 bytes live" generate robson -o r.txt --live 64 --largest 8
expect 0 "# bound: M = 64 units" generate robson -o - --live 64 --largest 8

expect 0 "robson_best_fit " generate --list
expect 0 "units live at most" generate robson_best_fit --help
expect 2 "which generator? Name one" generate -o d.alt
expect 2 "where to? Give -o FILE" generate fifo
expect 2 "depth is 0, but it must be from 1 to" generate lifo -o d.alt --depth 0
expect 2 "live must be at least twice as much" generate robson -o d.alt --live 64 --largest 64
expect 2 "the scale is 'x'" generate lifo -o d.alt --scale x
expect 2 "fleet reads a file; name it with --table FILE" generate fleet -o d.alt
expect 2 "/nowhere.csv: cannot open the table: No such file or directory; check the name" \
  generate fleet -o d.alt --table /nowhere.csv
expect 2 "/nowhere.json: cannot open the model: No such file or directory; check the name" \
  generate --model /nowhere.json -o d.alt
expect 2 "cannot open the model: Is a directory; name a model file inside it" \
  generate model --model . -o d.alt
expect 2 "/nowhere.alt: cannot open the trace: No such file" fit /nowhere.alt -o d.json
expect 2 "--width" generate lifo -o d.alt --width 3
[[ ! -e d.alt ]] || fail "a refused trace was written"

printf '16,5,100\n4096,1,10\n' >table.csv
expect 0 "table=table.csv allocations=100 live=20" \
  generate fleet -o f.txt --table table.csv --live 20 --allocations 100
expect 0 "from the means: sizes 0." fit a.alt -o m.json --score
expect 0 "from the distributions: sizes 0.0" fit a.alt -o m.json --score
expect 0 "of model, seed 1, model=m.json share=500 mean=0" generate --model m.json -o n.alt --scale 0.5
expect 0 "" generate model --model m.json -o o.alt --share 500
cmp n.alt o.alt || fail "--model is not the generator model"
expect 2 "no JSON at byte" generate --model table.csv -o d.alt
expect 2 "table.csv: is no trace" fit table.csv -o d.json
[[ ! -e d.alt && ! -e d.json ]] || fail "a refused file was written"
