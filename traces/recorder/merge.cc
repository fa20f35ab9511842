#include "traces/recorder/merge.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <utility>

#include "traces/metadata.h"
#include "traces/recorder/raw_image.h"

namespace alloclab::recorder {
namespace {

// Forks of forks, each holding a copy of its live blocks while its children are merged.
constexpr int kForkDepthMax = 64;

// Not ended, and not a zombie that nobody has waited for.
bool IsRunning(std::int32_t pid) {
  std::ifstream stat(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(stat, line)) return false;
  const std::size_t name_end = line.rfind(')');
  return name_end != std::string::npos && name_end + 2 < line.size() && line[name_end + 2] != 'Z';
}

// As one would type it into a shell.
std::string QuoteArguments(const std::vector<std::string>& arguments, bool cut) {
  static constexpr char kPlain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  std::string line;
  for (const std::string& argument : arguments) {
    if (!line.empty()) line += ' ';
    if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string::npos) {
      line += argument;
      continue;
    }
    line += '\'';
    for (const char c : argument) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return cut ? line + " ..." : line;
}

std::string UtcTime(std::uint64_t wall_ns) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(static_cast<std::time_t>(wall_ns / 1000000000u)));
}

// Passes events on, and gives up when told to.
class StoppableWriter final : public TraceWriter {
 public:
  StoppableWriter(TraceWriter* next, const std::atomic<bool>* stop) : next_(next), stop_(stop) {}
  void Add(const Event& event) override {
    if (stop_ != nullptr && (++added_ & 0xffff) == 0 && stop_->load(std::memory_order_relaxed)) {
      throw TraceError("interrupted while the recording was being merged; no trace was written");
    }
    if (next_ != nullptr) next_->Add(event);
  }
  void Finish() override {
    if (next_ != nullptr) next_->Finish();
  }

 private:
  TraceWriter* next_;
  const std::atomic<bool>* stop_;
  std::uint64_t added_ = 0;
};

class RunMerge {
 public:
  explicit RunMerge(const MergeOptions& options) : options_(options) {}

  std::vector<ImageSummary> Run() {
    ListImages();
    NameFiles();
    for (std::size_t i = 0; i < images_.size(); ++i) {
      if (!MustMerge(i) || merged_[i]) continue;
      const bool is_root = images_[i].parent_image == kNoImage;
      // A forked image that its parent's records did not lead to: its inheritance is unknown.
      if (is_root || IsOrphan(i)) Merge(i, {}, is_root, 0);
    }
    for (std::size_t i = 0; i < images_.size(); ++i) {
      if (MustMerge(i) && !merged_[i]) Merge(i, {}, false, 0);
    }
    return std::move(summaries_);
  }

 private:
  void ListImages() {
    for (const auto& entry : std::filesystem::directory_iterator(options_.folder)) {
      if (entry.path().extension() != ".live") continue;
      if (auto facts = ReadImageFacts(entry.path())) images_.push_back(std::move(*facts));
    }
    std::ranges::sort(images_, {}, &ImageFacts::image);
    for (std::size_t i = 0; i < images_.size(); ++i) {
      if (images_[i].pid == options_.pid) main_ = i;
      if (images_[i].parent_image != kNoImage) {
        children_.emplace(std::pair(images_[i].parent_image, images_[i].fork_stamp), i);
      }
    }
    merged_.resize(images_.size());
  }

  void NameFiles() {
    int number = 0;
    for (std::size_t i = 0; i < images_.size(); ++i) {
      ImageSummary& summary = summaries_.emplace_back();
      summary.pid = images_[i].pid;
      summary.program = images_[i].program;
      summary.is_main = i == main_;
      summary.calls = RawImage(images_[i], IsRunning(images_[i].pid)).records();
      if (summary.calls == 0) continue;
      if (summary.is_main) {
        summary.file = options_.output;
      } else if (options_.keep_children) {
        summary.file = NumberedPath(options_.output, ++number);
      }
    }
  }

  bool MustMerge(std::size_t index) const { return options_.keep_children || index == main_; }

  bool IsOrphan(std::size_t index) const {
    return std::ranges::none_of(images_, [&](const ImageFacts& facts) {
      return facts.image == images_[index].parent_image;
    });
  }

  void Merge(std::size_t index, const LiveBlocks& inherited, bool parent_known, int depth) {
    merged_[index] = true;
    const bool running = IsRunning(images_[index].pid);
    const RawImage image(images_[index], running);
    ImageSummary& summary = summaries_[index];
    ImageMerge::ForkVisitor visit;
    if (options_.keep_children && depth < kForkDepthMax) {
      visit = [&](std::uint64_t stamp, const LiveBlocks& live) {
        const auto child = children_.find(std::pair(images_[index].image, stamp));
        if (child != children_.end()) Merge(child->second, live, true, depth + 1);
      };
    }
    CallSites sites(
        std::filesystem::path(images_[index].path).replace_extension(".modules").string());
    StoppableWriter nowhere(nullptr, options_.stop);
    summary.counts = ImageMerge(image, inherited, sites, &nowhere, std::move(visit)).Run();
    summary.events = summary.counts.events;
    MergeCounts wrong = summary.counts;
    // What looks wrong after a pause is what was to be expected.
    if (options_.pauses != 0)
      wrong.unmatched_frees = wrong.unmatched_reallocs = wrong.inversions = 0;
    summary.tainted = TaintSentence(image.facts(), image.cut(), wrong, parent_known);
    if (summary.file.empty()) return;
    Metadata metadata = Describe(index, running);
    sites.Describe(MetadataRoom(metadata), metadata);
    const auto file = options_.create(summary.file, metadata);
    StoppableWriter writer(file.get(), options_.stop);
    ImageMerge(image, inherited, sites, &writer, {}, options_.time_step).Run();
    writer.Finish();
  }

  Metadata Describe(std::size_t index, bool running) const {
    const ImageFacts& facts = images_[index];
    const ImageSummary& summary = summaries_[index];
    Metadata metadata = {
        {"program", facts.program},
        {"arguments", QuoteArguments(facts.arguments, facts.arguments_cut)},
        {"recorder", kRecorderVersion},
        {"process", std::to_string(facts.pid)},
        {"started", UtcTime(facts.start_wall_ns)},
    };
    metadata.insert(metadata.end(), options_.metadata.begin(), options_.metadata.end());
    if (summary.is_main) {
      metadata.insert(metadata.end(), options_.main_metadata.begin(), options_.main_metadata.end());
    }
    if (facts.parent_image != kNoImage) {
      metadata.emplace_back("parent", DescribeParent(facts.parent_image));
      metadata.emplace_back("inherited", std::to_string(summary.counts.inherited));
    }
    if (facts.nested != 0) {
      metadata.emplace_back("nested", fmt::format("{} calls that the allocator made to itself are "
                                                  "not part of the trace",
                                                  facts.nested));
    }
    if (options_.pauses != 0) {
      const MergeCounts& counts = summary.counts;
      metadata.emplace_back(
          "paused", fmt::format("{} times; {} frees of blocks that are not in the trace were left "
                                "out, {} reallocs of such became mallocs, and {} blocks that were "
                                "freed meanwhile end where their address came again",
                                options_.pauses, counts.unmatched_frees, counts.unmatched_reallocs,
                                counts.inversions));
    }
    if (running) {
      metadata.emplace_back("cut", "the process was still running when the recording ended");
    }
    if (!summary.tainted.empty()) metadata.emplace_back("tainted", summary.tainted);
    return metadata;
  }

  std::string DescribeParent(std::uint32_t image) const {
    for (std::size_t i = 0; i < images_.size(); ++i) {
      if (images_[i].image != image) continue;
      return summaries_[i].file.empty()
                 ? fmt::format("process {}", images_[i].pid)
                 : fmt::format("process {}, {}", images_[i].pid,
                               std::filesystem::path(summaries_[i].file).filename().string());
    }
    return "unknown";
  }

  const MergeOptions& options_;
  std::vector<ImageFacts> images_;  // in order of start
  std::vector<ImageSummary> summaries_;
  std::vector<bool> merged_;
  std::optional<std::size_t> main_;
  // Forked images, by their parent and the stamp of the fork.
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::size_t> children_;
};

}  // namespace

std::vector<ImageSummary> MergeRecording(const MergeOptions& options) {
  return RunMerge(options).Run();
}

std::string NumberedPath(const std::string& path, int number) {
  const std::filesystem::path whole(path);
  std::filesystem::path name = whole.stem();
  name += fmt::format(".{}", number);
  name += whole.extension();
  return (whole.parent_path() / name).string();
}

std::string TaintSentence(const ImageFacts& facts, std::uint64_t cut, const MergeCounts& counts,
                          bool parent_known) {
  std::vector<std::string> losses;
  const auto add = [&](std::uint64_t count, const char* what) {
    if (count != 0) losses.push_back(fmt::format("{} {}", count, what));
  };
  add(facts.dropped + cut, "calls were not recorded for want of room");
  add(counts.unmatched_frees, "frees of blocks whose allocation was not seen were left out");
  add(counts.unmatched_reallocs, "reallocs of blocks whose allocation was not seen became mallocs");
  add(counts.inversions, "allocations at the address of a live block, which was freed first");
  add(counts.broken_reallocs, "reallocs never returned");
  if (!parent_known) losses.emplace_back("the blocks inherited from the parent are unknown");
  return losses.empty() ? "" : fmt::format("{}.", fmt::join(losses, "; "));
}

}  // namespace alloclab::recorder
