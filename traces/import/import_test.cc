// Every format: known answers for seeds written by hand, and made-up programs encoded in it and
// read back. What is known of a format stands in its NAME_import_test.cc.

#include "traces/import/import.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "traces/import/import_cases.h"
#include "traces/import/import_fuzz.h"
#include "traces/open_trace.h"
#include "traces/sample_events.h"
#include "traces/test_seed.h"
#include "traces/text_writer.h"

namespace alloclab {
namespace {

// The events as lines of the text form, without its title.
std::string Lines(const std::vector<Event>& events) {
  const std::string text = TextBytes(events, {{"clock_hz", "1"}});
  return text.substr(text.find("\n\n") + 2);
}

TEST(Import, SeedsHaveTheirKnownAnswers) {
  std::vector<std::string_view> known;
  for (const FormatCases& cases : AllFormatCases()) {
    EXPECT_FALSE(cases.answers.empty()) << cases.format;
    known.push_back(cases.format);
  }
  std::vector<std::string_view> formats;
  for (const ImportFormat* format : ImportFormats()) formats.push_back(format->name);
  EXPECT_EQ(known, formats);
  for (const Answer& answer : AllAnswers()) {
    SCOPED_TRACE(answer.seed);
    const std::string bytes = Seed(answer.seed);
    const auto reader = OpenTraceBytes(answer.seed, bytes);
    EXPECT_EQ(Lines(ReadAll(*reader)), answer.lines);
    EXPECT_EQ(FindMetadata(reader->metadata(), "tainted"), answer.tainted);
    const std::string folder = answer.seed;
    EXPECT_EQ(FindMetadata(reader->metadata(), "imported"), folder.substr(0, folder.find('/')));
    const std::vector<std::string> warnings = *answer.warning == '\0'
                                                  ? std::vector<std::string>{}
                                                  : std::vector{std::string(answer.warning)};
    EXPECT_EQ(reader->warnings(), warnings);
  }
}

TEST(Import, FactsAreKept) {
  for (const FormatCases& cases : AllFormatCases()) {
    for (const Fact& fact : cases.facts) {
      const std::string bytes = Seed(fact.seed);
      EXPECT_EQ(FindMetadata(OpenTraceBytes(fact.seed, bytes)->metadata(), fact.key), fact.value)
          << fact.seed << ": " << fact.key;
    }
  }
}

TEST(Import, BeginningsExcludeEachOther) {
  for (const Answer& answer : AllAnswers()) {
    const std::string begin = Seed(answer.seed).substr(0, kImportMagicBytes);
    std::vector<std::string_view> recognizing;
    for (const ImportFormat* format : ImportFormats()) {
      if (format->begins(begin)) recognizing.push_back(format->name);
      // A format that is named is not taken for another: it is read, or refused at once.
      CheckImport(std::string(format->name), begin);
    }
    const std::string seed = answer.seed;
    EXPECT_EQ(recognizing, std::vector{std::string_view(seed).substr(0, seed.find('/'))}) << seed;
  }
  for (const ImportFormat* format : ImportFormats()) {
    for (const std::string& other :
         {std::string(), std::string("1 2 3 4 word"), std::string("v \n"),
          std::string("12: talk 0x1"), std::string("12: free lunch"), std::string(64, '\0')}) {
      EXPECT_FALSE(format->begins(other)) << format->name << ": " << other;
    }
  }
}

void ExpectReadBack(const FormatCases& cases, const std::vector<Call>& calls) {
  std::string bytes = cases.begin;
  for (const Call& call : calls) bytes += cases.encode(call);
  const auto reader = OpenTraceBytes("made up", bytes);
  const std::vector<Event> read = ReadAll(*reader);
  const std::vector<Event> expected = EventsOf(calls);
  ASSERT_EQ(read.size(), expected.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    ASSERT_TRUE(read[i] == expected[i])
        << cases.format << ", event " << i << ": " << FormatEvent(read[i]) << " and not "
        << FormatEvent(expected[i]);
  }
  EXPECT_EQ(FindMetadata(reader->metadata(), "tainted"), "");
  EXPECT_TRUE(reader->warnings().empty());
}

TEST(Import, MadeUpProgramsAreReadBack) {
  const std::uint64_t seed = TestSeed();
  for (const FormatCases& cases : AllFormatCases()) {
    if (cases.encode != nullptr) ExpectReadBack(cases, MadeUpCalls(seed, cases.tool));
  }
}

}  // namespace
}  // namespace alloclab
