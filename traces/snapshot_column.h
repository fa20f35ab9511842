// The snapshot column: what lives at the start of a block, so that a reader can begin there.
// Written for one block in many, and only when asked for: in a large heap it is as large as many
// events.

#ifndef ALLOCLAB_TRACES_SNAPSHOT_COLUMN_H_
#define ALLOCLAB_TRACES_SNAPSHOT_COLUMN_H_

#include <string>
#include <string_view>

#include "traces/archive_format.h"
#include "traces/survivors.h"

namespace alloclab {

std::string EncodeSnapshot(const Survivors& survivors);

// Fills `rows` with the snapshot of a block with this header. `bytes` is followed by kVarintPadding
// readable bytes. False when they are no such snapshot.
bool DecodeSnapshot(std::string_view bytes, const BlockHeader& header, Survivors::Rows& rows);

}  // namespace alloclab

#endif  // ALLOCLAB_TRACES_SNAPSHOT_COLUMN_H_
