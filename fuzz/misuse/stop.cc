#include "fuzz/misuse/stop.h"

#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "allocator/misuse.h"
#include "allocator/raw_line.h"

namespace alloclab {
namespace {

StopHandler handler = nullptr;
std::jmp_buf* waiting = nullptr;

}  // namespace

void SetStopHandler(StopHandler new_handler) { handler = new_handler; }

void StopJumpsTo(std::jmp_buf* back) { waiting = back; }

void StopForMisuse(const void* address, const char* sentence) noexcept {
  if (std::jmp_buf* back = std::exchange(waiting, nullptr)) std::longjmp(*back, 1);
  if (handler != nullptr) handler(address, sentence);
  RawLine line;
  line << "alloclab: " << address << ": " << sentence << "\n";
  line.Write(STDERR_FILENO);
  std::abort();
}

}  // namespace alloclab
