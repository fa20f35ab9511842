#include "bench/heapmap/heapmap_page.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

#include "bench/heapmap/history_json.h"
#include "bench/heapmap/page_assets.h"
#include "bench/heapmap/raster.h"

namespace alloclab {
namespace {

// Of the picture that is there before the rest is decoded.
constexpr std::uint32_t kOverviewColumns = 1600;
constexpr std::uint32_t kOverviewRows = 900;

// JSON that may stand inside <script>, and text that may stand between tags: the same characters
// are written as escapes of either.
std::string ScriptSafe(const nlohmann::json& value) {
  std::string safe;
  for (const char c : value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace)) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

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

// One function around all scripts: they share names with each other and with nothing else.
std::string Scripts() {
  using namespace heapmap_assets;
  std::string scripts = "(() => {\n\"use strict\";\n";
  for (const std::string_view part :
       {kFormatJs, kDomJs, kDecodeJs, kCursorJs, kRasterJs, kColoursJs, kSurfaceJs, kOverviewJs,
        kStripJs, kReadoutJs, kViewJs, kPageJs}) {
    scripts += part;
  }
  return scripts + "})();\n";
}

// `page` with the first `mark` from `from` on replaced; returns where what was put in ends, so that
// it is never searched for the next mark.
std::size_t Fill(std::string& page, std::size_t from, std::string_view mark,
                 std::string_view text) {
  const std::size_t at = page.find(mark, from);
  if (at == std::string::npos) {
    throw std::logic_error("heapmap/web/page.html: has no " + std::string(mark) +
                           "; restore it and build again");
  }
  page.replace(at, mark.size(), text);
  return at + text.size();
}

}  // namespace

std::string RenderHeapmap(const History& history) {
  const Raster overview = DrawRaster(history, kOverviewColumns, kOverviewRows);
  std::string page(heapmap_assets::kPageHtml);
  std::size_t at = Fill(page, 0, "@TITLE@",
                        MarkupSafe("The heap of " + history.trace + " on " + history.allocator));
  at = Fill(page, at, "@PAGE_CSS@",
            std::string(heapmap_assets::kReportCss) + std::string(heapmap_assets::kHeapmapCss));
  at = Fill(page, at, "@HISTORY@", ScriptSafe(HistoryToJson(history, overview)));
  Fill(page, at, "@SCRIPTS@", Scripts());
  return page;
}

}  // namespace alloclab
