#include "bench/programs/program_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/process/command_output.h"
#include "bench/record/provenance.h"
#include "bench/record/ratio_record.h"
#include "bench/statistics/stats.h"

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSystem = "system";

// What a run measures, by its place in BlockRows: rows are ranked by the first.
enum Figure : std::size_t { kCpu, kWall, kResident };
constexpr const char* kFigureNames[] = {"cpu", "wall", "resident"};

std::vector<double> Figures(const LaunchReport& report) {
  return {static_cast<double>(report.cpu_ns) / 1e9, static_cast<double>(report.elapsed_ns) / 1e9,
          static_cast<double>(report.resident_bytes_peak)};
}

// Of the Debian package, or what the program says itself.
std::string VersionOf(const Needed& needed) {
  const std::string path = PathOfProgram(needed.program);
  if (path.empty()) return "";
  const std::string version = PackageVersion(path);
  if (!version.empty()) return version;
  const std::string said = CommandOutput({path, "--version"});
  return said.substr(0, said.find('\n'));
}

// As a person would type it.
std::vector<std::string> CommandOf(const MeasuredProgram& program) {
  std::vector<std::string> words;
  if (!program.variables.empty()) {
    words.emplace_back("env");
    words.insert(words.end(), program.variables.begin(), program.variables.end());
  }
  words.insert(words.end(), program.command.begin(), program.command.end());
  return words;
}

// In whole bytes.
Json Rounded(const std::vector<double>& bytes) {
  Json rounded = Json::array();
  for (const double value : bytes) rounded.push_back(std::llround(value));
  return rounded;
}

}  // namespace

ProgramComparison::ProgramComparison(const RunSettings& settings, const BlockLimits& limits,
                                     const std::vector<Candidate>& allocators,
                                     MeasuredProgram program, const std::filesystem::path& folder,
                                     Progress& progress)
    : settings_(settings),
      limits_(limits),
      allocators_(allocators),
      program_(std::move(program)),
      runner_(settings_, program_, folder),
      progress_(progress),
      rows_(allocators.size(), PlaceOfSystem(allocators)) {
  progress_.Plan(rows_.allocators() + limits_.blocks * rows_.size());
}

void ProgramComparison::FailAll(const std::string& reason) {
  for (std::size_t row = 0; row < rows_.allocators(); ++row) {
    if (!rows_.failed(row)) rows_.Fail(row, reason);
  }
}

void ProgramComparison::Check() {
  std::string why_not = WhatIsMissing(program_);
  if (why_not.empty()) why_not = runner_.Prepare();
  program_.inputs.clear();
  if (!why_not.empty()) {
    FailAll(why_not);
    return progress_.Skip(rows_.allocators());
  }
  CheckRow(rows_.system());
  if (rows_.failed(rows_.system())) {
    FailAll("there is nothing to compare it with: system failed");
    return progress_.Skip(rows_.allocators() - 1);
  }
  for (std::size_t row = 0; row < rows_.allocators(); ++row) {
    if (row != rows_.system()) CheckRow(row);
  }
}

void ProgramComparison::CheckRow(std::size_t row) {
  if (limits_.IsInterrupted()) return progress_.Skip(1);
  const RowRun run = Run(allocators_[row], true);
  if (!run.reason.empty()) rows_.Fail(row, run.reason);
}

// Runs the allocator, and returns what was measured, or why not. The first run of all, which is
// watched as those after it, says what is expected.
RowRun ProgramComparison::Run(const Candidate& allocator, bool watched) {
  progress_.Next(
      fmt::format("{}: {}{}", program_.name, allocator.name, watched ? ", checked" : ""));
  ProgramOutcome outcome = runner_.Run(allocator, watched);
  if (outcome.interrupted) return {.interrupted = true};
  if (!outcome.reason.empty()) return {.reason = std::move(outcome.reason)};
  const bool is_system = allocator.name == kSystem;
  if (watched && is_system) expected_ = outcome.answer;
  const std::string difference = DifferenceOf(program_, expected_, outcome.answer);
  if (!difference.empty()) {
    return {.reason = (is_system ? "it does not answer the same twice: " : "") + difference};
  }
  return {.figures = Figures(outcome.report)};
}

BlockEnd ProgramComparison::RunBlock() {
  if (rows_.block() >= limits_.blocks || rows_.failed(rows_.system())) {
    return BlockEnd::kNothingToRun;
  }
  std::size_t ran = 0;
  const BlockEnd end = rows_.RunBlock(limits_, [&](std::size_t row) {
    ++ran;
    return Run(allocators_[rows_.IsAllocator(row) ? row : rows_.system()], false);
  });
  if (end != BlockEnd::kCut) progress_.Skip(rows_.size() - ran);
  return end;
}

Json ProgramComparison::ProgramRecord() const {
  return {
      {"name", program_.name},
      {"command", CommandOf(program_)},
      {"version", VersionOf(program_.needed.front())},
  };
}

Json ProgramComparison::NoiseRecord() const {
  Json record = {{"program", program_.name}};
  for (const Figure figure : {kCpu, kWall, kResident}) {
    Json& of = record[kFigureNames[figure]] = Json::object();
    of["blocks"] = rows_.Values(rows_.again(), figure);
    AddNoise(of, rows_.ToItself(figure));
    of.erase("blocks_needed");
  }
  return record;
}

Json ProgramComparison::CellRecord(std::size_t row) const {
  Json record = {
      {"program", program_.name},
      {"allocator", allocators_[row].name},
      {"status", rows_.failed(row) ? "failed" : "ok"},
      {"reason", rows_.reason(row)},
  };
  if (rows_.failed(row)) return record;
  record["cpu_s_blocks"] = rows_.Values(row, kCpu);
  record["cpu_s_median"] = Median(rows_.Values(row, kCpu));
  record["wall_s_blocks"] = rows_.Values(row, kWall);
  record["wall_s_median"] = Median(rows_.Values(row, kWall));
  record["resident_bytes_peak_blocks"] = Rounded(rows_.Values(row, kResident));
  record["resident_bytes_peak_median"] = std::llround(Median(rows_.Values(row, kResident)));
  for (const Figure figure : {kCpu, kWall, kResident}) {
    AddRatio(record[kFigureNames[figure]], rows_.ToSystem(row, figure), rows_.Noise(figure));
  }
  record["leads"] = rows_.Leads(row);
  return record;
}

std::vector<Json> ProgramComparison::CellRecords() const {
  std::vector<Json> records;
  for (std::size_t row = 0; row < rows_.allocators(); ++row) records.push_back(CellRecord(row));
  return records;
}

}  // namespace alloclab
