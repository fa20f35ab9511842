// Records a program, for the tests of this folder: record_main LIBRARY F PROGRAM [ARGUMENT...]
// RAW_FOLDER in the environment is where the raw files go, SITE_DEPTH how many frames of call sites
// to keep. Prints a line for each process image and
// ends with the program's exit code.

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "traces/recorder/record.h"

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: record_main LIBRARY F PROGRAM [ARGUMENT...]\n");
    return 2;
  }
  alloclab::recorder::RecordOptions options;
  options.preload_library = argv[1];
  options.output = argv[2];
  options.argv.assign(argv + 3, argv + argc);
  if (const char* raw_folder = std::getenv("RAW_FOLDER")) options.raw_folder = raw_folder;
  if (const char* depth = std::getenv("SITE_DEPTH")) {
    options.site_depth = static_cast<std::uint32_t>(std::strtoul(depth, nullptr, 10));
  }
  try {
    const auto result = alloclab::recorder::Record(options);
    for (const auto& image : result.images) {
      fmt::print(stderr, "process {} {}: {} events, {}\n", image.pid, image.program, image.events,
                 image.file.empty() ? "no file" : image.file);
    }
    for (const auto& warning : result.warnings) fmt::print(stderr, "{}\n", warning);
    fmt::print(stderr, "ran {:.3f} s, merged in {:.3f} s\n", result.run_seconds,
               result.merge_seconds);
    return result.exit_code;
  } catch (const std::exception& error) {
    fmt::print(stderr, "record_main: {}\n", error.what());
    return 2;
  }
}
