// What a comparison was told, and what its shell says to mallocs, as every provenance has it.

#ifndef ALLOCLAB_BENCH_RECORD_SETTINGS_RECORD_H_
#define ALLOCLAB_BENCH_RECORD_SETTINGS_RECORD_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "bench/statistics/block_loop.h"

namespace alloclab {

// Adds "blocks_most", "precision" and "budget_seconds" (where there are), "timeout_seconds" and
// "memory_limit_bytes" (0: none).
void AddSettings(nlohmann::ordered_json& provenance, const BlockLimits& limits,
                 std::chrono::milliseconds timeout, std::uint64_t memory_limit_bytes);

// Adds how it ended: "blocks" that everything had, whether it was "interrupted", and
// "elapsed_seconds" (to a tenth).
void AddEnd(nlohmann::ordered_json& provenance, std::size_t blocks, bool interrupted,
            std::chrono::duration<double> elapsed);

// The variables of this process's environment by which a malloc is set, sorted and separated by
// spaces: "GLIBC_TUNABLES=... MALLOC_ARENA_MAX=1". Empty when there are none. What is measured in
// this environment has them, too (child_process.h).
std::string MallocVariables();

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_RECORD_SETTINGS_RECORD_H_
