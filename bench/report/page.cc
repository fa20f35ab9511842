#include "bench/report/page.h"

#include "bench/heapmap/view_scripts.h"
#include "bench/report/page_assets.h"
#include "bench/report/record_check.h"
#include "bench/web/html_template.h"
#include "traces/output_file.h"
#include "traces/trace_io.h"

namespace alloclab {
namespace {

using nlohmann::json;

void CheckRecords(const std::vector<json>& records) {
  if (records.empty()) throw ReportError("page: there is no record to show; give at least one");
  for (std::size_t i = 0; i < records.size(); ++i) {
    CheckRecord(records[i], records.size() == 1 ? "record"
                                                : "record " + std::to_string(i + 1) + " of " +
                                                      std::to_string(records.size()));
  }
}

std::string DataScript(const std::string& attributes, const json& data) {
  return "<script type=\"application/json\" " + attributes + ">" + ScriptSafe(data) + "</script>\n";
}

// Each in a script of its own, so that its text can be given to whoever wants it, as it is.
std::string RecordScripts(const std::vector<json>& records) {
  std::string scripts;
  for (std::size_t i = 0; i < records.size(); ++i) {
    scripts += DataScript("class=\"record\" id=\"record-" + std::to_string(i) + "\"", records[i]);
  }
  return scripts;
}

std::string HistoryId(std::size_t index) { return "history-" + std::to_string(index); }

// What there is to travel in.
json HeapList(const std::vector<HeapHistory>& histories) {
  json list = json::array();
  for (std::size_t i = 0; i < histories.size(); ++i) {
    list.push_back({{"id", HistoryId(i)},
                    {"trace", histories[i].trace},
                    {"allocator", histories[i].allocator}});
  }
  return list;
}

std::string HistoryScripts(const std::vector<HeapHistory>& histories) {
  std::string scripts;
  for (std::size_t i = 0; i < histories.size(); ++i) {
    scripts += DataScript("id=\"" + HistoryId(i) + "\"", histories[i].history);
  }
  return scripts;
}

std::string Scripts() {
  using namespace page_assets;
  return InOneFunction({
      kFormatJs,   kPaletteJs,    kRecordJs,  kMeanJs,     kDomJs,    HeapmapScripts(), kSectionsJs,
      kControlsJs, kChartJs,      kLabelsJs,  kParetoJs,   kBoardJs,  kAnswersJs,       kLeadsJs,
      kBarsJs,     kSearchJs,     kLatencyJs, kTimelineJs, kCausesJs, kTraceDetailJs,   kFailuresJs,
      kTableJs,    kTracesPartJs, kScalingJs, kProgramsJs, kHeapsJs,  kProvenanceJs,    kPageJs,
  });
}

}  // namespace

std::string RenderPage(const PageContents& contents) {
  CheckRecords(contents.records);
  using namespace page_assets;
  HtmlTemplate page("report/web/page.html", kPageHtml);
  page.Fill("@PAGE_CSS@",
            std::string(kPageCss) + std::string(HeapmapCss()) + std::string(kReportCss));
  page.Fill("@RECORDS@", RecordScripts(contents.records));
  page.Fill("@HEAPS@", ScriptSafe(HeapList(contents.histories)));
  page.Fill("@HISTORIES@", HistoryScripts(contents.histories));
  page.Fill("@ECHARTS@", kEcharts);
  page.Fill("@SCRIPTS@", Scripts());
  return page.page();
}

std::string RenderPage(const json& record) { return RenderPage(PageContents{.records = {record}}); }

void WritePage(const PageContents& contents, const std::string& path) {
  const std::string page = RenderPage(contents);
  try {
    OutputFile file(path);
    file.Write(page);
    file.Commit();
  } catch (const TraceError& error) {
    throw ReportError(error.what());
  }
}

void WritePage(const json& record, const std::string& path) {
  WritePage(PageContents{.records = {record}}, path);
}

}  // namespace alloclab
