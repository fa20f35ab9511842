#!/usr/bin/env bash
# bench, from outside: it becomes the Google Benchmark of single operations, with its flags.
set -euo pipefail
libraries=$PWD/allocator/preload
. tools/cli/from_outside.sh

rows() { "$alloclab" bench --benchmark_list_tests "$@"; }
[[ $(rows '--benchmark_filter=^tlsf/malloc_free/64$') == tlsf/malloc_free/64 ]] || fail "tlsf has no row of its own"
[[ $(rows --benchmark_filter=^preloaded) != */* ]] || fail "there are rows of a library that nobody asked for"
for library in tlsf "$libraries/libmalloc_tlsf.so"; do
  found=$(rows --library "$library" '--benchmark_filter=^preloaded/.*/malloc_free/64$')
  [[ $found == preloaded/libmalloc_tlsf.so/malloc_free/64 ]] || fail "--library $library has the rows: $found"
done
json=$("$alloclab" bench '--benchmark_filter=^slab/calloc/64$' --benchmark_min_time=0.001 --benchmark_format=json)
[[ $json == *'"name": "slab/calloc/64"'* ]] || fail "flags of Google Benchmark do not reach it: $json"
for wrong in --library=nosuch --library=system --library=/nowhere/libmine.so --no_such_flag; do
  expect 2 "" bench "$wrong"
done
echo "bench is a Google Benchmark"
