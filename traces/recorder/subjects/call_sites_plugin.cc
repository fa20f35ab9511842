// Loaded by call_sites and hazards after their start; compiled twice, as two libraries whose
// function has another frame and calls from another function.

#include <cstdlib>

#include "traces/recorder/subjects/scenario.h"

namespace {

[[gnu::noinline]] void ALLOCLAB_PLUGIN_FUNCTION(std::size_t bytes) {
  char frame[ALLOCLAB_PLUGIN_FRAME];
  alloclab::subjects::Keep(frame);
  std::free(alloclab::subjects::Keep(std::malloc(bytes)));
  alloclab::subjects::Keep(frame);
}

}  // namespace

extern "C" void PluginAllocates() {
  for (int i = 0; i < 7; ++i) ALLOCLAB_PLUGIN_FUNCTION(ALLOCLAB_PLUGIN_BYTES);
}
