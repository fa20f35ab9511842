#include "traces/recorder/raw_writer.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <memory>

namespace alloclab::recorder {
namespace {

std::string HeaderBytes(const RawProcess& process) {
  const auto header = std::make_unique<ImageHeader>();
  header->magic = kImageMagic;
  header->image = process.image;
  header->pid = process.pid;
  header->parent_image = process.parent_image;
  header->fork_stamp = process.fork_stamp;
  header->dropped = process.dropped;
  header->slots_used = static_cast<std::uint32_t>(process.slots.size()) + 1;
  std::strcpy(header->program, "/bin/it");
  constexpr char kArguments[] = "it\0two words";
  std::memcpy(header->arguments, kArguments, sizeof(kArguments));
  header->arguments_bytes = sizeof(kArguments);
  return {reinterpret_cast<const char*>(header.get()), sizeof(ImageHeader)};
}

}  // namespace

std::string WriteRawProcess(const std::string& folder, const RawProcess& process) {
  const std::string name = fmt::format("{}/{:08}-{}", folder, process.image, process.pid);
  std::string live = HeaderBytes(process);
  live.resize(kSlotBytes);
  for (const RawChunk& chunk : process.slots) {
    live += chunk.bytes();
    live.resize((live.size() + kSlotBytes - 1) / kSlotBytes * kSlotBytes);
  }
  std::ofstream(name + ".live", std::ios::binary) << live;
  std::string log;
  for (const RawChunk& chunk : process.log) {
    log.resize((log.size() + kChunkBytes - 1) / kChunkBytes * kChunkBytes);
    log += chunk.bytes();
  }
  if (!log.empty()) std::ofstream(name + ".log", std::ios::binary) << log;
  if (!process.modules.empty()) {
    std::ofstream(name + ".modules", std::ios::binary) << process.modules;
  }
  return name + ".live";
}

}  // namespace alloclab::recorder
