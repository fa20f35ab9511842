#include "bench/workloads/member.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <cstring>

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

int StartThread(pthread_t& thread, void* (*work)(void*), void* argument) {
  constexpr std::size_t kStackBytes = std::size_t{2} << 20;
  pthread_attr_t attributes;
  if (const int error = pthread_attr_init(&attributes)) return error;
  pthread_attr_setstacksize(&attributes, kStackBytes);
  const int error = pthread_create(&thread, &attributes, work, argument);
  pthread_attr_destroy(&attributes);
  return error;
}

void WhyNoThread(int error, std::uint64_t memory_limit_bytes, char* sentence, std::size_t bytes) {
  const char* const mend = error != EAGAIN          ? ""
                           : memory_limit_bytes > 0 ? "; raise ulimit -u, or --memory-limit"
                                                    : "; raise ulimit -u";
  // Not strerror, which may call malloc.
  std::snprintf(sentence, bytes, "a thread could not be started: %s%s", strerrordesc_np(error),
                mend);
}

void Member::OnNewThread(void (*work)(Member&)) {
  work_ = work;
  pthread_t thread;
  const int error = StartThread(
      thread,
      [](void* argument) -> void* {
        auto& member = *static_cast<Member*>(argument);
        member.work_(member);
        return nullptr;
      },
      this);
  if (error != 0) {
    char sentence[200];
    WhyNoThread(error, stage_.memory_limit_bytes, sentence, sizeof(sentence));
    EndFor(stage_, "%s", sentence);
  }
  pthread_join(thread, nullptr);
}

}  // namespace alloclab::workloads
