// Event streams made up for tests and the decoding benchmark: valid, seeded, the same everywhere.

#ifndef ALLOCLAB_TRACES_SAMPLE_EVENTS_H_
#define ALLOCLAB_TRACES_SAMPLE_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "traces/trace_io.h"

namespace alloclab {

// `count` events of every kind on several threads, sizes and operands from 0 to the largest, ids
// filled in. Stretches of them have call sites.
std::vector<Event> RandomEvents(std::uint64_t seed, std::size_t count);

// `count` events shaped like the recording of a C++ program: malloc and free of a few common sizes,
// most blocks dying young in bursts, some living long, with a realloc or calloc now and then.
std::vector<Event> RecordingLikeEvents(std::uint64_t seed, std::size_t count);

// All the events of a trace.
std::vector<Event> ReadAll(TraceReader& reader);

// The bytes of a file; the test fails by exception when it cannot be read.
std::string FileBytes(const std::string& path);

// A path in the test's own temporary folder, with nothing there.
std::string TemporaryPath(const std::string& name);

// The bytes of an archive or a text with these events.
std::string ArchiveBytes(const std::vector<Event>& events, const Metadata& metadata = {},
                         std::uint32_t block_events = 0, int zstd_level = 3);
std::string TextBytes(const std::vector<Event>& events, const Metadata& metadata = {});

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_SAMPLE_EVENTS_H_
