// The parts of the report page that are not C++, compiled into the binary by //tools/embed.

#ifndef ALLOCLAB_BENCH_REPORT_PAGE_ASSETS_H_
#define ALLOCLAB_BENCH_REPORT_PAGE_ASSETS_H_

#include <string_view>

namespace alloclab::page_assets {

extern const std::string_view kEcharts;     // the chart library, minified, with its licence notice
extern const std::string_view kPageCss;     // web/page.css
extern const std::string_view kReportCss;   // web/report.css
extern const std::string_view kPageHtml;    // web/page.html
extern const std::string_view kFormatJs;    // web/format.js, then in this order:
extern const std::string_view kPaletteJs;   // web/palette.js
extern const std::string_view kRecordJs;    // web/record.js
extern const std::string_view kMeanJs;      // web/mean.js
extern const std::string_view kDomJs;       // web/dom.js
extern const std::string_view kSectionsJs;  // web/sections.js
extern const std::string_view kControlsJs;  // web/controls.js
extern const std::string_view kChartJs;     // web/chart.js
extern const std::string_view kLabelsJs;    // web/labels.js
extern const std::string_view kParetoJs;    // web/pareto.js
extern const std::string_view kBoardJs;     // web/board.js
extern const std::string_view kAnswersJs;   // web/answers.js
extern const std::string_view kLeadsJs;     // web/leads.js
extern const std::string_view kBarsJs;      // web/bars.js
extern const std::string_view kSearchJs;    // web/search.js
extern const std::string_view kLatencyJs;   // web/latency.js
extern const std::string_view kTimelineJs;  // web/timeline.js
extern const std::string_view kCausesJs;    // web/causes.js
extern const std::string_view kTraceDetailJs;  // web/trace_detail.js
extern const std::string_view kFailuresJs;     // web/failures.js
extern const std::string_view kTableJs;        // web/table.js
extern const std::string_view kTracesPartJs;   // web/traces_part.js
extern const std::string_view kScalingJs;      // web/scaling.js
extern const std::string_view kProgramsJs;     // web/programs.js
extern const std::string_view kHeapsJs;        // web/heaps.js
extern const std::string_view kProvenanceJs;   // web/provenance.js
extern const std::string_view kPageJs;         // web/page.js

}  // namespace alloclab::page_assets

#endif  // ALLOCLAB_BENCH_REPORT_PAGE_ASSETS_H_
