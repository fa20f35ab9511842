// Loaded by call_sites after its start.

#include <cstdlib>

#include "traces/recorder/subjects/scenario.h"

extern "C" void PluginAllocates() {
  for (int i = 0; i < 7; ++i) {
    std::free(alloclab::subjects::Keep(std::malloc(7000)));
  }
}
