#!/usr/bin/env bash
# Builds all fuzz targets for OSS-Fuzz or ClusterFuzzLite: into OUT, each with its seeds and options,
# with the compiler, flags and engine of the environment and nothing of this project's own.
#
#   CXX=... CXXFLAGS=... LIB_FUZZING_ENGINE=... OUT=... build.sh [TARGET...]
#
#   CXX, CXXFLAGS         the compiler and its flags, the sanitizer's among them (also CC and CFLAGS, for
#                         C: there is none here)
#   LIB_FUZZING_ENGINE    what is linked to drive a target: -fsanitize=fuzzer, an archive, an object
#   OUT                   where the targets go
#   WORK                  where objects go (default: a temporary folder); kept, it spares compiling again
#   SANITIZER             address, undefined, ...: told by the flags already, and only printed
#
# Needs Python, make, and what Debian and Ubuntu call libfmt-dev, libxxhash-dev, libzstd-dev, zlib1g-dev.
# Exit: 0, 2 where a variable is missing or something cannot be compiled.
set -euo pipefail

for name in CXX CXXFLAGS LIB_FUZZING_ENGINE OUT; do
  if [[ -z ${!name-} ]]; then
    echo "build.sh: $name is not set; see the comment at the top of this file" >&2
    exit 2
  fi
done
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
if [[ -z ${WORK-} ]]; then
  WORK=$(mktemp -d)
  trap 'rm -rf "$WORK"' EXIT
fi
mkdir -p "$WORK" "$OUT"
export CXX CXXFLAGS LIB_FUZZING_ENGINE

"$here/targets.py" --makefile "$WORK" "$OUT" || exit 2
targets=("$@")
[[ $# -gt 0 ]] || mapfile -t targets < <("$here/targets.py" --list)
out=$(realpath "$OUT")
make -f "$WORK/Makefile" -j"$(nproc)" --no-print-directory "${targets[@]/#/$out/}" || exit 2
echo "build.sh: ${#targets[@]} targets in $OUT, sanitizer: ${SANITIZER:-none said}"
