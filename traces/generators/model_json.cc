// The file of a model:
//
//     {"format": "alloclab model 1",
//      "allocations": 1000,
//      "kinds": [
//        {"kind": "malloc", "sizes": [[16,16,700],[24,24,90]], "alignments": []}
//      ],
//      "classes": [
//        {"size_bits": 5, "never_freed": 12, "lifetimes": [[0,0,400],[1,1,55]]}
//      ],
//      "live": [[0,0,0],[250,9000,130]]}
//
// A model may be written by hand, so everything that drawing relies on is checked: whatever passes
// makes a trace, without arithmetic that overflows.

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>

#include "traces/event_kind.h"
#include "traces/generators/model.h"
#include "traces/generators/whole_file.h"
#include "traces/output_file.h"
#include "traces/trace_io.h"

namespace alloclab::generators {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "alloclab model 1";
// Of one list; so that the sums of all classes still fit.
constexpr std::uint64_t kMostCount = std::uint64_t{1} << 56;
constexpr std::size_t kMostFileBytes = std::size_t{64} << 20;

json ToJson(const Buckets& buckets) {
  json list = json::array();
  for (const Bucket& bucket : buckets) {
    list.push_back(json::array({bucket.least, bucket.most, bucket.count}));
  }
  return list;
}

// Reads with a path of where it is, for the sentence when something is wrong.
class Place {
 public:
  Place(const std::string& file, std::string path, const json& value)
      : file_(file), path_(std::move(path)), value_(value) {}

  [[noreturn]] void Refuse(const std::string& why) const {
    throw TraceError(
        fmt::format("{}: {} {}; correct it, or fit the trace again", file_, path_, why));
  }

  Place operator[](const char* key) const {
    if (!value_.is_object() || !value_.contains(key)) {
      Refuse(fmt::format("has no \"{}\"", key));
    }
    return {file_, path_ + "." + key, value_.at(key)};
  }
  Place operator[](std::size_t i) const {
    return {file_, fmt::format("{}[{}]", path_, i), value_.at(i)};
  }
  std::size_t size() const {
    if (!value_.is_array()) Refuse("is no list");
    return value_.size();
  }

  std::uint64_t Number(std::uint64_t least, std::uint64_t most) const {
    if (!value_.is_number_unsigned()) Refuse("is no whole number from 0");
    const auto number = value_.get<std::uint64_t>();
    if (number < least || number > most) {
      Refuse(fmt::format("is {}, not from {} to {}", number, least, most));
    }
    return number;
  }
  std::string Text() const {
    if (!value_.is_string()) Refuse("is no string");
    return value_.get<std::string>();
  }
  std::array<std::uint64_t, 3> Three(std::uint64_t most) const {
    if (size() != 3) Refuse("has not three numbers");
    std::array<std::uint64_t, 3> numbers = {};
    for (std::size_t i = 0; i < 3; ++i) numbers[i] = (*this)[i].Number(0, most);
    return numbers;
  }

 private:
  const std::string& file_;
  std::string path_;
  const json& value_;
};

// Adds the counts to `total`, which stays below kMostCount.
Buckets ReadBuckets(const Place& place, std::uint64_t most, std::uint64_t& total) {
  Buckets buckets;
  for (std::size_t i = 0; i < place.size(); ++i) {
    const auto [least, largest, count] = place[i].Three(UINT64_MAX);
    if (least > largest || largest > most) {
      place[i].Refuse(fmt::format("is no range of numbers up to {}", most));
    }
    if (!buckets.empty() && least <= buckets.back().most) {
      place[i].Refuse("does not lie above the range before it");
    }
    if (count == 0 || count > kMostCount - total) {
      place[i].Refuse(fmt::format("counts {}, not from 1 to {} in all", count, kMostCount));
    }
    total += count;
    buckets.push_back({least, largest, count});
  }
  return buckets;
}

EventKind ReadKind(const Place& place) {
  const std::string name = place.Text();
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (kKindTraits[i].name == name && CanFail(kind)) return kind;
  }
  place.Refuse("is no kind of call that makes an allocation");
}

KindModel ReadKindModel(const Place& place, std::uint64_t& total) {
  KindModel kind;
  kind.kind = ReadKind(place["kind"]);
  kind.sizes = ReadBuckets(place["sizes"], INT64_MAX, total);
  if (kind.sizes.empty()) place["sizes"].Refuse("is empty");
  for (std::size_t i = 0; i < kind.sizes.size(); ++i) {
    if (std::bit_width(kind.sizes[i].least) != std::bit_width(kind.sizes[i].most)) {
      place["sizes"][i].Refuse("crosses a power of two");
    }
  }
  std::uint64_t alignments = 0;
  kind.alignments = ReadBuckets(place["alignments"], 62, alignments);
  if (TraitsOf(kind.kind).has_alignment == kind.alignments.empty()) {
    place["alignments"].Refuse("must be there for kinds that have one, and not for others");
  }
  return kind;
}

ClassModel ReadClass(const Place& place) {
  ClassModel of_size;
  of_size.size_bits = place["size_bits"].Number(0, 63);
  of_size.never_freed = place["never_freed"].Number(0, kMostCount);
  std::uint64_t total = of_size.never_freed;
  of_size.lifetimes = ReadBuckets(place["lifetimes"], kMostModelAllocations, total);
  if (total == 0) place.Refuse("counts no allocation");
  return of_size;
}

void CheckClasses(const Place& place, const TraceModel& model) {
  for (const KindModel& kind : model.kinds) {
    for (const Bucket& bucket : kind.sizes) {
      const auto bits = static_cast<std::uint64_t>(std::bit_width(bucket.least));
      const auto found =
          std::find_if(model.classes.begin(), model.classes.end(),
                       [bits](const ClassModel& one) { return one.size_bits == bits; });
      if (found == model.classes.end()) {
        place.Refuse(
            fmt::format("has no lifetimes for sizes of {} bits, such as {}", bits, bucket.least));
      }
    }
  }
}

TraceModel ReadRoot(const Place& root) {
  if (root["format"].Text() != kFormat) {
    root["format"].Refuse(fmt::format("is not \"{}\"", kFormat));
  }
  TraceModel model;
  model.allocations = root["allocations"].Number(1, kMostModelAllocations);
  const Place kinds = root["kinds"];
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    model.kinds.push_back(ReadKindModel(kinds[i], total));
  }
  if (model.kinds.empty()) kinds.Refuse("is empty");
  const Place classes = root["classes"];
  for (std::size_t i = 0; i < classes.size(); ++i) {
    model.classes.push_back(ReadClass(classes[i]));
    if (i > 0 && model.classes[i].size_bits <= model.classes[i - 1].size_bits) {
      classes[i].Refuse("has not more bits than the one before it");
    }
  }
  CheckClasses(classes, model);
  const Place live = root["live"];
  for (std::size_t i = 0; i < live.size(); ++i) {
    const auto [allocations, bytes, blocks] = live[i].Three(UINT64_MAX);
    if (i > 0 && allocations <= model.live.back().allocations) {
      live[i].Refuse("is not later than the one before it");
    }
    model.live.push_back({allocations, bytes, blocks});
  }
  return model;
}

}  // namespace

std::uint64_t CountOf(const Buckets& buckets) {
  std::uint64_t count = 0;
  for (const Bucket& bucket : buckets) count += bucket.count;
  return count;
}

std::string ModelToText(const TraceModel& model) {
  std::string text = fmt::format("{{\"format\": \"{}\",\n \"allocations\": {},\n \"kinds\": [",
                                 kFormat, model.allocations);
  const char* separator = "\n";
  for (const KindModel& kind : model.kinds) {
    text += fmt::format("{}  {{\"kind\": \"{}\", \"sizes\": {}, \"alignments\": {}}}", separator,
                        TraitsOf(kind.kind).name, ToJson(kind.sizes).dump(),
                        ToJson(kind.alignments).dump());
    separator = ",\n";
  }
  text += "\n ],\n \"classes\": [";
  separator = "\n";
  for (const ClassModel& of_size : model.classes) {
    text +=
        fmt::format("{}  {{\"size_bits\": {}, \"never_freed\": {}, \"lifetimes\": {}}}", separator,
                    of_size.size_bits, of_size.never_freed, ToJson(of_size.lifetimes).dump());
    separator = ",\n";
  }
  json live = json::array();
  for (const LivePoint& point : model.live) {
    live.push_back(json::array({point.allocations, point.bytes, point.blocks}));
  }
  return text + fmt::format("\n ],\n \"live\": {}}}\n", live.dump());
}

TraceModel ModelFromText(const std::string& name, std::string_view text) {
  json root;
  try {
    root = json::parse(text);
  } catch (const json::parse_error& error) {
    throw TraceError(fmt::format("{}: no JSON at byte {}; correct it, or fit the trace again", name,
                                 error.byte));
  } catch (const json::exception&) {  // a number that none can hold
    throw TraceError(fmt::format(
        "{}: has a number that is too large; correct it, or fit the trace again", name));
  }
  return ReadRoot(Place(name, "the model", root));
}

void WriteModel(const TraceModel& model, const std::string& path) {
  OutputFile file(path);
  file.Write(ModelToText(model));
  file.Commit();
}

TraceModel ReadModel(const std::string& path) {
  return ModelFromText(path, ReadWholeFile(path, "model", kMostFileBytes));
}

}  // namespace alloclab::generators
