// The text form: the exact text of every kind of event, what a person may change about it, and the
// sentence for every mistake.

#include <gtest/gtest.h>

#include "traces/open_trace.h"
#include "traces/sample_events.h"

namespace alloclab {
namespace {

const char kEveryKind[] =
    "alloclab trace text 1\n"
    "# program: a\\nb\n"
    "\n"
    "0 = malloc 24\n"
    "free 0\n"
    "1 = calloc 4 16\n"
    "2 = realloc 1 100\n"
    "3 = realloc null 100 @3\n"
    "realloc 3 0\n"
    "4 = reallocarray 2 4 16\n"
    "5 = reallocarray null 4 16\n"
    "failed reallocarray 5 4 16\n"
    "6 = memalign 64 100\n"
    "7 = aligned_alloc 64 100\n"
    "8 = posix_memalign 64 100\n"
    "9 = valloc 100\n"
    "10 = pvalloc 100\n"
    "free null\n"
    "thread_start @4294967295\n"
    "thread_end @7\n"
    "fork 1234\n"
    "marker 3\n"
    "free_sized 4 64\n"
    "11 = new 24\n"
    "12 = new_aligned 64 24\n"
    "13 = new_array 24\n"
    "14 = new_array_aligned 64 24\n"
    "delete 11\n"
    "delete_sized 12 24\n"
    "delete_array 13\n"
    "delete_array_sized 14 24\n"
    "failed malloc 18446744073709551615\n"
    "failed realloc 5 9 s1\n"
    "realloc 5 0 s2\n"
    "15 = malloc 24 @1 s4294967295\n";

TEST(Text, EveryKindIsWrittenAsItIsRead) {
  const auto reader = OpenTraceBytes("every.txt", kEveryKind);
  EXPECT_EQ(reader->metadata(), (Metadata{{"program", "a\nb"}}));
  EXPECT_EQ(TextBytes(ReadAll(*reader), reader->metadata()), kEveryKind);
}

std::vector<Event> Read(const std::string& text) {
  return ReadAll(*OpenTraceBytes("case.txt", text));
}

TEST(Text, NamesAreRenumberedAndMayComeAgain) {
  const std::vector<Event> events = Read(
      "alloclab trace text 1\n900 = malloc 1\n7 = malloc 2\nfree 900\n900 = malloc 3\nfree 900\n");
  const std::vector<Event> expected = {{.id = 0, .size = 1},
                                       {.id = 1, .size = 2},
                                       {.kind = EventKind::kFree, .ref = 0},
                                       {.id = 2, .size = 3},
                                       {.kind = EventKind::kFree, .ref = 2}};
  EXPECT_TRUE(events == expected);
}

TEST(Text, CommentsBlanksAndLineEndsDoNotMatter) {
  const std::string text =
      "alloclab trace text 1\r\n# key: value\r\n# a comment: with blanks in its key\r\n# later: no "
      "metadata\r\n\r\n  \t\r\n  # note\r\n \t 1  =\tmalloc 8  @2 \r\n";
  const auto reader = OpenTraceBytes("case.txt", text);
  EXPECT_EQ(reader->metadata(), (Metadata{{"key", "value"}}));
  const std::vector<Event> expected = {{.thread = 2, .id = 0, .size = 8}};
  EXPECT_TRUE(ReadAll(*reader) == expected);
}

TEST(Text, TimesStandBehindTheThread) {
  const auto reader = OpenTraceBytes(
      "case.txt", "alloclab trace text 1\n# clock_hz: 5\n1 = malloc 8 @2 t9\nfree 1 t10\n");
  const std::vector<Event> expected = {{.thread = 2, .id = 0, .size = 8, .time = 9},
                                       {.kind = EventKind::kFree, .ref = 0, .time = 10}};
  EXPECT_TRUE(ReadAll(*reader) == expected);
}

TEST(Text, CallSitesStandBehindTheTime) {
  const auto reader = OpenTraceBytes("case.txt",
                                     "alloclab trace text 1\n# clock_hz: 5\n1 = malloc 8 @2 t9 "
                                     "s12\n2 = malloc 8 s0\n");
  const std::vector<Event> expected = {{.thread = 2, .id = 0, .size = 8, .time = 9, .site = 12},
                                       {.id = 1, .size = 8}};
  EXPECT_TRUE(ReadAll(*reader) == expected);
}

struct Mistake {
  const char* text;  // after the title line
  const char* sentence;
};

const Mistake kMistakes[] = {
    {"1 = mallok 8\n",
     "case.txt:2: expected one of malloc, free, calloc, realloc, reallocarray, memalign, "
     "aligned_alloc, posix_memalign, valloc, pvalloc, thread_start, thread_end, fork, marker, "
     "free_sized, new, new_aligned, new_array, new_array_aligned, delete, delete_sized, "
     "delete_array, delete_array_sized, found \"mallok\""},
    {"1 malloc 8\n", "case.txt:2: expected \"=\", found \"malloc\""},
    {"\n1 = malloc\n",
     "case.txt:3: expected a size, a number up to 18446744073709551615, found the end of the line"},
    {"1 = malloc -8\n",
     "case.txt:2: expected a size, a number up to 18446744073709551615, found \"-8\""},
    {"1 = malloc 18446744073709551616\n",
     "case.txt:2: expected a size, a number up to 18446744073709551615, found "
     "\"18446744073709551616\""},
    {"1 = malloc 8 9\n", "case.txt:2: expected the end of the line, found \"9\""},
    {"1 = malloc 8 @\n",
     "case.txt:2: expected a thread, a number up to 4294967295, found the end of the line"},
    {"1 = malloc 8 @4294967296\n",
     "case.txt:2: expected a thread, a number up to 4294967295, found \"4294967296\""},
    {"# clock_hz: 1\n1 = malloc 8 t\n",
     "case.txt:3: expected a time, a number up to 18446744073709551615, found the end of the line"},
    {"# clock_hz: 1\n1 = malloc 8 t1 @1\n",
     "case.txt:3: expected the end of the line, found \"@1\""},
    {"1 = malloc 8 t1\n",
     "case.txt:2: an event has a time, but no metadata says how fast its clock is: add a line \"# "
     "clock_hz: 1000000000\" if it counts nanoseconds"},
    {"1 = malloc 8 s\n",
     "case.txt:2: expected a call site, a number up to 4294967295, found the end of the line"},
    {"1 = malloc 8 s4294967296\n",
     "case.txt:2: expected a call site, a number up to 4294967295, found \"4294967296\""},
    {"1 = malloc 8 s1 @1\n", "case.txt:2: expected the end of the line, found \"@1\""},
    {"1 = malloc 8\nfree 1 s5\n", "case.txt:3: free has no call site: remove \"s5\""},
    {"free null s0\n", "case.txt:2: free null has no call site: remove \"s0\""},
    {"marker 1 s5\n", "case.txt:2: marker has no call site: remove \"s5\""},
    {"1 = calloc x 9\n",
     "case.txt:2: expected a count, a number up to 18446744073709551615, found \"x\""},
    {"1 = memalign 8x 9\n",
     "case.txt:2: expected an alignment, a number up to 18446744073709551615, found \"8x\""},
    {"free nul\n",
     "case.txt:2: expected the number of an allocation, a number up to 18446744073709551614, found "
     "\"nul\""},
    {"malloc 8\n",
     "case.txt:2: malloc makes an allocation: begin with \"number =\", or with \"failed\" if it "
     "did "
     "not"},
    {"1 = failed malloc 8\n",
     "case.txt:2: a failed malloc makes no allocation: remove \"number =\" or \"failed\""},
    {"failed marker 8\n", "case.txt:2: a failed marker does not exist: remove \"failed\""},
    {"1 = malloc 8\n2 = free 1\n", "case.txt:3: free makes no allocation: remove \"number =\""},
    {"1 = malloc 8\n2 = realloc 1 0\n",
     "case.txt:3: realloc makes no allocation: remove \"number =\" (it freed its block and "
     "returned "
     "NULL), or give it a size"},
    {"free 5\n",
     "case.txt:2: free names allocation 5, which is not live here; correct the number or remove "
     "the "
     "line"},
    {"1 = malloc 8\n1 = malloc 8\n",
     "case.txt:3: allocation 1 is already live here; give this one another number"},
    {"1 = malloc 8",
     "case.txt:2: the last line does not end in a line feed, so it may be cut; add "
     "one if it is whole"},
    {"# key: a\\b\n",
     "case.txt:2: the value of \"key\" has a backslash that is none of \\\\, \\n and \\xHH; double "
     "it"},
    {"# uuid: no\n",
     "case.txt: metadata \"uuid\" is \"no\", which is not 32 hexadecimal digits; correct it or "
     "leave it "
     "out"},
};

class TextMistake : public testing::TestWithParam<Mistake> {};

TEST_P(TextMistake, NamesLineFindingAndMend) {
  std::string error;
  try {
    Read(std::string("alloclab trace text 1\n") + GetParam().text);
  } catch (const TraceError& caught) {
    error = caught.what();
  }
  EXPECT_EQ(error, GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(All, TextMistake, testing::ValuesIn(kMistakes));

TEST(Text, TitleAndLongLines) {
  EXPECT_THROW(
      {
        try {
          Read("alloclab trace text 2\n");
        } catch (const TraceError& error) {
          EXPECT_STREQ(error.what(),
                       "case.txt:1: text version \"2\", but this alloclab reads version 1; use the "
                       "alloclab that wrote it");
          throw;
        }
      },
      TraceError);
  EXPECT_THROW(
      {
        try {
          Read("alloclab trace text 1\n" + std::string(6 << 20, 'x') + "\n");
        } catch (const TraceError& error) {
          EXPECT_STREQ(
              error.what(),
              "case.txt:2: the line is longer than 5242880 bytes; no event or metadata is, "
              "split or remove it");
          throw;
        }
      },
      TraceError);
}

}  // namespace
}  // namespace alloclab
