#include "bench/programs/program_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/command_output.h"
#include "bench/provenance.h"
#include "bench/ratio_record.h"
#include "bench/standing.h"
#include "bench/stats.h"

namespace alloclab {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSystem = "system";

// What is measured, each by its name in records.
struct Figure {
  const char* name;
  std::vector<double> ProgramCell::* of;
};
constexpr Figure kFigures[] = {
    {"cpu", &ProgramCell::cpu_s},
    {"wall", &ProgramCell::wall_s},
    {"resident", &ProgramCell::resident_bytes_peak},
};

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

void AddBlocks(Json& record, const ProgramCell& cell) {
  record["cpu_s_blocks"] = cell.cpu_s;
  record["cpu_s_median"] = Median(cell.cpu_s);
  record["wall_s_blocks"] = cell.wall_s;
  record["wall_s_median"] = Median(cell.wall_s);
  Json& resident = record["resident_bytes_peak_blocks"] = Json::array();
  for (const double bytes : cell.resident_bytes_peak) resident.push_back(std::llround(bytes));
  record["resident_bytes_peak_median"] = std::llround(Median(cell.resident_bytes_peak));
}

// Of `cell` to `system`, as far as that did not fail.
Ratio RatioOf(const ProgramCell& cell, const ProgramCell& system, const Figure& figure) {
  if (system.failed() || cell.failed()) return {};
  return PairedRatio(cell.*figure.of, system.*figure.of);
}

}  // namespace

ProgramComparison::ProgramComparison(const RunSettings& settings, const BlockLimits& limits,
                                     const std::vector<Candidate>& allocators,
                                     MeasuredProgram program, const std::filesystem::path& folder,
                                     Progress& progress)
    : settings_(settings),
      limits_(limits),
      program_(std::move(program)),
      runner_(settings_, program_, folder),
      progress_(progress),
      again_{.allocator = {kSystem, Table::kPreload, ""}} {
  for (const Candidate& allocator : allocators) {
    if (allocator.name == kSystem) system_ = cells_.size();
    cells_.push_back({.allocator = allocator});
  }
  progress_.Plan(cells_.size() + limits_.blocks * (cells_.size() + 1));
}

void ProgramComparison::FailAll(const std::string& reason) {
  for (ProgramCell& cell : cells_) {
    if (!cell.failed()) cell.reason = reason;
  }
  again_.reason = reason;
}

void ProgramComparison::Check() {
  std::string why_not = WhatIsMissing(program_);
  if (why_not.empty()) why_not = runner_.Prepare();
  program_.inputs.clear();
  if (!why_not.empty()) {
    FailAll(why_not);
    return progress_.Skip(cells_.size());
  }
  const auto check = [this](ProgramCell& cell) {
    if (limits_.IsInterrupted()) return progress_.Skip(1);
    Run(cell, true);
  };
  check(cells_[system_]);
  if (System().failed()) {
    FailAll("there is nothing to compare it with: system failed");
    return progress_.Skip(cells_.size() - 1);
  }
  for (ProgramCell& cell : cells_) {
    if (&cell != &System()) check(cell);
  }
}

// Runs the cell's allocator, and notes what was measured, or why not. The first run of all, which
// is watched as those after it, says what is expected. False when it was interrupted.
bool ProgramComparison::Run(ProgramCell& cell, bool watched) {
  progress_.Next(
      fmt::format("{}: {}{}", program_.name, cell.allocator.name, watched ? ", checked" : ""));
  ProgramOutcome outcome = runner_.Run(cell.allocator, watched);
  if (outcome.interrupted) return false;
  const bool first = watched && cell.allocator.name == kSystem;
  if (first) expected_ = outcome.answer;
  cell.reason = std::move(outcome.reason);
  if (!cell.failed()) {
    cell.reason = DifferenceOf(program_, expected_, outcome.answer);
    if (cell.failed() && cell.allocator.name == kSystem) {
      cell.reason = "it does not answer the same twice: " + cell.reason;
    }
  }
  if (cell.failed() || watched) return true;
  cell.cpu_s.push_back(static_cast<double>(outcome.report.cpu_ns) / 1e9);
  cell.wall_s.push_back(static_cast<double>(outcome.report.elapsed_ns) / 1e9);
  cell.resident_bytes_peak.push_back(static_cast<double>(outcome.report.resident_bytes_peak));
  return true;
}

bool ProgramComparison::RunBlock() {
  if (block_ >= limits_.blocks) return false;
  const std::vector<ProgramCell*> rows = RowsOfBlock();
  for (const std::size_t i : BlockOrder(rows.size(), block_)) {
    if (limits_.IsInterrupted() || !Run(*rows[i], false)) return false;
  }
  // Whatever system cannot do twice says nothing about others.
  if (again_.failed() && !System().failed()) {
    cells_[system_].reason = again_.reason;
  }
  progress_.Skip(cells_.size() + 1 - rows.size());
  ++block_;
  return !rows.empty();
}

// Those that are not known well enough, and with them all that they are held against.
std::vector<ProgramCell*> ProgramComparison::RowsOfBlock() {
  std::vector<ProgramCell*> unknown, held_against;
  const ProgramCell& system = System();
  if (system.failed()) return {};
  for (ProgramCell& cell : cells_) {
    if (cell.failed()) continue;
    if (&cell == &system) {
      held_against.push_back(&cell);
    } else if (!IsKnown(cell.cpu_s, system.cpu_s, limits_)) {
      unknown.push_back(&cell);
    }
  }
  if (unknown.empty() && IsKnown(again_.cpu_s, system.cpu_s, limits_)) return {};
  held_against.push_back(&again_);
  unknown.insert(unknown.end(), held_against.begin(), held_against.end());
  return unknown;
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
  for (const Figure& figure : kFigures) {
    Json& of = record[figure.name] = Json::object();
    const Ratio ratio = RatioOf(again_, System(), figure);
    // By its own interval alone: there is no other pair to measure this one's noise.
    AddRatio(of, ratio, NoiseOf(Ratio{}));
    of.erase("blocks_needed");
    of["noise"] = nullptr;
    if (ratio.blocks > 0) of["noise"] = NoiseOf(ratio);
  }
  return record;
}

std::vector<Json> ProgramComparison::CellRecords() const {
  const ProgramCell& system = System();
  const ProgramCell* best = &system;
  double least = HUGE_VAL;
  for (const ProgramCell& cell : cells_) {
    const Ratio ratio = RatioOf(cell, system, kFigures[0]);
    if (ratio.blocks == 0 || ratio.median >= least) continue;
    least = ratio.median;
    best = &cell;
  }
  std::vector<Json> records;
  for (const ProgramCell& cell : cells_) {
    Json record = {
        {"program", program_.name},
        {"allocator", cell.allocator.name},
        {"status", cell.failed() ? "failed" : "ok"},
        {"reason", cell.reason},
    };
    if (!cell.failed()) {
      AddBlocks(record, cell);
      for (const Figure& figure : kFigures) {
        const double noise = NoiseOf(RatioOf(again_, system, figure));
        AddRatio(record[figure.name], RatioOf(cell, system, figure), noise);
      }
      const Ratio behind = RatioOf(cell, *best, kFigures[0]);
      const double noise = NoiseOf(RatioOf(again_, system, kFigures[0]));
      record["leads"] = !system.failed() && Judge(behind, noise).standing != Standing::kSlower;
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace alloclab
