// What holds for every generator: the same seed gives the same bytes, another gives others, and
// what comes out is a trace. Also the random numbers and the parameters.

#include "traces/generators/generator.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>

#include "traces/event_kind.h"
#include "traces/generators/generated.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab::generators {
namespace {

// The published test vectors: xoshiro256** from the state 1, 2, 3, 4, and splitmix64 from 1234567.
TEST(Random, IsTheGeneratorItSaysItIs) {
  Random random(Random::State{1, 2, 3, 4});
  constexpr std::uint64_t kWords[] = {
      11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600};
  for (const std::uint64_t word : kWords) {
    EXPECT_EQ(random.Next(), word);
  }
  std::uint64_t state = 1234567;
  EXPECT_EQ(SplitMix64(state), 6457827717110365317u);
  EXPECT_EQ(SplitMix64(state), 3203168211198807973u);
  EXPECT_EQ(SplitMix64(state), 9817491932198370423u);
}

// Each of n is drawn so often that a fair one is further off with a probability below 10^-9: six
// standard deviations of a binomial count.
void ExpectFair(std::uint64_t seed, std::uint64_t n, const std::function<std::uint64_t()>& draw) {
  constexpr double kDraws = 60'000;
  std::map<std::uint64_t, double> counts;
  for (int i = 0; i < static_cast<int>(kDraws); ++i) counts[draw()] += 1;
  const double share = 1.0 / static_cast<double>(n);
  EXPECT_EQ(counts.size(), n) << "seed " << seed;
  for (const auto& [value, count] : counts) {
    const double off = count - kDraws * share;
    EXPECT_LT(off * off, 36 * kDraws * share * (1 - share)) << value << " seed " << seed;
  }
}

TEST(Random, IsFair) {
  const std::uint64_t seed = TestSeed();
  Random random(seed);
  ExpectFair(seed, 7, [&] { return random.Below(7); });
  // Were the high half of every product taken, the even numbers below two thirds of 2^64 would be
  // drawn twice as often as the odd.
  constexpr std::uint64_t kTwoThirds = UINT64_MAX / 3 * 2 + 1;
  ExpectFair(seed, 2, [&] { return random.Below(kTwoThirds) % 2; });
  ExpectFair(seed, 4, [&] { return random.Between(10, 13); });
  ExpectFair(seed, 4, [&] {
    return static_cast<std::uint64_t>(random.Chance(1, 4)) ? 0 : 1 + random.Below(3);
  });
  // Powers of two are equally likely, and sizes within one.
  ExpectFair(seed, 5,
             [&] { return static_cast<std::uint64_t>(std::bit_width(random.Size(3, 63))) - 2; });
  ExpectFair(seed, 4, [&] {
    for (;;) {
      const std::uint64_t size = random.Size(0, 7);
      if (size > 3) return size;
    }
  });
  EXPECT_EQ(random.Size(5, 5), 5u);
  EXPECT_EQ(random.Size(0, 0), 0u);
  random.Between(0, UINT64_MAX);
}

struct Golden {
  const char* name;
  Values values;
  std::uint64_t hash;  // of the text for the seed 1
  bool random = true;  // whether the seed matters
};

// Small ones, so that a test that prints the text stays readable. The hash changes when a generator
// or the text does: then look at the difference, and write the new one here.
const std::vector<Golden> kGolden = {
    {"lifo", {{"operations", 300}, {"depth", 20}}, 0x773e5a55247adcc9},
    {"fifo", {{"operations", 300}, {"length", 20}}, 0x8e9c0ed0f5c282f3},
    {"queues", {{"operations", 300}, {"queues", 4}, {"length", 9}}, 0xc15e4b94673631a9},
    {"sawtooth", {{"teeth", 3}, {"peak", 50}}, 0x1fd56716458b2182},
    {"phases",
     {{"phases", 3}, {"allocations", 50}, {"live", 20}, {"kept", 25}},
     0xde25678e92bbeabd},
    {"growth", {{"operations", 300}, {"buffers", 5}}, 0xfa8330af3fbc3d0f},
    {"producer_consumer", {{"blocks", 150}, {"length", 9}}, 0x5638cf5de0ccaf6c},
    {"larson", {{"blocks", 150}, {"slots", 10}, {"tenure", 20}}, 0x7ca423261500400a},
    {"comb", {{"blocks", 100}}, 0x3c464d16aebac409, false},
    {"power_plus_one", {{"operations", 150}, {"live", 20}}, 0x6573769578a03b2b},
    {"alignment", {{"storms", 9}, {"burst", 9}, {"live", 30}}, 0x827104b097f519b4},
    {"robson", {{"live", 128}, {"largest", 16}}, 0xcc0509b2c9a61694, false},
    {"robson_first_fit", {{"live", 128}, {"largest", 16}}, 0xd9ab19d4cf5288cf, false},
    {"robson_best_fit", {{"live", 60}, {"largest", 8}}, 0xd05cb1026e38d3a8, false},
    {"splinter", {{"rounds", 9}, {"largest", 32}}, 0xb5bb61823e659a96, false},
};

std::string TextFor(const Golden& golden, std::uint64_t seed) {
  const std::string path = TemporaryPath("generated.txt");
  GenerateTrace(ArgumentsFor(golden.name, golden.values), seed, path);
  return FileBytes(path);
}

// The oracle of being well-formed is the reader, which refuses what names a block that is not live;
// and that nothing is left is counted here.
void ExpectWhole(const std::string& path, std::uint64_t events) {
  const std::unique_ptr<TraceReader> reader = OpenTrace(path);
  std::uint64_t live = 0;
  std::uint64_t read = 0;
  for (const Event& event : ReadAll(*reader)) {
    ++read;
    if (MakesAllocation(event)) ++live;
    if (EndsAllocation(event)) --live;
  }
  EXPECT_EQ(read, events);
  EXPECT_EQ(live, 0u);
  EXPECT_TRUE(reader->warnings().empty());
}

TEST(EveryGenerator, IsAPureFunctionOfItsSeed) {
  std::vector<std::string> names;
  for (const Golden& golden : kGolden) {
    SCOPED_TRACE(golden.name);
    names.push_back(golden.name);
    const std::string text = TextFor(golden, 1);
    const std::uint64_t hash = XXH64(text.data(), text.size(), 0);
    EXPECT_EQ(hash, golden.hash) << fmt::format("0x{:016x}", hash) << " is the hash of\n"
                                 << text.substr(0, 500);
    EXPECT_EQ(TextFor(golden, 1), text);
    // The seed is in the metadata, so only the events tell.
    const Arguments arguments = ArgumentsFor(golden.name, golden.values);
    EXPECT_EQ(EventsOf(arguments, 1) != EventsOf(arguments, 2), golden.random);
  }
  for (const Generator& generator : Generators()) {
    EXPECT_TRUE(std::count(names.begin(), names.end(), generator.name) == 1 ||
                !generator.file_name.empty())
        << generator.name << " has no golden hash";
  }
}

TEST(EveryGenerator, MakesATraceThatIsWholeAndSaysWhatItIs) {
  for (const Golden& golden : kGolden) {
    SCOPED_TRACE(golden.name);
    const Arguments arguments = ArgumentsFor(golden.name, golden.values);
    const std::string path = TemporaryPath("generated.alt");
    ExpectWhole(path, GenerateTrace(arguments, 7, path));
    const std::unique_ptr<TraceReader> reader = OpenTrace(path);
    const Metadata& metadata = reader->metadata();
    EXPECT_EQ(FindMetadata(metadata, "generator"), golden.name);
    EXPECT_EQ(FindMetadata(metadata, "seed"), "7");
    for (const auto& [name, value] : golden.values) {
      const std::string stated = FindMetadata(metadata, "parameters");
      EXPECT_NE((" " + stated + " ").find(fmt::format(" {}={} ", name, value)), std::string::npos)
          << stated;
    }
    EXPECT_EQ(FindMetadata(metadata, "bound").empty(), arguments.generator().bound == nullptr);
  }
}

// All defaults make sense, the smallest and the largest scale that do as well, and every parameter
// is explained.
TEST(EveryGenerator, HasDefaultsThatRun) {
  for (const Generator& generator : Generators()) {
    SCOPED_TRACE(generator.name);
    EXPECT_FALSE(generator.summary.empty());
    std::size_t scaled = 0;
    for (const Parameter& parameter : generator.parameters) {
      EXPECT_FALSE(parameter.help.empty()) << parameter.name;
      EXPECT_LE(parameter.least, parameter.value) << parameter.name;
      EXPECT_GE(parameter.most, parameter.value) << parameter.name;
      scaled += parameter.scaled;
    }
    EXPECT_EQ(scaled, 1u);
    if (!generator.file_name.empty()) continue;
    if (generator.check != nullptr) {
      EXPECT_NO_THROW(generator.check(Arguments(generator)));
    }
  }
}

TEST(Arguments, RefuseWhatMakesNoTrace) {
  const auto run = [](std::string_view name, const Values& values) {
    return Refusal([&] { EventsOf(name, values); });
  };
  EXPECT_EQ(run("nothing", {}).find("there is no generator 'nothing'; the generators are: lifo, "),
            0u);
  EXPECT_EQ(run("lifo", {{"width", 1}}),
            "lifo has no parameter 'width'; its parameters are: operations, depth, least, most");
  EXPECT_EQ(run("lifo", {{"depth", 0}}), "depth is 0, but it must be from 1 to 16777216");
  EXPECT_EQ(run("lifo", {{"least", 10}, {"most", 9}}),
            "least is 10 and most is 9; least must not be the larger");
  EXPECT_EQ(run("growth", {{"start", 9}, {"percent", 10}}),
            "9 bytes and 10 percent more are 9 bytes: nothing grows; raise start, percent or step");
  EXPECT_EQ(run("robson", {{"largest", 48}}),
            "largest is 48, but it must be a power of two; 32 is the next below");
  EXPECT_EQ(run("robson_first_fit", {{"live", 300}, {"largest", 151}}),
            "largest is 151 and live is 300; live must be at least twice as much");
  EXPECT_EQ(run("robson_best_fit", {{"unit", 8}}),
            "header is 8 and unit is 8; a header must be smaller than a unit");
  EXPECT_NE(run("robson_best_fit", {{"live", 79}}), "");
  EXPECT_EQ(run("robson_best_fit", {{"live", 80}}), "");
  EXPECT_NE(run("splinter", {{"rounds", 128}}), "");
  EXPECT_EQ(run("splinter", {{"rounds", 127}}), "");
  EXPECT_NE(run("larson", {{"blocks", 1'000'000'000}, {"tenure", 900}}), "");
  EXPECT_NE(run("phases", {{"phases", 1'000'000}, {"kept", 100}}), "");
  // A file that cannot be made is not there.
  const std::string path = TemporaryPath("refused.alt");
  EXPECT_NE(Refusal([&] { GenerateTrace(ArgumentsFor("robson", {{"largest", 3}}), 1, path); }), "");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Arguments, Scale) {
  Arguments arguments = ArgumentsFor("lifo", {{"operations", 1000}});
  arguments.Scale(ThousandthsFromText("2.5"));
  EXPECT_EQ(arguments["operations"], 2500u);
  EXPECT_EQ(arguments["depth"], 1000u);
  arguments.Scale(ThousandthsFromText("0.01"));
  EXPECT_EQ(arguments["operations"], 25u);
  EXPECT_NE(Refusal([&] { arguments.Scale(ThousandthsFromText("0.001")); }), "");
  EXPECT_NE(Refusal([&] {
              arguments.Scale(1'000'000'000);
              arguments.Scale(1'000'000'000);
            }),
            "");
  EXPECT_EQ(ThousandthsFromText("1000000"), 1'000'000'000u);
  EXPECT_EQ(ThousandthsFromText(".5"), 500u);
  EXPECT_EQ(ThousandthsFromText("3."), 3000u);
  for (const char* text : {"", ".", "0", "0.0001", "1.2345", "1000001", "-1", "1e3", "1.2.3", "x",
                           "18446744073709551.617", "99999999999999999999999999"}) {
    EXPECT_EQ(Refusal([&] { ThousandthsFromText(text); }).find("the scale is '"), 0u) << text;
  }
}

}  // namespace
}  // namespace alloclab::generators
