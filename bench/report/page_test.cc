// What RenderPage and WritePage promise, without a browser.

#include "bench/report/page.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace alloclab {
namespace {

using nlohmann::json;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

json ReadTestdata(const std::string& name) {
  return json::parse(ReadFile("bench/report/testdata/" + name));
}

json TestRecord() { return ReadTestdata("compare.json"); }

int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// What a browser takes for the data with this id: from the end of its tag to the next `</script`.
std::string Embedded(const std::string& page, const std::string& id) {
  const std::string tag = " id=\"" + id + "\">";
  const std::size_t begin = page.find(tag) + tag.size();
  return page.substr(begin, page.find("</script", begin) - begin);
}

json EmbeddedRecord(const std::string& page) {
  EXPECT_EQ(Count(page, "id=\"record-"), 1);
  return json::parse(Embedded(page, "record-0"));
}

std::string ErrorOf(const json& record) {
  try {
    RenderPage(record);
  } catch (const ReportError& error) {
    return error.what();
  }
  return "";
}

// What the tests of the page are about is what is measured, not an older shape of it.
TEST(TestRecords, AreRecordsByTheirSchemas) {
  const std::pair<const char*, const char*> records[] = {
      {"traces", "compare"}, {"workloads", "workloads"}, {"programs", "programs"}};
  for (const auto& [kind, name] : records) {
    const std::string command = std::string("/usr/bin/python3 bench/schema/validate.py ") + kind +
                                " bench/report/testdata/" + name + ".json";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }
}

TEST(RenderPage, HoldsTheRecord) {
  const json record = TestRecord();
  EXPECT_EQ(EmbeddedRecord(RenderPage(record)), record);
}

TEST(RenderPage, IsDeterminedByTheRecord) {
  const std::string page = RenderPage(TestRecord());
  EXPECT_EQ(page, RenderPage(TestRecord()));
  json other = TestRecord();
  other["provenance"]["blocks"] = 6;
  EXPECT_NE(page, RenderPage(other));
}

TEST(RenderPage, ALeftOverMarkIsNeitherFilledTwiceNorForgotten) {
  json record = TestRecord();
  record["traces"][0]["program"] = "@ECHARTS@ @SCRIPTS@ @RECORDS@ @HEAPS@ @HISTORIES@ @PAGE_CSS@";
  const std::string page = RenderPage(record);
  EXPECT_EQ(EmbeddedRecord(page), record);
  for (const char* mark :
       {"@ECHARTS@", "@SCRIPTS@", "@RECORDS@", "@HEAPS@", "@HISTORIES@", "@PAGE_CSS@"}) {
    EXPECT_EQ(Count(page, mark), 1) << mark;
  }
}

TEST(RenderPage, NamesCannotBreakOutOfTheRecord) {
  const int scripts = Count(RenderPage(TestRecord()), "<script");
  for (const char* name : {"</script><script>alert(1)</script>", "<!--", "<!-- <script>", "]]>",
                           "\xe2\x80\xa8", "\"\\", "</SCRIPT >"}) {
    json record = TestRecord();
    record["traces"][0]["name"] = name;
    const std::string page = RenderPage(record);
    EXPECT_EQ(EmbeddedRecord(page), record) << name;
    EXPECT_EQ(Embedded(page, "record-0").find('<'), std::string::npos) << name;
    EXPECT_EQ(Count(page, "<script"), scripts) << name;
  }
}

TEST(RenderPage, BytesThatAreNotUtf8AreReplaced) {
  json record = TestRecord();
  record["traces"][0]["program"] = "caf\xe9!";
  const json shown = EmbeddedRecord(RenderPage(record));
  EXPECT_EQ(shown["traces"][0]["program"], "caf\xef\xbf\xbd!");
}

TEST(RenderPage, AsksForNothingFromElsewhere) {
  const std::string page = RenderPage(TestRecord());
  for (const char* part : {" src=", "@import", "url(http", "<link rel=\"stylesheet\""}) {
    const std::size_t scripts = page.find("<script>");
    EXPECT_EQ(page.substr(0, scripts).find(part), std::string::npos) << part;
  }
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
}

TEST(RenderPage, AForeignRecordIsRefusedWithASentence) {
  json record = TestRecord();
  record["schema"] = 1;
  EXPECT_EQ(ErrorOf(record),
            "record: /schema is 1, this page reads schema 2; write the record again with this "
            "version's `alloclab compare`");
  EXPECT_NE(ErrorOf(json::array()), "");
  record = TestRecord();
  record["cells"] = 5;
  EXPECT_EQ(ErrorOf(record),
            "record: /cells is not a list; write the record again with `alloclab compare`");
  record = TestRecord();
  record["cells"][3].erase("status");
  EXPECT_EQ(ErrorOf(record),
            "record: /cells/3/status is not a string; write the record again with `alloclab "
            "compare`");
}

TEST(RenderPage, HoldsEveryRecordAndHistory) {
  const PageContents contents = {
      .records = {TestRecord(), ReadTestdata("workloads.json"), ReadTestdata("programs.json")},
      .histories = {{"</script>", "tlsf", {{"is", "one"}}}, {"jq", "slab", {{"is", "</script>"}}}}};
  const std::string page = RenderPage(contents);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(json::parse(Embedded(page, "record-" + std::to_string(i))), contents.records[i]);
  }
  const json heaps = json::parse(Embedded(page, "heaps"));
  ASSERT_EQ(heaps.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(heaps[i]["trace"], contents.histories[i].trace);
    EXPECT_EQ(heaps[i]["allocator"], contents.histories[i].allocator);
    EXPECT_EQ(json::parse(Embedded(page, heaps[i]["id"])), contents.histories[i].history);
  }
  EXPECT_EQ(Count(page, "<script"), Count(RenderPage(TestRecord()), "<script") + 2 + 2);
}

TEST(RenderPage, ARecordOfAnotherKindIsRefusedByItsPlace) {
  const auto error_of = [](json changed) {
    try {
      RenderPage(PageContents{.records = {TestRecord(), std::move(changed)}});
    } catch (const ReportError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  json record = ReadTestdata("workloads.json");
  record["kind"] = "horses";
  EXPECT_EQ(error_of(record),
            "record 2 of 2: /kind is \"horses\", this page reads traces, workloads and programs; "
            "make the page with the version that wrote the record");
  record = ReadTestdata("workloads.json");
  record["cells"][1].erase("threads");
  EXPECT_EQ(error_of(record),
            "record 2 of 2: /cells/1/threads is not a number; write the record again with "
            "`alloclab compare --workloads`");
  record = ReadTestdata("programs.json");
  record["schema"] = 2;
  EXPECT_EQ(
      error_of(record),
      "record 2 of 2: /schema is 2, this page reads schema 1; write the record again with this "
      "version's `alloclab compare --programs`");
  record["schema"] = 1;
  record["programs"] = nullptr;
  EXPECT_EQ(error_of(record),
            "record 2 of 2: /programs is not a list; write the record again with `alloclab compare "
            "--programs`");
  EXPECT_THROW(RenderPage(PageContents{}), ReportError);
}

TEST(WritePage, ReplacesTheFileAndLeavesNothingBeside) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "write_page";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string path = folder / "page.html";
  std::ofstream(path) << "old";
  WritePage(TestRecord(), path);
  EXPECT_EQ(ReadFile(path), RenderPage(TestRecord()));
  const std::filesystem::directory_iterator entries(folder);
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST(WritePage, AFolderThatIsNotThereIsNamed) {
  const std::string path = testing::TempDir() + "/no_such_folder/page.html";
  try {
    WritePage(TestRecord(), path);
    FAIL() << "wrote into a folder that is not there";
  } catch (const ReportError& error) {
    EXPECT_EQ(std::string(error.what()),
              path + ": cannot be created: No such file or directory; make its folder first");
  }
}

// What is no regular file is written to, and stays what it is; a link leads to what is replaced.
TEST(WritePage, APipeAndALinkStayWhatTheyAre) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "pipe_and_link";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = ReadFile(pipe); });
  WritePage(TestRecord(), pipe);
  reader.join();
  EXPECT_EQ(read, RenderPage(TestRecord()));
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));

  std::ofstream(folder / "page.html") << "old";
  std::filesystem::create_symlink("page.html", folder / "link");
  WritePage(TestRecord(), folder / "link");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(ReadFile(folder / "page.html"), read);
}

TEST(WritePage, AFailedRenameLeavesNothingBeside) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "rename_fails";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder / "page.html");
  EXPECT_THROW(WritePage(TestRecord(), folder / "page.html"), ReportError);
  const std::filesystem::directory_iterator entries(folder);
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

}  // namespace
}  // namespace alloclab
