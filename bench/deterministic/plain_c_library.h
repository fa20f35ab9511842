// The C library chooses between versions of memcpy, memset and their like by what the processor
// has. With these settings in GLIBC_TUNABLES all processors take the oldest, and what is counted is
// the same on all of them.

#ifndef ALLOCLAB_BENCH_DETERMINISTIC_PLAIN_C_LIBRARY_H_
#define ALLOCLAB_BENCH_DETERMINISTIC_PLAIN_C_LIBRARY_H_

namespace alloclab {

inline constexpr char kPlainCLibrary[] =
    "glibc.cpu.hwcaps=-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-ERMS,-FSRM,-AVX_Fast_Unaligned_Load,"
    "-Prefer_No_VZEROUPPER,-SSSE3,-Fast_Copy_Backward:"
    "glibc.cpu.x86_non_temporal_threshold=0x40000000:"
    "glibc.cpu.x86_rep_movsb_threshold=0x40000000:glibc.cpu.x86_rep_stosb_threshold=0x40000000";

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_DETERMINISTIC_PLAIN_C_LIBRARY_H_
