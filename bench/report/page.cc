#include "bench/report/page.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bench/report/html_template.h"
#include "bench/report/page_assets.h"

namespace alloclab {
namespace {

using nlohmann::json;

// The lists without which there is nothing to show, and what each entry is found by.
struct List {
  const char* name;
  std::initializer_list<const char*> keys;
};
const List kLists[] = {
    {"traces", {"name"}},
    {"allocators", {"name", "table"}},
    {"cells", {"table", "trace", "allocator", "status"}},
};

void CheckEntry(const List& list, std::size_t index, const json& entry) {
  for (const char* key : list.keys) {
    if (!entry.is_object() || !entry.contains(key) || !entry[key].is_string()) {
      throw ReportError("record: /" + std::string(list.name) + "/" + std::to_string(index) + "/" +
                        key + " is not a string; write the record again with `alloclab compare`");
    }
  }
}

void CheckRecord(const json& record) {
  const json schema = record.is_object() ? record.value("schema", json()) : json();
  if (schema != kRecordSchema) {
    throw ReportError("record: /schema is " +
                      schema.dump(-1, ' ', true, json::error_handler_t::replace) +
                      ", this page reads schema " + std::to_string(kRecordSchema) +
                      "; write the record again with this version's `alloclab compare`");
  }
  for (const List& list : kLists) {
    const auto found = record.find(list.name);
    if (found == record.end() || !found->is_array()) {
      throw ReportError("record: /" + std::string(list.name) +
                        " is not a list; write the record again with `alloclab compare`");
    }
    for (std::size_t i = 0; i < found->size(); ++i) CheckEntry(list, i, (*found)[i]);
  }
}

[[noreturn]] void Fail(const std::string& path, const char* what, const std::string& temporary) {
  const std::string why = std::strerror(errno);
  std::remove(temporary.c_str());
  throw ReportError(path + ": " + what + ": " + why +
                    "; check that the folder exists, is writable and has space");
}

}  // namespace

std::string RenderPage(const json& record) {
  CheckRecord(record);
  using namespace page_assets;
  HtmlTemplate page("report/web/page.html", kPageHtml);
  page.Fill("@PAGE_CSS@", kPageCss);
  page.Fill("@RECORD@", ScriptSafe(record));
  page.Fill("@ECHARTS@", kEcharts);
  page.Fill("@SCRIPTS@",
            InOneFunction({kFormatJs, kPaletteJs, kRecordJs, kDomJs, kChartJs, kLabelsJs,
                           kScatterJs, kBarsJs, kTimelineJs, kTableJs, kSectionsJs, kPageJs}));
  return page.page();
}

void WritePage(const json& record, const std::string& path) {
  const std::string page = RenderPage(record);
  const std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file.write(page.data(), static_cast<std::streamsize>(page.size()));
  file.close();
  if (!file) Fail(path, "cannot be written", temporary);
  if (std::rename(temporary.c_str(), path.c_str()) != 0)
    Fail(path, "cannot be replaced", temporary);
}

}  // namespace alloclab
