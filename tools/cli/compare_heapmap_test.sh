#!/usr/bin/env bash
# alloclab compare --heapmap, from outside: the page has the heap in it, and what cannot be is refused before
# anything is measured.
#
#   compare_heapmap_test.sh ALLOCLAB
set -euo pipefail
. tools/cli/from_outside.sh

refused() { expect 2 "$1" compare t.alt --allocators tlsf --blocks 1 --page refused.html "${@:2}"; }

"$alloclab" generate larson -o t.alt --seed 3 --scale 0.01 2>/dev/null
refused "--heapmap t: names no allocator; write it like t:tlsf" --heapmap t
refused "--heapmap t:tls: there is no variant 'tls'; the variants are: bump, " --heapmap t:tls
refused "--heapmap u:tlsf: 'u' is not among the traces compared, which are: t" --heapmap u:tlsf
[[ ! -e refused.html ]] || fail "a refused page was written"

"$alloclab" compare t.alt --allocators tlsf --blocks 1 --page page.html \
  --heapmap t:tlsf --heapmap t.alt:slab >/dev/null 2>&1 || fail "compare ended with $?"
for number in 0 1; do
  grep -q "id=\"history-$number\"" page.html || fail "history $number is not in the page"
done
grep -q '"allocator":"tlsf","id":"history-0","trace":"t"' page.html || fail "the first heap is not named"
grep -q '"allocator":"slab","id":"history-1","trace":"t"' page.html || fail "the second heap is not named"

# Of a look at the first events the heap shows no more than they.
"$alloclab" generate larson -o long.alt --seed 3 --scale 0.4 2>/dev/null
"$alloclab" compare long.alt --allocators tlsf --quick --page page.html --heapmap long:tlsf \
  >/dev/null 2>&1 || fail "compare --quick ended with $?"
grep -q '"to":30000,' page.html || fail "the heap is not of the first 30000 events"
