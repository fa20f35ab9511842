#!/usr/bin/env bash
# Records the corpus again, with the project's own recorder, and writes MANIFEST.json.
#
#   traces/corpus/record.sh
#
# The programs come from this machine, so the events differ from one Debian release to the next; what
# is committed is what MANIFEST.json says. Needs python3, git, sqlite3 and clang++-19.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
corpus=$root/traces/corpus
programs=$corpus/programs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Relative names, so that no recording tells where the sources or the temporary folder lay.
cp "$programs"/* "$work"
export PATH=/usr/bin:$PATH

record() { # NAME LICENCE-OF-THE-PROGRAM COMMAND...
  local name=$1 licence=$2
  shift 2
  (cd "$work" && "$root/tools/alloclab" record --only-main -o "$work/$name.alt" -- "$@" >"$work/$name.out")
  "$root/tools/alloclab" convert --level 19 "$work/$name.alt" "$corpus/$name.alt"
  "$root/tools/alloclab" info --json "$corpus/$name.alt" >"$work/$name.json"
  python3 - "$name" "$licence" "$corpus/$name.alt" "$work/$name.json" "$work/manifest.json" "$@" <<'PY'
import hashlib, json, os, sys
name, licence, trace, info_file, manifest, *command = sys.argv[1:]
info = json.load(open(info_file))
entry = {
    "name": name,
    "program": os.path.basename(command[0]),
    "arguments": [os.path.basename(a) for a in command[1:]],
    "events": info["events"],
    "live_bytes_peak": info["live_bytes_peak"],
    "bytes": os.path.getsize(trace),
    "sha256": hashlib.sha256(open(trace, "rb").read()).hexdigest(),
    "licence": "Apache-2.0",
    "licence_of_the_program": licence,
}
entries = json.load(open(manifest)) if os.path.exists(manifest) else []
json.dump(entries + [entry], open(manifest, "w"), indent=1)
PY
}

# A repository with 150 commits, the same every time.
make_repository() {
  export GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' GIT_COMMITTER_DATE='2026-01-01T00:00:00Z'
  export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
  git init -q "$work/repository"
  local i
  for i in $(seq 150); do
    seq "$i" 3 $((i * 20 + 400)) >"$work/repository/file$((i % 12)).txt"
    git -C "$work/repository" add .
    git -C "$work/repository" commit -q -m "Change number $i"
  done
}

make_repository
export LC_ALL=C PYTHONHASHSEED=0
PYTHONMALLOC=malloc record python PSF-2.0 python3 -S python_workload.py
record git GPL-2.0-only git -C repository --no-pager log -p --stat
record sqlite blessing sqlite3 :memory: ".read sqlite_workload.sql"
record clang Apache-2.0-with-LLVM-exception clang++-19 -O2 -std=c++20 -c compiler_input.cc -o out.o
mv "$work/manifest.json" "$corpus/MANIFEST.json"
cat "$corpus/MANIFEST.json"
