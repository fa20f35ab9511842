#!/usr/bin/env bash
# Options that would do nothing are refused, and name what they mean nothing with; and options that take a list
# leave alone what stands behind it.
#
#   options_test.sh ALLOCLAB
set -euo pipefail
. tools/cli/from_outside.sh

# ignored OPTION WHERE ARGUMENTS...: refused for this option, and not without it.
ignored() {
  local option=$1 where=$2
  shift 2
  expect 2 "$option means nothing with $where. Leave out either." "$@" $option=$value
  rm -f out.*
  expect 0 "" "$@"
}

expect 0 "" generate lifo -o t.alt --operations 2000

value=1
for option in --blocks --budget --timeout --memory-limit; do ignored "$option" --check replay t.alt --allocator tlsf --check; done
value=2% ignored --precision --check replay t.alt --allocator tlsf --check
value=timed ignored --mode --check replay t.alt --allocator tlsf --check
value=page ignored --touch --check replay t.alt --allocator tlsf --check
value=x.html ignored --page --check replay t.alt --allocator tlsf --check
for option in --quick --latency --counts; do
  expect 2 "$option means nothing with --check" replay t.alt --allocator tlsf --check "$option"
done
expect 2 "--time-scale means nothing with --check" replay t.alt --allocator tlsf --check --time-scale 2
expect 2 "--arena requires --check" replay t.alt --allocator tlsf --arena 65536
expect 0 "tlsf keeps all rules" replay t.alt --allocator tlsf --check --arena 1048576
expect 0 '"refused": 0' replay t.alt --allocator tlsf --check --json

value=2
ignored --time-scale "--mode serial" replay t.alt --allocator tlsf --blocks 1
expect 2 "--time-scale means nothing with --mode partial-order" compare t.alt --mode partial-order --time-scale 2
ignored --level "a target that is no archive (.alt)" convert t.alt out.txt
ignored --snapshots "a target that is no archive (.alt)" convert t.alt out.csv
ignored --level "a target that is no archive (.alt)" convert t.alt out.alt --to mtrace
ignored --level "a target that is no archive (.alt)" slice t.alt out.txt --to 10
ignored --level "a target that is no archive (.alt)" generate lifo -o out.txt
expect 0 "" convert t.alt out.txt --to alt --level 3 --snapshots
expect 0 "" slice t.alt out.alt --to 10 --level 3
expect 0 "" generate lifo -o out.alt --level 3
value=nosuch.json ignored --model "the generator lifo" generate lifo -o out.alt
expect 2 "--model means nothing with the generator lifo" generate --model nosuch.json lifo -o out.alt
value=800
ignored --width "a page" heapmap t.alt --allocator tlsf -o out.html
ignored --height "a page" heapmap t.alt --allocator tlsf -o out.html
expect 0 "" heapmap t.alt --allocator tlsf -o out.svg --width 800

expect 2 "--top requires --by" info t.alt --top 3
expect 0 "no call sites" info t.alt --by site --top 3
expect 2 "--seed requires --score" fit t.alt -o out.json --seed 3
expect 2 "excludes" shrink t.alt out.txt --allocator tlsf --test --json
expect 2 "excludes" report --check out.d
expect 2 "excludes" report --check -o out.d
expect 2 "excludes" report --readme -o out.d
expect 2 "excludes" report --json -o out.d

# In any order, and given twice: a list ends at its space.
expect 0 "slab" compare --allocators tlsf --allocators slab t.alt --blocks 1
expect 0 "tlsf" compare --blocks 1 --allocators tlsf,slab t.alt
expect 0 "tlsf" compare t.alt --blocks 1 --allocators tlsf
expect 2 'unknown allocator "nosuch"' compare --blocks 1 --allocators tlsf,nosuch t.alt
