#include "bench/workloads/member.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cinttypes>
#include <cstdarg>
#include <cstdio>

namespace alloclab::workloads {
namespace {

std::atomic_flag ended = ATOMIC_FLAG_INIT;

}  // namespace

void EndFor(const Stage& stage, const char* format, ...) {
  // The first reason is the one; whoever comes second waits for the end of the process.
  while (ended.test_and_set()) pause();
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(stage.report->reason, sizeof(stage.report->reason), format, arguments);
  va_end(arguments);
  _exit(0);
}

void EndForRefusal(const Stage& stage, const char* call, std::size_t bytes) {
  if (stage.memory_limit_bytes == 0) {
    EndFor(stage, "ran out of memory: a %s of %zu bytes was refused", call, bytes);
  }
  EndFor(stage,
         "ran out of memory: a %s of %zu bytes was refused, with a limit of %" PRIu64
         " MiB on what the process may hold (--memory-limit)",
         call, bytes, stage.memory_limit_bytes >> 20);
}

void EndForAlignment(const Stage& stage, const Block& block) {
  EndFor(stage, "a block of %" PRIu32 " bytes at %p is not aligned as C promises", block.bytes,
         static_cast<const void*>(block.at));
}

void EndForMark(const Stage& stage, const Block& block, const char* when) {
  EndFor(stage,
         "a block of %" PRIu32
         " bytes at %p did not hold what was written into it, %s: another block was put over it, "
         "or it was not kept",
         block.bytes, static_cast<const void*>(block.at), when);
}

void Member::OnNewThread(void (*work)(Member&)) {
  work_ = work;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread;
  const int error = pthread_create(
      &thread, &attributes,
      [](void* argument) -> void* {
        auto& member = *static_cast<Member*>(argument);
        member.work_(member);
        return nullptr;
      },
      this);
  pthread_attr_destroy(&attributes);
  if (error != 0) EndFor(stage_, "the system gave no further thread; raise ulimit -u");
  pthread_join(thread, nullptr);
}

}  // namespace alloclab::workloads
