# The Debian packages alloclab needs, and why. Read by tools/setup and `alloclab doctor`.

build_packages=(
  bazel-bootstrap bazel-rules-java  # the build (Debian's Bazel 4.2.3)
  clang-19 lld-19                   # the compiler and the linker
  libclang-rt-19-dev                # sanitizers and libFuzzer
  llvm-19                           # symbols in sanitizer reports; the disassembler for tests; objcopy
  g++ libc6-dev                     # the second compiler, and the C++ library
  googletest                        # sources, compiled with our flags
  libboost-math-dev libcli11-dev nlohmann-json3-dev libfmt-dev libzstd-dev zlib1g-dev libxxhash-dev
  valgrind                          # its header, for guarded heaps; the program, for their test and to count instructions
  python3                           # which fuzz targets there are, as the BUILD files say
  libjemalloc2 libmimalloc2.0 libtcmalloc-minimal4 libtbbmalloc2  # allocators to compare with (and Scudo, of clang)
  ca-certificates
)

test_packages=(
  git sqlite3          # with python3: programs that are recorded, and run on our allocators
  coreutils grep       # with redis, node and clang: programs that run on our allocators
  redis-tools nodejs   # redis-tools: the server too, without a service that would be started
  chromium             # the report page's tests
  make unzip binutils  # fuzz targets as OSS-Fuzz builds and runs them (tools/ci/oss_fuzz),
  python3-yaml         # and the descriptions it reads
  python3-jsonschema   # holds records against bench/schema
)
