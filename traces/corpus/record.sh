#!/usr/bin/env bash
# Records the corpus again, with the project's own recorder, and writes MANIFEST.json.
#
#   traces/corpus/record.sh [NAME...]      all of them, or those that are named
#
# The programs come from this machine, so the events differ from one Debian release to the next; what
# is committed is what MANIFEST.json says. Needs python3, git, sqlite3, clang++-19, g++, node, perl, jq, bash
# and redis.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
corpus=$root/traces/corpus
programs=$corpus/programs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Relative names, so that no recording tells where the sources or the temporary folder lay.
cp "$programs"/* "$work"
export PATH=/usr/bin:$PATH

wanted=" $* "
is_wanted() { [[ $wanted == "  " || $wanted == *" $1 "* ]]; }

record() { # NAME LICENCE-OF-THE-PROGRAM COMMAND...
  local name=$1 licence=$2
  is_wanted "$name" || return 0
  shift 2
  (cd "$work" && "$root/tools/alloclab" record --only-main -o "$work/$name.alt" -- "$@" >"$work/$name.out")
  keep "$name" "$licence" "$@"
}

# What no program does, and what theory says of the worst.
generate() { # NAME ARGUMENTS...
  local name=$1
  is_wanted "$name" || return 0
  shift
  "$root/tools/alloclab" generate "$name" -o "$work/$name.alt" "$@"
  keep "$name" Apache-2.0 alloclab generate "$name" "$@"
}

keep() { # NAME LICENCE-OF-THE-PROGRAM COMMAND...
  local name=$1 licence=$2
  shift 2
  # A program that was made here is named without its folder.
  "$root/tools/alloclab" convert "$work/$name.alt" - | sed "1,20s|$work/||" >"$work/$name.txt"
  "$root/tools/alloclab" convert --level 19 "$work/$name.txt" "$corpus/$name.alt"
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
json.dump([e for e in entries if e["name"] != name] + [entry], open(manifest, "w"), indent=1)
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

make_records() {
  awk 'BEGIN { printf "["; for (i = 0; i < 3000; i++) printf "%s{\"id\":%d,\"name\":\"n%d\",\"tags\":[\"a%d\",\"b%d\"],\"size\":%d.5}", i ? "," : "", i, i * 7919 % 613, i % 11, i % 17, i * 31 % 997; print "]" }' >"$work/records.json"
}

# A server on loopback, and who asks it; the recording ends when it is told to shut down.
redis_under_load() {
  cat >"$work/redis.sh" <<'SH'
socket=$PWD/redis.sock
(
  until [[ -S $socket ]]; do sleep 0.1; done
  redis-benchmark -s "$socket" -q -n 6000 -c 20 -r 3000 -t set,get,lpush,sadd,hset,zadd,mset >/dev/null
  redis-cli -s "$socket" shutdown nosave
) &
exec redis-server --port 0 --unixsocket "$socket" --save '' --appendonly no --daemonize no
SH
  record redis BSD-3-Clause bash redis.sh
}

make_repository
make_records
if [[ $wanted != "  " ]]; then cp "$corpus/MANIFEST.json" "$work/manifest.json"; fi
export LC_ALL=C PYTHONHASHSEED=0
PYTHONMALLOC=malloc record python PSF-2.0 python3 -S python_workload.py
record git GPL-2.0-only git -C repository --no-pager log -p --stat
record sqlite blessing sqlite3 :memory: ".read sqlite_workload.sql"
record clang Apache-2.0-with-LLVM-exception clang++-19 -O2 -std=c++20 -c compiler_input.cc -o out.o
# The driver would run it as a child.
record gcc GPL-3.0-or-later "$(g++ -print-prog-name=cc1plus)" -quiet -O1 -std=c++20 -D_GNU_SOURCE \
  -imultiarch "$(g++ -print-multiarch)" pipeline.cc -o out.s
record node MIT node node_workload.js
record perl Artistic-1.0-Perl perl perl_workload.pl
record jq MIT jq 'group_by(.name) | map({name: .[0].name, n: length, tags: (map(.tags) | add | unique)})' records.json
record bash GPL-3.0-or-later bash shell_workload.sh
redis_under_load
clang++-19 -O2 -std=c++20 -pthread "$work/pipeline.cc" -o "$work/pipeline"
record pipeline Apache-2.0 ./pipeline
generate comb
generate larson
generate robson
generate robson_first_fit
mv "$work/manifest.json" "$corpus/MANIFEST.json"
cat "$corpus/MANIFEST.json"
