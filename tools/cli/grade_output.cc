#include "tools/cli/grade_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace alloclab::cli {
namespace {

using grade::Score;
using grade::TraceGrade;
using Json = nlohmann::ordered_json;

// "operation 5 of 6000 (free 3)", or where else it was.
std::string Where(const TraceGrade& grade) {
  if (!grade.check.operation) return "before the first operation";
  if (*grade.check.operation >= grade.operations) {
    return "behind the trace's end, where what it had left is freed";
  }
  return fmt::format("operation {} of {} ({})", *grade.check.operation + 1, grade.operations,
                     grade.operation_text);
}

std::string Failure(const TraceGrade& grade) {
  return fmt::format("{}: {}: {}", grade::LabRuleName(grade.check.rule), Where(grade),
                     grade.check.reason);
}

std::string Notes(const TraceGrade& grade) {
  std::string notes;
  if (!grade.check.correct()) {
    notes = "    " + Failure(grade) + "\n";
    if (!grade.case_file.empty() && grade.case_from == grade.name) {
      notes += fmt::format("    shrunk to {} operation{}: --traces {}\n", grade.case_operations,
                           grade.case_operations == 1 ? "" : "s", grade.case_file);
    }
  } else if (!grade.count.reason.empty()) {
    notes = "    not counted: " + grade.count.reason + "\n";
  }
  return notes;
}

std::string Row(const TraceGrade& grade, const GradeSettings& settings) {
  const bool correct = grade.check.correct();
  std::string result = fmt::format("{:>8}", correct ? "ok" : "FAILED");
  if (settings.colour) result = fmt::format("\033[{}m{}\033[0m", correct ? 32 : 31, result);
  const std::string utilisation =
      correct ? fmt::format("{:.1f} %", 100 * grade.check.utilisation()) : "-";
  std::string row =
      fmt::format("{:<22}{:>11}{}{:>14}", grade.name, grade.operations, result, utilisation);
  if (settings.counted) {
    const auto& counts = grade.count.counts;
    row += fmt::format("{:>17}", counts ? fmt::format("{:.1f}", counts->PerOperation()) : "-");
  }
  return row + "\n" + Notes(grade);
}

// "320 bytes (lists 320)", with its largest variables; and what of it is held against the solution.
std::string StaticDataText(const StaticData& data) {
  constexpr std::size_t kNamed = 3;
  std::string names;
  for (std::size_t i = 0; i < std::min(kNamed, data.variables.size()); ++i) {
    const grade::StaticVariable& variable = data.variables[i];
    names += fmt::format("{}{} {}", i == 0 ? "" : ", ", variable.name, variable.bytes);
  }
  if (data.variables.size() > kNamed) names += ", ...";
  std::string text = fmt::format("{} byte{}", data.bytes, data.bytes == 1 ? "" : "s");
  if (!names.empty()) text += fmt::format(" ({})", names);
  if (data.counted_bytes() > 0) {
    text += fmt::format("; {} of them count as heap in each trace, for only {} are free",
                        data.counted_bytes(), data.free_bytes);
  }
  return text;
}

std::string Totals(const Score& score, const GradeSettings& settings) {
  std::string text = fmt::format("correct      {} of {} traces\n", score.correct, score.traces);
  if (settings.static_data.bytes > 0) {
    text += "static data  " + StaticDataText(settings.static_data) + "\n";
  }
  text += fmt::format("utilisation  U = {:.3f}\n", score.utilisation);
  if (settings.counted) {
    text += fmt::format(
        "throughput   T/Tref = {:.3f}: {:.1f} instructions an operation, the reference "
        "(segregated_bins) {:.1f}\n",
        score.throughput.value_or(0), score.instructions_per_operation,
        score.reference_per_operation);
    text += fmt::format("score        {:.1f} of 100 = {:g} U + {:g} min(1, T/Tref)\n", score.points,
                        100 * settings.weight, 100 * (1 - settings.weight));
    if (score.correct < score.traces) {
      text +=
          fmt::format("             (the second part times {}/{}: failed traces earn nothing)\n",
                      score.correct, score.traces);
    }
  } else {
    text += fmt::format("score        {:.1f} of 100 = 100 U (nothing was counted: --no-cost)\n",
                        score.points);
  }
  return text;
}

// Decimals that a score needs; the rest is noise in a gradebook.
double Rounded(double value) { return std::round(value * 1e4) / 1e4; }

Json TestJson(const TraceGrade& grade) {
  const bool correct = grade.check.correct();
  Json extra = {{"operations", grade.operations}};
  if (correct) {
    extra["utilisation"] = Rounded(grade.check.utilisation());
    extra["live_bytes_peak"] = grade.check.live_bytes_peak;
    extra["heap_bytes_peak"] = grade.check.heap_bytes_peak;
    if (const auto& counts = grade.count.counts) {
      extra["counted_operations"] = counts->operations;
      extra["instructions"] = counts->OfSolution();
      extra["reference_instructions"] = counts->OfReference();
      extra["instructions_per_operation"] = Rounded(counts->PerOperation());
    } else if (!grade.count.reason.empty()) {
      extra["not_counted"] = grade.count.reason;
    }
  } else {
    extra["rule"] = grade::LabRuleName(grade.check.rule);
    if (grade.check.operation) {
      extra["operation"] = *grade.check.operation + 1;
      extra["operation_text"] = grade.operation_text;
    }
    extra["reason"] = grade.check.reason;
    if (!grade.case_file.empty()) {
      extra["case"] = grade.case_file;
      extra["case_operations"] = grade.case_operations;
    }
  }
  return {{"name", grade.name},
          {"status", correct ? "passed" : "failed"},
          {"output", correct ? "" : Failure(grade)},
          {"extra_data", extra}};
}

}  // namespace

std::string GradeTable(const std::vector<TraceGrade>& grades, const Score& score,
                       const GradeSettings& settings) {
  std::string text =
      fmt::format("{:<22}{:>11}{:>8}{:>14}", "trace", "operations", "result", "utilisation");
  if (settings.counted) text += fmt::format("{:>17}", "instructions/op");
  text += "\n";
  for (const TraceGrade& grade : grades) text += Row(grade, settings);
  return text + "\n" + Totals(score, settings);
}

Json GradeJson(const std::vector<TraceGrade>& grades, const Score& score,
               const GradeSettings& settings) {
  Json extra = {{"correct", score.correct},
                {"traces", score.traces},
                {"utilisation", Rounded(score.utilisation)},
                {"static_bytes", settings.static_data.bytes},
                {"static_bytes_counted", settings.static_data.counted_bytes()}};
  if (settings.counted) {
    extra["weight"] = settings.weight;
    extra["throughput_ratio"] = Rounded(score.throughput.value_or(0));
    extra["instructions_per_operation"] = Rounded(score.instructions_per_operation);
    extra["reference_instructions_per_operation"] = Rounded(score.reference_per_operation);
  }
  if (!settings.compiler_output.empty()) extra["compiler_output"] = settings.compiler_output;
  Json tests = Json::array();
  for (const TraceGrade& grade : grades) tests.push_back(TestJson(grade));
  return {{"score", Rounded(score.points)},
          {"output", Totals(score, settings)},
          {"tests", tests},
          {"extra_data", extra}};
}

Refusal ForbiddenFunctions(const std::string& source,
                           const std::vector<grade::MemoryFunctionUse>& functions) {
  Refusal refusal;
  refusal.compiled = true;
  std::vector<std::string> used;
  std::string allow;
  for (const auto& [name, users] : functions) {
    refusal.functions.push_back(name);
    used.push_back(users.empty() ? name : fmt::format("{} (in {})", name, fmt::join(users, ", ")));
    // As a shell takes it.
    const bool quoted = name.find_first_of(" []") != std::string::npos;
    allow += fmt::format(" {1}--allow={0}{1}", name, quoted ? "'" : "");
  }
  refusal.why = fmt::format(
      "{}: {}: it uses {}; a solution's memory comes from mem_sbrk alone: use that, and mm_malloc, "
      "mm_free and mm_realloc in place of the C library's. (A teacher who permits it adds{}.)",
      source, grade::LabRuleName(grade::LabRule::kElsewhere), fmt::join(used, ", "), allow);
  return refusal;
}

Json RefusalJson(const Refusal& refusal) {
  Json extra = {{"compiled", refusal.compiled}, {"loaded", false}};
  if (!refusal.functions.empty()) {
    extra["rule"] = grade::LabRuleName(grade::LabRule::kElsewhere);
    extra["functions"] = refusal.functions;
  }
  return {{"score", 0},
          {"output", refusal.compiler_output + refusal.why},
          {"tests", Json::array()},
          {"extra_data", extra}};
}

}  // namespace alloclab::cli
