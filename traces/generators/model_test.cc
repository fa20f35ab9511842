// Models: what a trace is drawn from comes out of it again, and what is no model is refused with a
// sentence, whatever the bytes.

#include "traces/generators/model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <random>

#include "traces/event_kind.h"
#include "traces/generators/draw.h"
#include "traces/generators/expect_count.h"
#include "traces/generators/fit.h"
#include "traces/generators/generated.h"
#include "traces/generators/score.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"

namespace alloclab::generators {
namespace {

TraceModel FitText(const std::string& text) {
  const auto reader = OpenTraceBytes("t.txt", text);
  return FitModel(*reader);
}

TraceModel FitEvents(const std::vector<Event>& events) {
  Fitter fitter;
  for (const Event& event : events) fitter.Add(event);
  return fitter.Finish();
}

TEST(Fit, CountsByHand) {
  const TraceModel model = FitText(
      "alloclab trace text 1\n"
      "0 = malloc 24\n"    // freed after 1 and 2 were made
      "1 = calloc 4 5\n"   // resized at once: lifetime 1, for 2 was made
      "2 = malloc 4097\n"  // never freed
      "free 0\n"
      "3 = realloc 1 4099\n"  // freed before another is made
      "free 3\n"
      "4 = memalign 64 0\n"
      "failed malloc 7\n"
      "5 = malloc 24\n"
      "free 5\n");
  TraceModel expected;
  expected.allocations = 6;
  expected.kinds = {{EventKind::kMalloc, {{24, 24, 2}, {4097, 4097, 1}}, {}},
                    {EventKind::kCalloc, {{20, 20, 1}}, {}},
                    {EventKind::kRealloc, {{4099, 4099, 1}}, {}},
                    {EventKind::kMemalign, {{0, 0, 1}}, {{6, 6, 1}}}};
  expected.classes = {{0, 1, {}}, {5, 0, {{0, 0, 1}, {1, 1, 1}, {2, 2, 1}}}, {13, 1, {{0, 0, 1}}}};
  expected.live = {{1, 24, 1}, {2, 44, 2}, {3, 4141, 3}, {4, 8196, 2}, {5, 4097, 2}, {6, 4121, 3}};
  EXPECT_EQ(model, expected) << ModelToText(model);
  EXPECT_EQ(ModelFromText("m.json", ModelToText(model)), model);
}

// Numbers of a bucket are near each other, and no number is between two of another bucket.
TEST(Fit, BucketsAreNarrow) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 5000; ++i) numbers.push_back(random() >> (random() % 64));
  std::sort(numbers.begin(), numbers.end());
  BucketCounts<kLifetimeBits> counts;
  for (const std::uint64_t number : numbers) counts.Add(number);
  std::size_t at = 0;
  for (const Bucket& bucket : counts.Take()) {
    ASSERT_LE(at + bucket.count, numbers.size());
    EXPECT_EQ(bucket.least, numbers[at]) << "seed " << seed;
    at += static_cast<std::size_t>(bucket.count);
    EXPECT_EQ(bucket.most, numbers[at - 1]) << "seed " << seed;
    EXPECT_LE(bucket.most - bucket.least, bucket.least / 32) << "seed " << seed;
    if (bucket.most < 64) {
      EXPECT_EQ(bucket.most, bucket.least);
    }
  }
  EXPECT_EQ(at, numbers.size());
}

// The points are evenly spaced, between 256 and 512 of them where there are so many allocations.
TEST(Fit, KeepsABoundedNumberOfPoints) {
  for (const std::uint64_t allocations : {1u, 511u, 512u, 513u, 5000u}) {
    const TraceModel model =
        FitEvents(EventsOf("fifo", {{"operations", allocations}, {"length", allocations}}));
    EXPECT_EQ(model.allocations, allocations);
    EXPECT_LT(model.live.size(), 512u);
    EXPECT_GE(model.live.size(), std::min<std::uint64_t>(allocations, 256));
    const std::uint64_t stride = model.live.front().allocations;
    for (std::size_t i = 0; i < model.live.size(); ++i) {
      EXPECT_EQ(model.live[i].allocations, (i + 1) * stride);
      EXPECT_EQ(model.live[i].blocks, (i + 1) * stride);
    }
  }
}

// Two sizes of one class and one of another, with known lifetimes.
TraceModel KnownModel() {
  TraceModel model;
  model.allocations = 40'000;
  model.kinds = {{EventKind::kMalloc, {{16, 16, 500}, {24, 24, 300}}, {}},
                 {EventKind::kNew, {{1000, 1000, 200}}, {}}};
  model.classes = {{5, 0, {{0, 0, 480}, {1, 1, 80}, {40, 40, 240}}},
                   {10, 10, {{7, 7, 90}, {20, 20, 100}}}};
  return model;
}

const ClassModel* FindClass(const TraceModel& model, std::uint64_t bits) {
  for (const ClassModel& one : model.classes) {
    if (one.size_bits == bits) return &one;
  }
  return nullptr;
}

TEST(Draw, GivesBackTheDistributions) {
  const std::uint64_t seed = TestSeed();
  const TraceModel model = KnownModel();
  std::vector<Event> events;
  Emitter emitter([&events](const Event& event) { events.push_back(event); });
  Random random(seed);
  DrawTrace(model, {model.allocations, false}, random, emitter);
  for (const Event& event : events) {
    if (event.kind == EventKind::kDelete) {
      EXPECT_NE(event.ref, kNoAllocation);
    }
  }
  const TraceModel fitted = FitEvents(events);
  constexpr double kDraws = 40'000;
  ASSERT_EQ(fitted.allocations, model.allocations);
  ASSERT_EQ(fitted.kinds.size(), 2u);
  ASSERT_EQ(fitted.kinds[0].sizes.size(), 2u);
  ExpectCount(fitted.kinds[0].sizes[0].count, kDraws, 0.5, seed);
  ExpectCount(fitted.kinds[0].sizes[1].count, kDraws, 0.3, seed);
  ExpectCount(fitted.kinds[1].sizes[0].count, kDraws, 0.2, seed);
  const ClassModel* small = FindClass(fitted, 5);
  const ClassModel* large = FindClass(fitted, 10);
  ASSERT_TRUE(small != nullptr && large != nullptr);
  // What was made last is freed at the end, sooner than it would have been: at most the 41 last.
  const auto near = [&](const ClassModel& of_size, std::uint64_t lifetime, double probability) {
    std::uint64_t count = 0;
    std::uint64_t total = of_size.never_freed;
    for (const Bucket& bucket : of_size.lifetimes) {
      total += bucket.count;
      if (bucket.least == lifetime) count += bucket.count;
    }
    ExpectCount(count, static_cast<double>(total), probability, seed, 41);
  };
  near(*small, 0, 0.6);
  near(*small, 1, 0.1);
  near(*small, 40, 0.3);
  near(*large, 7, 0.45);
  near(*large, 20, 0.5);
  ExpectCount(large->never_freed, kDraws * 0.2, 0.05, seed);
  EXPECT_EQ(small->never_freed, 0u);
  // By the same bound, no distance of two such samples is far from 0.
  const ModelScore score = ScoreModel(model, fitted);
  EXPECT_LT(score.sizes, 6 * std::sqrt(0.25 / kDraws));
  EXPECT_LT(score.lifetimes, 6 * std::sqrt(0.25 / kDraws) + 41 / kDraws);
}

// A resize takes the place of a free where one is due, and kinds free as they must.
TEST(Draw, ResizesAndFreesByKind) {
  TraceModel model = KnownModel();
  model.kinds.push_back({EventKind::kRealloc, {{16, 16, 1000}}, {}});
  model.kinds.push_back({EventKind::kNewArrayAligned, {{24, 24, 500}}, {{6, 8, 1}}});
  const std::uint64_t seed = TestSeed();
  Random random(seed);
  std::map<EventKind, std::uint64_t> counts;
  std::map<std::uint64_t, EventKind> maker;
  std::uint64_t resized = 0;
  Emitter emitter([&](const Event& event) {
    ++counts[event.kind];
    if (MakesAllocation(event)) maker[event.id] = event.kind;
    resized += event.kind == EventKind::kRealloc && event.ref != kNoAllocation;
    if (event.kind == EventKind::kNewArrayAligned) {
      EXPECT_TRUE(event.alignment == 64 || event.alignment == 128 || event.alignment == 256);
    }
    if (event.kind == EventKind::kDelete) {
      EXPECT_EQ(maker.at(event.ref), EventKind::kNew);
    }
    if (event.kind == EventKind::kDeleteArray) {
      EXPECT_EQ(maker.at(event.ref), EventKind::kNewArrayAligned);
    }
    if (event.kind == EventKind::kFree) {
      EXPECT_TRUE(maker.at(event.ref) == EventKind::kMalloc ||
                  maker.at(event.ref) == EventKind::kRealloc);
    }
  });
  DrawTrace(model, {20'000, false}, random, emitter);
  ExpectCount(counts[EventKind::kRealloc], 20'000, 0.4, seed);
  ExpectCount(counts[EventKind::kNewArrayAligned], 20'000, 0.2, seed);
  EXPECT_GT(resized, counts[EventKind::kRealloc] / 2);
  EXPECT_GT(counts[EventKind::kDeleteArray], 1000u);
}

TEST(Draw, TheMeansKeepTheMeans) {
  const std::uint64_t seed = TestSeed();
  const TraceModel model = KnownModel();
  Random random(seed);
  Fitter fitter;
  double bytes = 0;
  Emitter emitter([&](const Event& event) {
    fitter.Add(event);
    bytes += MakesAllocation(event) ? static_cast<double>(event.size) : 0;
  });
  DrawTrace(model, {40'000, true}, random, emitter);
  const TraceModel fitted = fitter.Finish();
  // 0.5 x 16 + 0.3 x 24 + 0.2 x 1000 = 215, of which the whole part is kept; a uniform number from
  // 0 to 430 has a standard deviation of 124.4, and the mean of 40000 one of 0.62.
  EXPECT_NEAR(bytes / 40'000, 215, 6 * 0.63);
  std::uint64_t never = 0;
  for (const ClassModel& one : fitted.classes) never += one.never_freed;
  ExpectCount(never, 40'000, 0.01, seed);  // 10 of 1000

  EXPECT_GT(ScoreModel(model, fitted).sizes, 0.5) << "two sizes are no uniform distribution";
}

TEST(Score, KnownDistances) {
  TraceModel a = KnownModel();
  a.live = {{100, 1000, 10}, {200, 1000, 10}};
  EXPECT_EQ(ScoreModel(a, a).sizes, 0);
  EXPECT_EQ(ScoreModel(a, a).lifetimes, 0);
  EXPECT_EQ(ScoreModel(a, a).live_bytes, 0);
  TraceModel b = a;
  b.kinds[0].sizes[0].count = 0;  // 16 was half of all
  b.live = {{1000, 500, 15}, {2000, 500, 15}};
  EXPECT_DOUBLE_EQ(ScoreModel(a, b).sizes, 0.5);
  EXPECT_NEAR(ScoreModel(a, b).live_bytes, 0.5, 1e-9);
  EXPECT_NEAR(ScoreModel(a, b).live_blocks, 0.5, 1e-9);
  // 20 s against 40 s up to half of the time and 40 (1 - s) from there on, which cross at 2/3; what
  // is between them is 2/3 of what is below the first.
  a.live = {{100, 0, 10}, {200, 0, 20}};
  b.live = {{10, 0, 20}, {20, 0, 0}};
  EXPECT_NEAR(ScoreModel(a, b).live_blocks, 2.0 / 3, 0.01);
  EXPECT_EQ(ScoreModel(a, b).live_bytes, 0);
  // Of 1000 lifetimes 480 were 0, and now none is.
  b.classes[0].lifetimes.erase(b.classes[0].lifetimes.begin());
  EXPECT_DOUBLE_EQ(ScoreModel(a, b).lifetimes, 0.48);
  b.kinds = {{EventKind::kMalloc, {{5000, 5000, 1}}, {}}};
  EXPECT_DOUBLE_EQ(ScoreModel(a, b).sizes, 1);
}

TEST(ModelFile, RefusesWithAPlaceAndAMend) {
  const std::string good = ModelToText(KnownModel());
  struct Case {
    std::string from, to, says;
  };
  const std::vector<Case> cases = {
      {"\"format\"", "\"form\"", "m.json: the model has no \"format\"; correct it, or fit"},
      {"model 1", "model 2", "the model.format is not \"alloclab model 1\""},
      {"40000", "0", "the model.allocations is 0, not from 1 to 4294967296"},
      {"40000", "-4", "the model.allocations is no whole number"},
      {"\"malloc\"", "\"free\"", "the model.kinds[0].kind is no kind of call"},
      {"[24,24,300]", "[24,40,300]", "the model.kinds[0].sizes[1] crosses a power of two"},
      {"[24,24,300]", "[9,9,300]", "the model.kinds[0].sizes[1] does not lie above"},
      {"[24,24,300]", "[24,24,0]", "the model.kinds[0].sizes[1] counts 0"},
      {"[24,24,300]", "[24,300]", "the model.kinds[0].sizes[1] has not three numbers"},
      {"[24,24,300]", "[24,24,72057594037927936]", "counts 72057594037927936"},
      {"[24,24,300]", "[25,24,300]", "the model.kinds[0].sizes[1] is no range"},
      {"[24,24,300]", "[40,40,300]", "has no lifetimes for sizes of 6 bits, such as 40"},
      {"\"size_bits\": 10", "\"size_bits\": 5", "the model.classes[1] has not more bits"},
      {"\"size_bits\": 10", "\"size_bits\": 64", "the model.classes[1].size_bits is 64"},
      {"\"alignments\": []", "\"alignments\": [[4,4,1]]", "kinds[0].alignments must be there"},
      {"}", "", "m.json: no JSON at byte "},
  };
  for (const Case& one : cases) {
    std::string text = good;
    const std::size_t at = text.find(one.from);
    ASSERT_NE(at, std::string::npos) << one.from;
    text.replace(at, one.from.size(), one.to);
    const std::string refusal = Refusal([&] { ModelFromText("m.json", text); });
    EXPECT_NE(refusal.find(one.says), std::string::npos) << one.says << "\n" << refusal;
  }
  EXPECT_NE(Refusal([] { ReadModel("/nowhere/m.json"); }), "");
  EXPECT_NE(Refusal([] { FitText("alloclab trace text 1\nfree null\n"); }), "");
}

// Whatever the bytes, they are refused with a sentence, or a trace comes of them.
TEST(ModelFile, SurvivesAnyBytes) {
  const std::uint64_t seed = TestSeed();
  std::mt19937_64 random(seed);
  const std::string good = ModelToText(KnownModel());
  int read = 0;
  for (int round = 0; round < 800; ++round) {
    std::string text = good;
    const std::size_t at = random() % text.size();
    constexpr std::string_view kLikely = "0123456789[]{},\"-.e";
    const bool digit = text[at] >= '0' && text[at] <= '9';
    text[at] = digit ? kLikely[random() % 10] : kLikely[random() % kLikely.size()];
    if (round % 4 == 0) text[random() % text.size()] = static_cast<char>(random());
    TraceModel model;
    if (!Refusal([&] { model = ModelFromText("m.json", text); }).empty()) continue;
    ++read;
    for (const bool means_only : {false, true}) {
      Random draws(seed);
      std::uint64_t made = 0;
      Emitter emitter([&made](const Event& event) { made += MakesAllocation(event); });
      DrawTrace(model, {50, means_only}, draws, emitter);
      EXPECT_EQ(made, 50u) << text;
    }
    EXPECT_EQ(ModelFromText("again.json", ModelToText(model)), model) << text;
  }
  EXPECT_GT(read, 30);
}

TEST(ModelGenerator, DrawsFromAFile) {
  const std::string path = TemporaryPath("model.json");
  WriteModel(KnownModel(), path);
  Arguments arguments = ArgumentsFor("model");
  EXPECT_EQ(Refusal([&] { EventsOf(arguments); }), "model reads a file; name it with --model FILE");
  arguments.file = path;
  arguments.Scale(ThousandthsFromText("0.025"));
  const std::vector<Event> events = EventsOf(arguments, 3);
  EXPECT_EQ(FitEvents(events).allocations, 1000u);
  EXPECT_EQ(EventsOf(arguments, 3), events);
  EXPECT_NE(EventsOf(arguments, 4), events);
  EXPECT_EQ(FindMetadata(Describe(arguments, 3), "parameters"), "model=model.json share=25 mean=0");
  // The draws are part of what a seed means.
  std::uint64_t sum = 0;
  for (const Event& event : events) {
    sum = sum * 31 + event.size + event.ref + static_cast<std::uint64_t>(event.kind);
  }
  EXPECT_EQ(sum, 2647988102972125591u);
}

}  // namespace
}  // namespace alloclab::generators
