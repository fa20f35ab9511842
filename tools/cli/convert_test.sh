#!/usr/bin/env bash
# Traces and other tools' recordings through the command line: what convert, info, replay and shrink
# make of them, what they say, and their exit statuses.
set -euo pipefail
seeds=$PWD/$2
. tools/cli/from_outside.sh

expect 0 '4 = realloc 2 768' convert "$seeds/rep/classic" -
expect 0 'not all of the trace is in again.rep: there is no place for the metadata.' convert "$seeds/rep/classic" again.rep
cmp "$seeds/rep/classic" again.rep || fail "a recording is another after it was read and written"
expect 0 '1,calloc,0,0,1,,,17,8' convert "$seeds/android/every_call" --to csv -
expect 0 'the recording is tainted: 1 frees of blocks' convert "$seeds/container/zstd_with_a_checksum" heaptrack.alt
expect 0 'recorder: heaptrack 1.4.0' info heaptrack.alt
expect 0 'imported: rep' info "$seeds/container/zip_with_a_folder"
expect 0 'imported: mtrace' info - <"$seeds/container/gzip_of_two_members"
expect 0 'tlsf keeps all rules' replay "$seeds/dj/every_call" --allocator tlsf --check
expect 3 'so it was cut' convert "$seeds/android/cut" cut.txt
expect 3 'so it was cut' replay "$seeds/android/cut" --allocator tlsf --blocks 1
expect 2 'more than one file' info "$seeds/container/zip_of_two"
expect 2 'expected "= Start" as the first line' convert --from mtrace "$seeds/rep/classic" x.txt
expect 2 'perf not in' convert --from perf "$seeds/rep/classic" x.txt
expect 2 'does not say which form to write' convert "$seeds/rep/classic" x.xyz
[[ ! -e x.txt ]] || fail "a refused trace was written"
# Names that JSON cannot hold as they are.
printf 'alloclab trace text 1\n# program: \xff\n\n0 = malloc 8\n' >$'\xfe.txt'
expect 0 $'"value": "\xef\xbf\xbd"' info --json $'\xfe.txt'
expect 0 $'"trace": "\xef\xbf\xbd' formats --json $'\xfe.txt'
expect 0 'The trace has no call sites' info --by site $'\xfe.txt'
expect 2 'thread not in {site}' info --by thread $'\xfe.txt'
# A case that breaks nothing cannot be made smaller.
expect 1 'breaks no rule on tlsf' shrink "$seeds/dj/every_call" small.txt --allocator tlsf --arena 65536
expect 2 "no variant 'nosuch'" shrink "$seeds/dj/every_call" small.txt --allocator nosuch
expect 1 'times its live bytes on tlsf, so' shrink "$seeds/dj/every_call" small.txt --allocator tlsf --arena 1048576 --held-over-live 1000
expect 1 'times as long on tlsf as on system, so there' shrink "$seeds/dj/every_call" small.txt --allocator tlsf \
  --slower-than system --times 1e6
expect 2 'not known to the byte' shrink "$seeds/dj/every_call" small.txt --allocator system --held-over-live 2
expect 2 'give a larger --arena, now 4096 bytes' shrink "$seeds/dj/every_call" small.txt --allocator tlsf --arena 4096 --held-over-live 2
expect 2 'excludes --slower-than' shrink "$seeds/dj/every_call" small.txt --allocator tlsf --held-over-live 2 --slower-than system
[[ ! -e small.txt ]] || fail "there is a small case of nothing"
# Blocks that a bump never uses again: one that stays, and then a thousand bytes, three times.
printf 'alloclab trace text 1\n\n0 = malloc 8\n' >bump.txt
for i in 1 2 3 4 5 6; do printf '%d = malloc 1000\nfree %d\n' "$i" "$i" >>bump.txt; done
expect 0 'events still show' shrink bump.txt small.txt --allocator bump --arena 65536 --held-over-live 2.5
expect 0 '# verdict: held/live above 2.5 with 504 bytes live' convert small.txt -
# Any block has some overhead: the smallest case is the least that is to stay live.
expect 0 '1 of 13 events still show' shrink bump.txt small.txt --allocator bump --arena 65536 --held-over-live 1.1
expect 0 '0 = malloc 504' convert small.txt -
