#!/usr/bin/env bash
# The committed corpus is what MANIFEST.json says: every trace is listed once with its program, size,
# events, peak and licence, the hashes agree, and the whole stays under ten mebibytes.
set -euo pipefail
manifest=$1
folder=$(dirname "$manifest")
fail() {
  echo "$manifest: $*"
  exit 1
}

listed=$(sed -n 's/^  "name": "\(.*\)",$/\1/p' "$manifest")
[[ -n $listed ]] || fail "names no trace"
present=$(cd "$folder" && ls ./*.alt | sed 's|^\./||; s|\.alt$||' | sort)
[[ $(sort <<<"$listed") == "$present" ]] ||
  fail "lists [${listed//$'\n'/ }], but the folder has [${present//$'\n'/ }]; run traces/corpus/record.sh"

# The fields of one entry: lines between its name and the closing brace.
field() { # NAME FIELD
  sed -n "/^  \"name\": \"$1\"/,/^ }/s/^  \"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$manifest"
}
total=0
for name in $listed; do
  trace=$folder/$name.alt
  [[ $(sha256sum "$trace" | cut -d' ' -f1) == "$(field "$name" sha256)" ]] || fail "the sha256 of $name is another"
  bytes=$(stat -Lc %s "$trace")
  [[ $bytes == "$(field "$name" bytes)" ]] || fail "the size of $name is another"
  total=$((total + bytes))
  for wanted in program events live_bytes_peak licence licence_of_the_program; do
    [[ -n $(field "$name" $wanted) ]] || fail "$name has no $wanted"
  done
  info=$("$2" "$trace")
  [[ $info == "$(field "$name" events) $(field "$name" live_bytes_peak) " ]] ||
    fail "$name: the trace has events, peak and taint '$info'"
done
((total < 10 << 20)) || fail "the corpus has $total bytes, more than 10 MiB"
((total > 0)) || fail "the corpus is empty"
