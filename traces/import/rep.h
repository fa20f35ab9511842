// The traces of the malloc lab of CMU's course 15-213 ("Computer Systems: A Programmer's
// Perspective", Bryant and O'Hallaron), .rep: four numbers, then one request a line.
//
//     a id size      block id <- malloc(size)
//     r id size      block id <- realloc(block id, size); of an id that has no block: of NULL
//     f id           free(block id); -1: free(NULL)
//
// Three dialects are about. All have the number of ids second and the number of requests third,
// and differ in what stands around them:
//
//     classic (2002)   suggested heap size, ids, requests, weight
//     flags (2016)     weight 0 to 3, ids, requests, 0 or 1: whether a checker may skip overlaps
//     peak (2022)      weight 0 to 3, ids, requests, most bytes live at once
//
// They are told apart by the first number (a heap of three bytes is no heap) and by the fourth; and
// only for the metadata, since nothing else depends on it. `f -1` is read in every dialect. Ids are
// names: they may be used again after a free. Kept: everything; the header as metadata
// `rep_header`.
//
// The number of requests says whether the file is whole, so its last line needs no line feed.

#ifndef ALLOCLAB_TRACES_IMPORT_REP_H_
#define ALLOCLAB_TRACES_IMPORT_REP_H_

#include "traces/import/importer.h"

namespace alloclab {

extern const ImportFormat kRepFormat;

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_IMPORT_REP_H_
