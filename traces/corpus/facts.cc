// Prints a trace's number of events, its peak of live bytes and its taint: what a manifest claims.

#include <exception>
#include <iostream>

#include "traces/info.h"
#include "traces/trace_io.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: facts TRACE\n";
    return 2;
  }
  try {
    const auto reader = alloclab::OpenTrace(argv[1]);
    const alloclab::TraceInfo info = alloclab::SummarizeTrace(*reader, 0);
    std::cout << info.events << " " << info.live_bytes_peak << " " << info.taint() << "\n";
    return info.warnings.empty() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
