#!/usr/bin/env bash
# One build for both: what ClusterFuzzLite calls is what OSS-Fuzz calls.
exec "$SRC/alloclab/fuzz/oss_fuzz/build.sh"
