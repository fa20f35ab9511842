#!/usr/bin/env bash
# replay: the steps of a case in their order, the verdict as its exit status, misuse as 2.
set -euo pipefail
replay=$PWD/$1
cd "$TEST_TMPDIR"
printf '%s\n' 'alloclab trace text 1' '# arena: 1024' '# allocator: locked' '# schedule: 1 1 1 1 1 0' '' \
  '0 = malloc 24 @0' '1 = malloc 24 @1' 'free 1 @1' >case.txt

fail() {
  echo "$*"
  cat said
  exit 1
}

"$replay" case.txt >said || fail "a case that breaks no rule ends with $?"
grep -q '^no rule is broken$' said || fail "it does not say that no rule is broken"
[[ $(head -n 3 said) == 'thread 1  try_lock         object 0
thread 1  acquire          object 1
thread 1  unlock           object 0' ]] || fail "the first steps are not those of thread 1"
"$replay" case.txt --allocator cached >said || fail "on the cache it ends with $?"
grep -q 'compare_exchange' said || fail "the cache's slot is not taken"
"$replay" case.txt --search 1 >said || fail "a search that finds nothing ends with $?"
grep -Eq '^[0-9]+ schedules run$' said || fail "it does not say how many it ran"

"$replay" case.txt --shrink small.txt >said 2>&1 || fail "to make a case small that breaks nothing ends with $?"
grep -q 'breaks no rule on locked, so there is nothing to keep' said || fail "it does not say why"
[[ ! -e small.txt ]] || fail "there is a small case of nothing"

# More calls than there are steps for: the one verdict that a heap without faults can get.
{
  head -n 4 case.txt
  for ((i = 0; i < 3000; ++i)); do printf '%d = malloc 24\nfree %d\n' "$i" "$i"; done
} >long.txt
status=0
"$replay" long.txt >said || status=$?
[[ $status == 1 ]] || fail "a case with a verdict ends with $status, not 1"
grep -q '^broken rule: livelock$' said || fail "the verdict is not told"
# With fewer steps, a few calls are too many.
{
  head -n 4 case.txt
  for ((i = 0; i < 30; ++i)); do printf '%d = malloc 24\nfree %d\nmarker 3\nfree null @1\n' "$i" "$i"; done
} >short.txt
status=0
"$replay" short.txt --steps 40 --search 0 --shrink small.txt >said || status=$?
[[ $status == 1 ]] || fail "to make a case small ends with $status, not 1"
grep -Eq '^small.txt: 1?[0-9] of 120 events still show "livelock"$' said || fail "it does not say what is left"
status=0
"$replay" small.txt --steps 40 >said || status=$?
[[ $status == 1 ]] && grep -q '^broken rule: livelock$' said || fail "the small case shows nothing"
if grep -q 'malloc 24' small.txt; then
  cat small.txt
  fail "a size that does not matter is as it was"
fi

expect_misuse() {
  local status=0
  "$replay" "$@" >said 2>&1 || status=$?
  [[ $status == 2 ]] || fail "$* ends with $status, not 2"
}
expect_misuse
expect_misuse missing.txt
expect_misuse case.txt --allocator nobody
expect_misuse case.txt --search some
expect_misuse short.txt --steps 40 --search 0 --shrink nowhere/small.txt
sed -i 's/^# schedule: .*/# schedule: first/' case.txt
expect_misuse case.txt
