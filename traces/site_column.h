// The site column: where in the program each allocation or resize of a block was asked for, one
// number of the metadata's table of call sites for each event of such a kind, failed ones included.
// Written only for a block in which some event has a site.
//
// Nothing foretells a site but that the same few come again, which is left to zstd.

#ifndef ALLOCLAB_TRACES_SITE_COLUMN_H_
#define ALLOCLAB_TRACES_SITE_COLUMN_H_

#include <span>
#include <string>
#include <string_view>

#include "traces/event.h"

namespace alloclab {

class SiteColumnEncoder {
 public:
  void Start();
  void Add(const Event& event);
  // Ends the block. Empty when no event had a site.
  const std::string& Finish();

 private:
  std::string bytes_;
  bool known_ = false;  // whether some site is not 0
};

// Fills in the sites of `events`. `bytes` is followed by kVarintPadding readable bytes. Returns
// false when the column does not hold exactly one for each event that can have a site, or one does
// not fit in 32 bits.
bool DecodeSites(std::string_view bytes, std::span<Event> events);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_SITE_COLUMN_H_
