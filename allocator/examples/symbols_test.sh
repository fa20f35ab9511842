#!/bin/bash
# The static-buffer example asks the operating system and the C library for nothing: its object file
# imports functions that move memory, errno, and what a compiler adds.
set -euo pipefail
archive=$1
imports=$(nm -u "$archive" | awk 'NF == 2 { print $2 }' | sort -u)
allowed='memcpy|memset|memmove|__errno_location|_GLOBAL_OFFSET_TABLE_|__stack_.*'
strange=$(grep -vxE "$allowed" <<<"$imports" || [[ $? == 1 ]])
if [[ -n $strange ]]; then
  echo "allocator/examples/static_buffer.cc imports what a machine without an operating system lacks:"
  echo "$strange"
  exit 1
fi
# That the list is real: the example fills memory.
grep -qE 'memset' <<<"$imports" || { echo "no memset is imported: was the right file looked at? $archive"; exit 1; }
