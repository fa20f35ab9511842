#include "fuzz/schedule/scheduler.h"

#include <utility>

namespace alloclab {

Scheduler* Scheduler::running_ = nullptr;

void Scheduler::RunTask(void* thread) {
  auto* self = static_cast<Thread*>(thread);
  (*self->task)();
  self->done = true;
}

void Scheduler::Resume(unsigned thread) {
  current_ = thread;
  running_ = this;
  threads_[thread]->fiber.Resume();
  running_ = nullptr;
}

RunEnd Scheduler::Run(std::span<const Task> tasks, Strategy& strategy, const RunLimits& limits) {
  while (threads_.size() < tasks.size()) threads_.push_back(std::make_unique<Thread>());
  count_ = tasks.size();
  stopped_ = leaving_ = false;
  strategy_ = &strategy;
  spurious_failures_ = limits.spurious_failures;
  steps_.clear();
  choices_.clear();
  chosen_ = 0;
  reason_.clear();
  for (unsigned i = 0; i < count_; ++i) {
    Thread& thread = *threads_[i];
    thread.task = &tasks[i];
    thread.done = false;
    thread.ready = nullptr;
    thread.fiber.Start(&Scheduler::RunTask, &thread);
  }
  // All of them have begun before any is told to leave.
  for (unsigned i = 0; i < count_; ++i) Resume(i);
  const RunEnd end = stopped_ ? RunEnd::kStopped : GoOn(strategy, limits.steps);
  leaving_ = true;
  for (unsigned i = 0; i < count_; ++i) {
    if (!threads_[i]->done) Resume(i);
  }
  return end;
}

RunEnd Scheduler::GoOn(Strategy& strategy, unsigned limit) {
  unsigned last = 0;
  while (!stopped_) {
    StepOptions options;
    FindOptions(last, options);
    if (options.steps.empty()) {
      for (unsigned i = 0; i < count_; ++i) {
        if (!threads_[i]->done) return RunEnd::kDeadlock;
      }
      return RunEnd::kDone;
    }
    if (steps_.size() == limit) return RunEnd::kLivelock;
    last = strategy.Choose(options);
    if (last == Strategy::kGiveUp) return RunEnd::kGivenUp;
    if (options.steps.size() > 1) Chose(last, last == options.usual);
    steps_.push_back({last, threads_[last]->point});
    Resume(last);
  }
  return RunEnd::kStopped;
}

void Scheduler::FindOptions(unsigned last, StepOptions& options) {
  options_.clear();
  for (unsigned i = 0; i < count_; ++i) {
    const Thread& thread = *threads_[i];
    if (thread.done || (thread.ready != nullptr && !thread.ready(thread.argument))) continue;
    options.interrupts = options.interrupts || i == last;
    options_.push_back({i, thread.point});
  }
  options.steps = options_;
  if (!options_.empty()) options.usual = options.interrupts ? last : options_.front().thread;
}

void Scheduler::Chose(unsigned choice, bool usual) {
  choices_.push_back(choice);
  if (!usual) chosen_ = choices_.size();
}

void Scheduler::Await(const Point& point, bool (*ready)(const void*), const void* argument) {
  Thread& self = *threads_[current_];
  self.point = point;
  self.ready = ready;
  self.argument = argument;
  self.fiber.Pause();
  if (leaving_) self.fiber.Leave();
}

bool Scheduler::FailsSpuriously() {
  if (spurious_failures_ == 0) return false;
  const bool fails = strategy_->FailsSpuriously();
  spurious_failures_ -= fails ? 1 : 0;
  Chose(fails ? 1 : 0, !fails);
  return fails;
}

void Scheduler::Stop(std::string reason) {
  if (!stopped_) reason_ = std::move(reason);
  stopped_ = true;
  threads_[current_]->done = true;  // it has left
  threads_[current_]->fiber.Leave();
}

}  // namespace alloclab
