#!/usr/bin/env bash
# What memcheck says of a program's mistakes in the blocks of a guarded heap: once for each variant, by
# the block, where it was allocated and where it was freed; and nothing where there is no mistake.
set -uo pipefail
program=$1
command -v valgrind >/dev/null || {
  echo "there is no valgrind; tools/setup installs it"
  exit 1
}
failed=0

# expect MISTAKE TIMES TEXT...: each text is there so many times.
expect() {
  local mistake=$1 times=$2 said found text
  shift 2
  said=$(valgrind --leak-check=full --show-leak-kinds=definite "$program" "$mistake" 2>&1)
  for text in "$@"; do
    found=$(grep -c -- "$text" <<<"$said")
    if [[ $found != "$times" ]]; then
      echo "$mistake: \"$text\" is there $found times, not $times:"
      head -n 40 <<<"$said"
      failed=1
    fi
  done
}

variants=$2
expect none 1 'ERROR SUMMARY: 0 errors'
expect overflow "$variants" 'Invalid write of size 1' ' 0 bytes after a block of size 40 alloc'
expect underflow "$variants" 'Invalid read of size 1' ' 1 bytes before a block of size 40 alloc'
expect freed "$variants" 'Invalid read of size 1' ' 0 bytes inside a block of size 40 free'
expect unset "$variants" 'depends on uninitialised value'
expect leak "$variants" '40 bytes in 1 blocks are definitely lost'
exit "$failed"
