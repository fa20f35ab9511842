#include "bench/heapmap/heapmap_page.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "bench/heapmap/history_json.h"
#include "bench/heapmap/page_assets.h"
#include "bench/heapmap/raster.h"
#include "bench/heapmap/view_scripts.h"
#include "bench/web/html_template.h"

namespace alloclab {
namespace {

// Of the picture that is there before the rest is decoded.
constexpr std::uint32_t kOverviewColumns = 1600;
constexpr std::uint32_t kOverviewRows = 900;

// Text that may stand between tags.
std::string MarkupSafe(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "&lt;";
    } else if (c == '&') {
      safe += "&amp;";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace

nlohmann::json EmbeddedHistory(const History& history) {
  return HistoryToJson(history, DrawRaster(history, kOverviewColumns, kOverviewRows));
}

std::string RenderHeapmap(const History& history) {
  using namespace heapmap_assets;
  HtmlTemplate page("heapmap/web/page.html", kPageHtml);
  page.Fill("@TITLE@", MarkupSafe("The heap of " + history.trace + " on " + history.allocator));
  page.Fill("@PAGE_CSS@", std::string(kReportCss) + std::string(HeapmapCss()));
  page.Fill("@HISTORY@", ScriptSafe(EmbeddedHistory(history)));
  page.Fill("@SCRIPTS@", InOneFunction({kFormatJs, kDomJs, HeapmapScripts(), kPageJs}));
  return page.page();
}

}  // namespace alloclab
