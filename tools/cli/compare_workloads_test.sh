#!/usr/bin/env bash
# compare --workloads, from outside: what it prints, what it refuses, and how it ends.
set -euo pipefail
alloclab=$1
fail() {
  echo "$1"
  exit 1
}
# Runs it with the arguments after the status and the words, and looks for both.
expect() {
  local status=0 want=$1 words=$2
  shift 2
  "$alloclab" compare "$@" >out.txt 2>&1 || status=$?
  [[ $status == "$want" ]] || fail "status $status, not $want: $* said $(head -5 out.txt)"
  grep -qF -- "$words" out.txt || fail "$* said $(head -5 out.txt), and not: $words"
}
quick=(--workloads=comb,thread_churn --threads 1,2 --allocators tlsf,system --blocks 1)
expect 0 "comb: holes between live blocks that nothing fits into" "${quick[@]}"
grep -qE '^tlsf +[0-9.]+ .* x[0-9.]+$' out.txt || fail "there is no row for tlsf: $(cat out.txt)"
expect 0 '"kind": "workloads"' "${quick[@]}" --json
grep -qF 'libmalloc_tlsf.so"' out.txt || fail "a variant is not its library"
# Names may also be apart.
expect 0 "thread_churn: threads that start" --workloads comb thread_churn --threads 1 --allocators system --blocks 1
# A cell that failed is found: nothing may be gained.
expect 1 "failed: ran out of memory" --workloads=large_blocks --threads 1 --allocators tlsf --blocks 1 --memory-limit 1
expect 2 "--workloads runs programs of its own, not traces" a.alt --workloads
expect 2 "--mode is for traces and means nothing with --workloads" --workloads --mode timed
expect 2 "--page is for traces" --workloads --page x.html
expect 2 "--threads requires --workloads" --threads 2
expect 2 'unknown workload "nosuch". Known are: larson' --workloads nosuch
expect 2 "with 1 to 1024 threads" --workloads --threads 0
expect 2 'unknown allocator "nosuch"' --workloads --allocators nosuch
echo "compare --workloads runs, refuses and ends as it should"
