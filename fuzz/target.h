// What a fuzz target is to the engine that drives it: libFuzzer, or driver.cc in plain builds.

#ifndef ALLOCLAB_FUZZ_TARGET_H_
#define ALLOCLAB_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// Runs one input. Returns 0; dies, after saying why, when the input has found something.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace alloclab {

// Tells what the input means, for one that killed the process without a word; `how` is a sentence
// about its death. Called by driver.cc in a process that survived.
void ReportDeath(std::span<const std::uint8_t> input, std::string_view how);

}  // namespace alloclab

#endif  // ALLOCLAB_FUZZ_TARGET_H_
