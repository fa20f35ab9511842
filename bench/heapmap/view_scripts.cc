#include "bench/heapmap/view_scripts.h"

#include "bench/heapmap/page_assets.h"

namespace alloclab {

const std::string& HeapmapScripts() {
  using namespace heapmap_assets;
  static const auto* const scripts = [] {
    auto* const text = new std::string("const heapmapView = (() => {\n");
    for (const std::string_view script :
         {kDecodeJs, kCursorJs, kRasterJs, kColoursJs, kSurfaceJs, kModelJs, kOverviewJs, kStripJs,
          kReadoutJs, kTravelJs, kInputJs, kShrinkCommandsJs, kViewJs}) {
      *text += script;
    }
    *text += "return heapmapView;\n})();\n";
    return text;
  }();
  return *scripts;
}

std::string_view HeapmapCss() { return heapmap_assets::kHeapmapCss; }

}  // namespace alloclab
