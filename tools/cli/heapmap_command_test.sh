#!/usr/bin/env bash
# alloclab heapmap, from outside: what is written, that it is the same each time, what is refused.
#
#   heapmap_command_test.sh ALLOCLAB
set -euo pipefail
. tools/cli/from_outside.sh
# Writes the same file twice, in two processes whose memory differs.
same() {
  "$alloclab" heapmap "$@" -o "one.${kind:?}"
  MORE_ENVIRONMENT=$(printf 'x%.0s' {1..5000}) "$alloclab" heapmap "$@" -o "other.$kind"
  cmp "one.$kind" "other.$kind" || fail "'heapmap $*' is another $kind the second time"
}

"$alloclab" generate larson -o t.alt --seed 3 --scale 0.02
for variant in first_fit_list segregated_bins slab bump system; do
  for kind in html svg png; do same t.alt --allocator "$variant"; done
done
kind=html
same t.alt --allocator tlsf --from 1000 --to 3000
grep -q '"from":1000,' one.html || fail "--from is not in the page"
grep -q '"to":3000,' one.html || fail "--to is not in the page"
grep -q '"path":"t.alt"' one.html || fail "the page does not know its trace"
[[ $(head -c 8 other.png | od -An -tx1) == " 89 50 4e 47 0d 0a 1a 0a" ]] || fail "not a PNG"

expect 0 "" heapmap t.alt --allocator buddy -o s.svg --width 640 --height 360
grep -q '<svg [^>]*width="640" height="360"' s.svg || fail "the figure has not the size asked for"
expect 0 "" heapmap t.alt --allocator buddy -o all.png --width 320 --height 200
[[ $("$alloclab" heapmap t.alt --allocator buddy -o all.png 2>&1 | wc -c) == 0 ]] ||
  fail "there is something to say where nobody sits at a terminal"

# What the page says to run next is what the commands take.
expect 0 "" slice t.alt part.alt --to 501
expect 2 "t.alt: there are 10008 events to draw from, so none is at --from 99999999" \
  heapmap t.alt --allocator tlsf --from 99999999 -o x.html
expect 2 "--from 9 is not below --to 9" heapmap t.alt --allocator tlsf --from 9 --to 9 -o x.html
expect 2 "there is no variant 'tls'; the variants are: bump, " heapmap t.alt --allocator tls -o x.html
expect 2 "-o x.gif: its name does not say what to write; end it with .html" \
  heapmap t.alt --allocator tlsf -o x.gif
expect 2 "/nowhere.alt: cannot open the trace" heapmap /nowhere.alt --allocator tlsf -o x.html
expect 2 "No such file" heapmap t.alt --allocator tlsf -o /nowhere/x.html
expect 2 "--width" heapmap t.alt --allocator tlsf --width 10 -o x.png
expect 2 "--allocator is required" heapmap t.alt -o x.html
expect 2 "--output is required" heapmap t.alt --allocator tlsf
printf 'alloclab trace text 1\n\n' >empty.txt
expect 2 "empty.txt: the trace is empty, so there is nothing to draw" \
  heapmap empty.txt --allocator tlsf -o x.html
compgen -G 'x.*' >/dev/null && fail "a refused picture was written"
expect 0 "addresses by events" heapmap --help
