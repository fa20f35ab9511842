#!/usr/bin/env bash
# alloclab gate from outside, in seconds: the baseline is a revision of a small repository, its build is
# done by a stand-in for bazel, and its figures are those of the tree under test, changed by sed.
#
#   gate_command_test.sh ALLOCLAB COUNTS TRACE
set -euo pipefail
trace=$PWD/$3
COUNTS=$(readlink -f "$2")
export COUNTS
. tools/cli/from_outside.sh

# expect_gate STATUS WORDS ARGUMENTS...: as expect, of gate on slab alone, and nothing is left of it.
expect_gate() {
  local status=$1 words=$2
  shift 2
  local common=(--variants slab --traces "$trace")
  [[ " $* " == *" --variants "* ]] && common=(--traces "$trace")
  [[ " $* " == *" --traces "* ]] && common=(--variants slab)
  expect "$status" "$words" gate "${common[@]}" --blocks "${BLOCKS-0}" "$@"
  nothing_left
}
nothing_left() {
  [[ -z $(ls -A "$TMPDIR") ]] || fail "left among the temporary files: $(ls -A "$TMPDIR")"
  [[ $(git -C "$ALLOCLAB_ROOT" worktree list | wc -l) == 1 ]] || fail "a worktree was left"
  [[ -z $(git -C "$ALLOCLAB_ROOT" status --porcelain) ]] || fail "the repository was changed"
}

export TMPDIR=$PWD/temporary ALLOCLAB_ROOT=$PWD/repository HOME=$PWD
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
mkdir temporary programs repository

cat >programs/bazel <<'END'
#!/usr/bin/env bash
[[ "$*" == *"build --config=bench"*" //bench/deterministic:counts" ]] || { echo "bazel $*"; exit 1; }
if [[ -e broken ]]; then echo "broken: 1: it does not compile"; exit 1; fi
if [[ -e slow ]]; then echo $$ >"$PIDS"; sleep 300; fi
mkdir -p bazel-bin/bench/deterministic
cp bench/deterministic/figures bazel-bin/bench/deterministic/counts
END
chmod +x programs/bazel
export PATH=$PWD/programs:$PATH

cd repository
git init -q .
commit() { git add -A && git commit -qm "$1" && git tag "$1"; }
echo old >README
commit old
mkdir -p bench/deterministic
echo >bench/deterministic/counts.cc
cat >bench/deterministic/figures <<'END'
#!/usr/bin/env bash
# What is timed lies elsewhere in every run.
[[ $(</proc/self/personality) == 00000000 ]] || { echo "the same addresses in every run"; exit 1; }
"$COUNTS" "$@" || exit
for argument; do
  [[ $argument == --output=* ]] && sed -i "${EDIT-}" "${argument#--output=}"
done
exit 0
END
chmod +x bench/deterministic/figures
commit new
touch broken
commit broken
git mv broken slow
commit slow
cd ..

expect_gate 0 "passed: nothing is worse" --baseline new
[[ $text == *"5 figures are equal, 0 differ"* ]] || fail "two runs of one tree differ: $text"
EDIT='s/"held_bytes_at_end": [0-9]*/"held_bytes_at_end": 0/' \
  expect_gate 1 "FAILED: 1 figure is worse" --baseline new
[[ $text == *"slab "*"held_bytes_at_end"*"margin 262144 B"* ]] || fail "what is worse is not told: $text"
EDIT='s/"held_bytes_at_end": [0-9]*/"held_bytes_at_end": 0/' \
  expect_gate 0 "1 differ within" --baseline new --held-at-end 100000000
EDIT='s/"held_bytes_at_end": [0-9]*/"held_bytes_at_end": 99999999/' expect_gate 0 "1 are better" --baseline new
EDIT='s/"instructions": [0-9]*/"instructions": 5/' expect_gate 1 '"verdict": "failed"' --baseline new --json
expect_gate 0 '"verdict": "passed"' --baseline new --json
BLOCKS=1 expect_gate 0 "Time, as advice" --baseline new --counted-events 500

expect_gate 2 "--baseline is required"
expect_gate 2 "there is no revision nowhere in the repository" --baseline nowhere
expect_gate 2 "there is no revision --all in the repository" --baseline=--all
expect_gate 2 "older than the program that tells its figures" --baseline old
expect_gate 2 "broken: 1: it does not compile" --baseline broken
expect_gate 2 "the present tree has no variant none" --baseline new --variants none
expect_gate 2 "system is no variant of ours" --baseline new --variants system
expect_gate 2 "nowhere.alt: there is no such trace" --baseline new --traces "$trace,nowhere.alt"
expect_gate 2 "another trace has the same name" --baseline new --traces "$trace,$trace"
expect_gate 2 "write it like 2%" --baseline new --instructions 2
EDIT='s/"version": 1/"version": 2/' expect_gate 2 "figures of the baseline are of version 2" --baseline new
EDIT='s/"i1": "[^"]*"/"i1": "1,1,1"/' expect_gate 2 "another condition: i1 is 1,1,1 there" --baseline new
EDIT='s/"i1": "/"branches": "none", &/' \
  expect_gate 2 "another condition: branches is none there and unknown here" --baseline new
EDIT='s/"reason": ""/"reason": "it fell over"/' expect_gate 0 "no longer fails" --baseline new
EDIT='s/"\(operations\|held_bytes_at_end\|live_bytes_peak\)"/"other"/' \
  expect_gate 2 "nothing could be compared with new: slab on" --baseline new
EDIT='s/"slab",//' expect_gate 2 "the baseline has no variant slab" --baseline new
# Whoever needs more memory than a machine has is no figure, and no end of the machine.
for figures in counts memory time; do
  "$COUNTS" -o limited.json --figures $figures --memory-limit 1 --allocators slab "$trace" 2>&1 ||
    fail "counts ended with $?"
  ! grep -q '"reason": ""' limited.json || fail "$figures without a limit: $(cat limited.json)"
  ! grep -qE 'instructions|held_bytes|ns_per_op' limited.json || fail "$figures of what failed: $(cat limited.json)"
done
ALLOCLAB_ROOT=$PWD/programs
expect 2 "git finds no repository" gate --baseline new --traces "$trace"
ALLOCLAB_ROOT=$PWD/repository

# Ended from outside while it builds: nothing is left, and nothing runs on.
export PIDS=$PWD/pids
"$alloclab" gate --baseline slow --traces "$trace" &
gate=$!
for ((i = 0; i < 200; ++i)); do [[ -s $PIDS ]] && break || sleep 0.1; done
[[ -s $PIDS ]] || fail "the build did not begin"
kill -TERM $gate
got=0
wait $gate || got=$?
[[ $got == 143 ]] || fail "SIGTERM: ended with $got"
! kill -0 "$(cat "$PIDS")" 2>/dev/null || fail "the build runs on"
nothing_left
