// The parts of the page of a heap that are not C++, compiled into the binary by //tools/embed.

#ifndef ALLOCLAB_BENCH_HEAPMAP_PAGE_ASSETS_H_
#define ALLOCLAB_BENCH_HEAPMAP_PAGE_ASSETS_H_

#include <string_view>

namespace alloclab::heapmap_assets {

extern const std::string_view kReportCss;         // bench/web/page.css
extern const std::string_view kHeapmapCss;        // web/heapmap.css
extern const std::string_view kPageHtml;          // web/page.html
extern const std::string_view kFormatJs;          // bench/web/format.js, then in this order:
extern const std::string_view kDomJs;             // bench/web/dom.js
extern const std::string_view kDecodeJs;          // web/decode.js
extern const std::string_view kCursorJs;          // web/cursor.js
extern const std::string_view kRasterJs;          // web/raster.js
extern const std::string_view kColoursJs;         // web/colours.js
extern const std::string_view kSurfaceJs;         // web/surface.js
extern const std::string_view kModelJs;           // web/model.js
extern const std::string_view kOverviewJs;        // web/overview.js
extern const std::string_view kStripJs;           // web/strip.js
extern const std::string_view kReadoutJs;         // web/readout.js
extern const std::string_view kTravelJs;          // web/travel.js
extern const std::string_view kInputJs;           // web/input.js
extern const std::string_view kShrinkCommandsJs;  // web/shrink_commands.js
extern const std::string_view kViewJs;            // web/view.js
extern const std::string_view kPageJs;            // web/page.js

}  // namespace alloclab::heapmap_assets

#endif  // ALLOCLAB_BENCH_HEAPMAP_PAGE_ASSETS_H_
