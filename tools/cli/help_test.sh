#!/usr/bin/env bash
# What --help says: every command tells its own exit statuses, and what it tells of allocators and defaults is
# what holds.
#
#   help_test.sh ALLOCLAB
set -euo pipefail
. tools/cli/from_outside.sh

help() { "$alloclab" "$@" --help; }
# says WORDS COMMAND...: its help has the words, whatever lines they are broken into.
says() {
  local words=$1
  shift
  [[ $(help "$@" | tr -s ' \n' ' ') == *"$words"* ]] || fail "$* --help does not say '$words'"
}

# Each command is a line of two spaces, its name and what it does.
commands=$(help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]\+\) .*/\1/p')
[[ $(wc -w <<<"$commands") -ge 16 ]] || fail "only these commands are seen: $commands"
says "Also, as scripts of the source tree: test All tests"
for command in $commands; do
  says "Exit status: " "$command"
  [[ $(help "$command") != *"scripts of the source tree"* ]] || fail "$command --help ends as alloclab --help does"
done
for generator in $("$alloclab" generate --list | cut -d ' ' -f 1); do
  [[ $(help generate "$generator") != *"scripts of the source tree"* ]] || fail "generate $generator --help"
done

# Whoever takes an allocator of any kind names all libraries that it knows by name.
expect 2 "" run --allocator nosuch -- true
libraries=$(sed 's/.*system, \(.*\); or give.*/\1/; s/,//g' <<<"$text")
[[ $(wc -w <<<"$libraries") -ge 5 ]] || fail "no libraries are named in: $text"
for command in run replay compare bench; do
  for library in $libraries; do says " $library," "$command"; done
done

says "default: 30; with --programs 20, with --quick too 5" compare
says "default: 9, with --workloads 8; none with --blocks" compare
says "default: alloclab-report.html, with --json, too; none with --workloads or --programs" compare
says "with --workloads a quarter of the work, a minute and a half; with --programs a fraction" compare
says "default: 30)" replay
says "default: 9; none with --blocks" replay
says "- for text on standard output" generate
