// Sources whose mm_init is a bool, and some that only talk of one.

#include "bench/grade/init_type.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "traces/test_seed.h"

namespace alloclab::grade {
namespace {

TEST(InitType, IsSeenWhereItIsDeclared) {
  for (const char* source : {
           "bool mm_init(void) { return true; }",
           "_Bool mm_init(void);",
           "bool\nmm_init\t(\nvoid)",
           "static int x = 1;bool mm_init()",
           "bool /* true when all is well */ mm_init // see above\n (void)",
           "#include <stdbool.h>\nbool \\\n mm_init(void)",
           "char quote = '\"'; bool mm_init(void) { puts(\"\\\"\"); }",
           "int n = 1'000'000; bool mm_init(void)",
           "auto text = R\"x(\" )\" )x\"; bool mm_init(void)",
           "// a line\\\\\n that goes on\nbool mm_init(void)",
           "#error don't\nbool mm_init(void)",
       }) {
    EXPECT_TRUE(SaysInitIsBool(source)) << source;
  }
}

TEST(InitType, IsNotSeenElsewhere) {
  for (const char* source : {
           "",
           "int mm_init(void) { return 0; }",
           "/* In the new handout this is bool mm_init(void); */ int mm_init(void) { return 0; }",
           "// bool mm_init(void)\nint mm_init(void)",
           "// it was \\\nbool mm_init(void)\nint mm_init(void)",
           "// it was \\\r\nbool mm_init(void)\r\nint mm_init(void)",
           "const char* s = \"bool mm_init(void)\"; int mm_init(void)",
           "const char* s = \"\\\"bool mm_init(void)\"; int mm_init(void)",
           "auto s = R\"(\" bool mm_init(void))\"; int mm_init(void)",
           "mybool mm_init(void)",
           "bool mm_initial(void)",
           "bool mm_init;",
           "bool is_good(void) { return mm_init() == 0; }",
           "/* not closed bool mm_init(void)",
           "\"not closed bool mm_init(void)",
           "R\"not closed( bool mm_init(void)",
       }) {
    EXPECT_FALSE(SaysInitIsBool(source)) << source;
  }
}

TEST(InitType, LongBlanksAreNothing) {
  const std::string blanks(4'000'000, ' ');
  EXPECT_TRUE(SaysInitIsBool("bool" + blanks + "mm_init" + blanks + "(void)"));
  EXPECT_FALSE(SaysInitIsBool("// bool" + blanks + "\nint mm_init(void)"));
}

// It comes to an end, whatever it reads; and what is in front of a declaration on a line of its
// own, behind no open comment or raw string, does not hide it.
TEST(InitType, AnyBytesCanBeRead) {
  const std::uint64_t seed = TestSeed();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  constexpr char kBytes[] = "\"'\\/*\n R(bool)mm_init_Bool1'(";
  for (int i = 0; i < 20'000; ++i) {
    std::string source;
    for (auto n = random() % 40; n > 0; --n) source += kBytes[random() % (sizeof(kBytes) - 1)];
    SaysInitIsBool(source);
    EXPECT_TRUE(SaysInitIsBool("bool mm_init(" + source)) << source;
    const bool opens = source.find("/*") != std::string::npos ||
                       source.find("R\"") != std::string::npos || source.ends_with('\\');
    EXPECT_TRUE(opens || SaysInitIsBool(source + "\nbool mm_init(")) << source;
  }
}

}  // namespace
}  // namespace alloclab::grade
