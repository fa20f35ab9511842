# shellcheck shell=bash
# What tests of alloclab from outside begin with: the program, a folder to be in, and the two checks. Sourced in
# the folder where a test starts, after what is named by its other arguments has been found there:
#
#   set -euo pipefail
#   other=$PWD/$2
#   . tools/cli/from_outside.sh
#
# The first check that fails ends the test, and so does any command that fails and is not asked for its status.
alloclab=$PWD/$1
cd "${TEST_TMPDIR:-$(mktemp -d)}"

fail() {
  echo "FAILED: $*"
  exit 1
}

# expect STATUS WORDS ARGUMENTS...: alloclab with the arguments ends with the status and prints the words. All that it
# printed is in $text.
expect() {
  local status=$1 words=$2 got=0
  shift 2
  text=$("$alloclab" "$@" 2>&1) || got=$?
  [[ $got == "$status" ]] || fail "'$*' ended with $got, not $status: $text"
  [[ $text == *"$words"* ]] || fail "'$*' does not say '$words': $text"
}
