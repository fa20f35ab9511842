#!/usr/bin/env bash
# compare --workloads, from outside: what it prints, what it refuses, and how it ends.
set -euo pipefail
. tools/cli/from_outside.sh

quick=("--workloads=comb,thread_churn" --threads "1,2" --allocators "tlsf,system" --blocks 1)
expect 0 "comb: holes between live blocks that nothing fits into" compare "${quick[@]}"
grep -qE '^tlsf +[0-9.]+ .* x[0-9.]+$' <<<"$text" || fail "there is no row for tlsf: $text"
expect 0 '"kind": "workloads"' compare "${quick[@]}" --json
grep -qF 'libmalloc_tlsf.so"' <<<"$text" || fail "a variant is not its library"
# Names may also be apart.
expect 0 "thread_churn: threads that start" \
  compare --workloads comb thread_churn --threads 1 --allocators system --blocks 1
# A cell that failed is found: nothing may be gained.
expect 1 "failed: ran out of memory" \
  compare --workloads=large_blocks --threads 1 --allocators tlsf --blocks 1 --memory-limit 1
expect 2 "--workloads runs programs of its own, not traces" compare a.alt --workloads
expect 2 "--mode means nothing with --workloads" compare --workloads --mode timed
expect 2 "--programs means nothing with --workloads" compare --workloads --programs
expect 2 "--threads requires --workloads" compare --threads 2
expect 2 'unknown workload "nosuch". Known are: larson' compare --workloads nosuch
expect 2 "with 1 to 1024 threads" compare --workloads --threads 0
expect 2 'unknown allocator "nosuch"' compare --workloads --allocators nosuch
echo "compare --workloads runs, refuses and ends as it should"
