#include "traces/import/imported_trace.h"

#include <fmt/core.h>

#include <utility>

namespace alloclab {
namespace {

constexpr std::size_t kBatchEvents = 4096;

}  // namespace

ImportedTrace::ImportedTrace(const ImportFormat& format, const OpenAgain& open) {
  std::unique_ptr<ByteSource> source = open();
  name_ = source->name();
  const std::unique_ptr<Importer> first = format.make(std::move(source));
  AddressEvents counted;
  std::vector<Event> forgotten;
  counted.SetOutput(&forgotten);
  while (first->ReadNext(counted)) forgotten.clear();
  events_expected_ = counted.events();
  metadata_ = first->Facts();
  metadata_.emplace_back("imported", format.name);
  if (const std::string taint = counted.Taint(); !taint.empty()) {
    metadata_.emplace_back("tainted", taint);
  }
  if (const std::string warning = first->Warning(); !warning.empty()) warnings_.push_back(warning);
  importer_ = format.make(open());
}

bool ImportedTrace::Next(std::vector<Event>& batch) {
  batch.clear();
  events_.SetOutput(&batch);
  while (!ended_ && batch.size() < kBatchEvents) ended_ = !importer_->ReadNext(events_);
  if (ended_ && events_.events() != events_expected_) {
    throw TraceError(
        fmt::format("{}: changed while it was read; read it again when it is finished", name_));
  }
  return !batch.empty();
}

}  // namespace alloclab
