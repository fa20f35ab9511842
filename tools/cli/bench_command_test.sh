#!/usr/bin/env bash
# bench, from outside: it becomes the Google Benchmark of single operations, with its flags.
set -euo pipefail
alloclab=$1
fail() {
  echo "$1"
  exit 1
}
rows() { "$alloclab" bench --benchmark_list_tests "$@"; }
[[ $(rows '--benchmark_filter=^tlsf/malloc_free/64$') == tlsf/malloc_free/64 ]] || fail "tlsf has no row of its own"
[[ -z $(rows --benchmark_filter=^preloaded | grep /) ]] || fail "there are rows of a library that nobody asked for"
for library in tlsf "$PWD/allocator/preload/libmalloc_tlsf.so"; do
  found=$(rows --library "$library" '--benchmark_filter=^preloaded/.*/malloc_free/64$')
  [[ $found == preloaded/libmalloc_tlsf.so/malloc_free/64 ]] || fail "--library $library has the rows: $found"
done
json=$("$alloclab" bench '--benchmark_filter=^slab/calloc/64$' --benchmark_min_time=0.001 --benchmark_format=json)
[[ $json == *'"name": "slab/calloc/64"'* ]] || fail "flags of Google Benchmark do not reach it: $json"
for wrong in --library=nosuch --library=system --library=/nowhere/libmine.so --no_such_flag; do
  status=0
  "$alloclab" bench "$wrong" >out.txt 2>&1 || status=$?
  [[ $status == 2 ]] || fail "$wrong ended with status $status: $(cat out.txt)"
done
echo "bench is a Google Benchmark"
