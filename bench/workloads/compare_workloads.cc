#include "bench/workloads/compare_workloads.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "bench/process/compare_error.h"
#include "bench/record/candidate_record.h"
#include "bench/record/provenance.h"
#include "bench/record/settings_record.h"
#include "bench/workloads/run_request.h"
#include "bench/workloads/workload.h"
#include "bench/workloads/workload_group.h"

namespace alloclab::workloads {
namespace {

std::vector<const Workload*> ChosenWorkloads(const std::vector<std::string>& names) {
  std::vector<const Workload*> chosen;
  for (const Workload& workload : AllWorkloads()) {
    if (names.empty()) chosen.push_back(&workload);
  }
  for (const std::string& name : names) {
    const Workload* workload = FindWorkload(name);
    if (workload == nullptr) {
      throw CompareError(fmt::format("unknown workload \"{}\". Known are: {}.", name,
                                     fmt::join(WorkloadNames(), ", ")));
    }
    if (std::find(chosen.begin(), chosen.end(), workload) == chosen.end()) {
      chosen.push_back(workload);
    }
  }
  return chosen;
}

std::vector<std::uint32_t> ChosenThreads(std::vector<std::uint32_t> threads) {
  if (threads.empty()) return UsualThreads(std::max(1u, std::thread::hardware_concurrency()));
  std::sort(threads.begin(), threads.end());
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  if (threads.front() == 0 || threads.back() > kMostThreads) {
    throw CompareError(fmt::format(
        "a workload runs with 1 to {} threads. Write them like --threads 1,2,4.", kMostThreads));
  }
  return threads;
}

nlohmann::ordered_json ProvenanceRecord(const WorkloadOptions& options) {
  nlohmann::ordered_json provenance = Provenance(options.source_folder);
  provenance["seed"] = options.seed;
  provenance["work_percent"] = options.work_percent;
  AddSettings(provenance, options.limits, options.timeout, options.memory_limit_bytes);
  provenance["malloc_variables"] = MallocVariables();
  return provenance;
}

}  // namespace

std::vector<std::string> WorkloadNames() {
  std::vector<std::string> names;
  for (const Workload& workload : AllWorkloads()) names.emplace_back(workload.name);
  return names;
}

std::vector<std::uint32_t> UsualThreads(std::uint32_t processors) {
  std::vector<std::uint32_t> threads;
  for (std::uint32_t n = 1; n < processors; n *= 2) threads.push_back(n);
  threads.push_back(processors);
  threads.push_back(2 * processors);
  std::erase_if(threads, [](std::uint32_t n) { return n > kMostThreads; });
  if (processors > kMostThreads / 2 && threads.back() != kMostThreads) {
    threads.push_back(kMostThreads);
  }
  return threads;
}

nlohmann::ordered_json RunCompareWorkloads(const WorkloadOptions& options) {
  CheckLimits(options.limits);
  const auto deadline = std::chrono::steady_clock::now() + options.limits.budget;
  const std::vector<const Workload*> workloads = ChosenWorkloads(options.workloads);
  const std::vector<std::uint32_t> threads = ChosenThreads(options.threads);
  Progress progress(options.progress);
  if (options.limits.budget.count() > 0) progress.ExpectEndIn(options.limits.budget);
  std::vector<std::unique_ptr<Group>> groups;
  for (const Workload* workload : workloads) {
    for (const std::uint32_t count : threads) {
      groups.push_back(std::make_unique<Group>(options, *workload, count, progress));
    }
  }
  // Of the start: what is rebuilt, removed or committed meanwhile was not measured.
  nlohmann::ordered_json provenance = ProvenanceRecord(options);
  nlohmann::ordered_json allocators = CandidateRecords(options.allocators);
  // A block goes round all workloads.
  const std::size_t blocks = RunBlocks(options.limits, deadline, progress, [&groups] {
    return RunBlockOfEach(groups, [](auto& group) { return group->RunBlock(); });
  });
  const bool interrupted = options.limits.IsInterrupted();
  if (blocks == 0 && interrupted) {
    throw Interrupted("interrupted before every workload had been run once; nothing is reported.");
  }
  nlohmann::ordered_json record = {
      {"schema", 1},
      {"kind", "workloads"},
      {"provenance", std::move(provenance)},
      {"workloads", nlohmann::ordered_json::array()},
      {"allocators", std::move(allocators)},
      {"noise", nlohmann::ordered_json::array()},
      {"cells", nlohmann::ordered_json::array()},
  };
  AddEnd(record["provenance"], blocks, interrupted, progress.Elapsed());
  for (const Workload* workload : workloads) {
    record["workloads"].push_back(
        {{"name", workload->name}, {"stresses", workload->stresses}, {"source", workload->source}});
  }
  for (const auto& group : groups) {
    record["noise"].push_back(group->NoiseRecord());
    for (auto& cell : group->CellRecords()) record["cells"].push_back(std::move(cell));
  }
  return record;
}

}  // namespace alloclab::workloads
