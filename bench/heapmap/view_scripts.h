// The picture of a heap for pages to have in them: what its element is drawn by and looks like.

#ifndef ALLOCLAB_BENCH_HEAPMAP_VIEW_SCRIPTS_H_
#define ALLOCLAB_BENCH_HEAPMAP_VIEW_SCRIPTS_H_

#include <string>
#include <string_view>

namespace alloclab {

// JavaScript that defines heapmapView(node, data), and no other name: `data` is an embedded history
// (README.md). It needs format.js and dom.js of bench/report/web before it.
const std::string& HeapmapScripts();

// Its style, on top of page.css of bench/report/web.
std::string_view HeapmapCss();

}  // namespace alloclab

#endif  // ALLOCLAB_BENCH_HEAPMAP_VIEW_SCRIPTS_H_
