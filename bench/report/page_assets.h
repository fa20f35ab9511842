// The parts of the report page that are not C++, compiled into the binary by //tools/embed.

#ifndef ALLOCLAB_BENCH_REPORT_PAGE_ASSETS_H_
#define ALLOCLAB_BENCH_REPORT_PAGE_ASSETS_H_

#include <string_view>

namespace alloclab::page_assets {

extern const std::string_view kEcharts;     // the chart library, minified, with its licence notice
extern const std::string_view kPageCss;     // page.css
extern const std::string_view kPageHtml;    // web/page.html
extern const std::string_view kFormatJs;    // web/format.js, then in this order:
extern const std::string_view kPaletteJs;   // web/palette.js
extern const std::string_view kRecordJs;    // web/record.js
extern const std::string_view kDomJs;       // web/dom.js
extern const std::string_view kChartJs;     // web/chart.js
extern const std::string_view kLabelsJs;    // web/labels.js
extern const std::string_view kScatterJs;   // web/scatter.js
extern const std::string_view kBarsJs;      // web/bars.js
extern const std::string_view kTimelineJs;  // web/timeline.js
extern const std::string_view kTableJs;     // web/table.js
extern const std::string_view kSectionsJs;  // web/sections.js
extern const std::string_view kPageJs;      // web/page.js

}  // namespace alloclab::page_assets

#endif  // ALLOCLAB_BENCH_REPORT_PAGE_ASSETS_H_
