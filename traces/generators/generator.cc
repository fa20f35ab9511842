#include "traces/generators/generator.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/generators/families.h"

namespace alloclab::generators {
namespace {

void CheckRange(const Parameter& parameter, std::uint64_t value) {
  if (value >= parameter.least && value <= parameter.most) return;
  throw GeneratorError(fmt::format("{} is {}, but it must be from {} to {}", parameter.name, value,
                                   parameter.least, parameter.most));
}

std::vector<Generator> AllGenerators() {
  std::vector<Generator> all;
  for (std::vector<Generator> (*family)() :
       {LifetimeGenerators, ThreadGenerators, FleetGenerators, ModelGenerators, ShapeGenerators,
        RobsonGenerators, FitAttackGenerators}) {
    for (Generator& generator : family()) all.push_back(std::move(generator));
  }
  return all;
}

}  // namespace

Arguments::Arguments(const Generator& generator) : generator_(&generator) {
  for (const Parameter& parameter : generator.parameters) values_.push_back(parameter.value);
}

std::size_t Arguments::IndexOf(std::string_view name) const {
  const std::vector<Parameter>& parameters = generator_->parameters;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].name == name) return i;
  }
  std::vector<std::string_view> names;
  for (const Parameter& parameter : parameters) names.push_back(parameter.name);
  throw GeneratorError(fmt::format("{} has no parameter '{}'; its parameters are: {}",
                                   generator_->name, name, fmt::join(names, ", ")));
}

void Arguments::Set(std::string_view name, std::uint64_t value) {
  const std::size_t index = IndexOf(name);
  CheckRange(generator_->parameters[index], value);
  values_[index] = value;
}

void Arguments::Scale(std::uint64_t thousandths) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const Parameter& parameter = generator_->parameters[i];
    if (!parameter.scaled) continue;
    std::uint64_t value = 0;
    if (__builtin_mul_overflow(values_[i], thousandths, &value)) value = UINT64_MAX;
    CheckRange(parameter, value / 1000);
    values_[i] = value / 1000;
  }
}

std::string Arguments::Text() const {
  std::string text;
  if (!file.empty()) {
    text = fmt::format("{}={}", generator_->file_name, file.substr(file.rfind('/') + 1));
  }
  for (std::size_t i = 0; i < values_.size(); ++i) {
    text +=
        fmt::format("{}{}={}", text.empty() ? "" : " ", generator_->parameters[i].name, values_[i]);
  }
  return text;
}

std::uint64_t ThousandthsFromText(std::string_view text) {
  std::uint64_t thousandths = 0;
  std::size_t digits = 0;
  std::size_t behind = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    ++digits;
    behind += point ? 1 : 0;
    if (c < '0' || c > '9' || digits > 10) behind = 4;
    if (behind > 3) break;
    thousandths = thousandths * 10 + static_cast<std::uint64_t>(c - '0');
  }
  for (std::size_t i = behind; i < 3; ++i) thousandths *= 10;
  if (digits == 0 || behind > 3 || thousandths == 0 || thousandths > 1'000'000'000) {
    throw GeneratorError(fmt::format(
        "the scale is '{}', but it must be a number from 0.001 to 1000000 with at most three "
        "digits behind the point",
        text));
  }
  return thousandths;
}

const std::vector<Generator>& Generators() {
  static const std::vector<Generator> all = AllGenerators();
  return all;
}

const Generator& FindGenerator(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Generator& generator : Generators()) {
    if (generator.name == name) return generator;
    names.push_back(generator.name);
  }
  throw GeneratorError(fmt::format("there is no generator '{}'; the generators are: {}", name,
                                   fmt::join(names, ", ")));
}

void Generate(const Arguments& arguments, std::uint64_t seed, Emitter& emitter) {
  const Generator& generator = arguments.generator();
  if (!generator.file_name.empty() && arguments.file.empty()) {
    throw GeneratorError(fmt::format("{} reads a file; name it with --{} FILE", generator.name,
                                     generator.file_name));
  }
  if (generator.check != nullptr) generator.check(arguments);
  Random random(seed);
  generator.run(arguments, random, emitter);
}

Metadata Describe(const Arguments& arguments, std::uint64_t seed) {
  const Generator& generator = arguments.generator();
  Metadata metadata = {{"generator", std::string(generator.name)},
                       {"seed", std::to_string(seed)},
                       {"parameters", arguments.Text()}};
  if (generator.bound != nullptr) metadata.emplace_back("bound", generator.bound(arguments));
  return metadata;
}

std::uint64_t GenerateTrace(const Arguments& arguments, std::uint64_t seed, const std::string& path,
                            int zstd_level) {
  // What is checked before the file is made is checked before its bound is worked out.
  if (arguments.generator().check != nullptr) arguments.generator().check(arguments);
  const std::unique_ptr<TraceWriter> writer = CreateTrace(
      path, FormFromName(path), {.metadata = Describe(arguments, seed), .zstd_level = zstd_level});
  Emitter emitter([&writer](const Event& event) { writer->Add(event); });
  Generate(arguments, seed, emitter);
  writer->Finish();
  return emitter.events();
}

}  // namespace alloclab::generators
