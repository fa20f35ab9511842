// The history in words: where something lies, what a block is, what an event did, and the commands that
// make the trace up to it.

function regionAt(history, offset) {
  const { regions } = history;
  let index = 0;
  while (index + 1 < regions.length && regions[index + 1].offset <= offset) index += 1;
  return index;
}

// "0x1a2b0" from the beginning of the heap, or of one of its regions.
function formatPlace(history, offset) {
  const index = regionAt(history, offset);
  const within = `0x${Math.floor(offset - history.regions[index].offset).toString(16)}`;
  return history.regions.length > 1 ? `${within} in region ${index + 1}` : within;
}

function describeBlock(model, id) {
  const { history, event } = model;
  const { offset, bytes, requested, made, ended } = history.blocks;
  const age = event - made[id];
  const end = ended[id] < history.to ? `event ${formatCount(ended[id])}` : "not by the end";
  return [
    ["block at", formatPlace(history, offset[id])],
    ["size", `${formatBytesExactly(bytes[id])} usable`],
    ["requested", formatBytesExactly(requested[id])],
    ["made by", `event ${formatCount(made[id])}`],
    ["age", age >= 0 ? plural(age, "event") : "not made yet"],
    ["freed by", end],
  ];
}

// Whether a place is in what stands right before or behind a live block: its header, its footer. O(live).
function isAtBlock({ before, after, blocks }, cursor, offset) {
  return cursor.ids.subarray(0, cursor.count).some((id) => {
    const begin = blocks.offset[id];
    return begin - before <= offset && offset < begin + blocks.bytes[id] + after;
  });
}

// What is at a place that is in no block.
function describePlace(model, offset) {
  const { history, cursors } = model;
  const holds = (cursor) => {
    const { lives } = cursor.timeline;
    return cursor.ids.subarray(0, cursor.count)
      .some((id) => lives.offset[id] <= offset && offset < lives.offset[id] + lives.bytes[id]);
  };
  let what = "free";
  if (!history.walkable) {
    what = "unknown: no block of the program";
  } else if (isAtBlock(history, cursors.blocks, offset)) {
    what = "overhead: the header of a block";
  } else if (!holds(cursors.held)) {
    what = "not held from the system";
  } else if (holds(cursors.overhead)) {
    what = "overhead of the allocator";
  }
  return [["at", formatPlace(history, offset)], ["this is", what]];
}

// What event `model.event` did, from the blocks that it made and ended.
function describeEvent(model) {
  const { history, event, cursors } = model;
  const { blocks } = history;
  const timeline = cursors.blocks.timeline;
  const last = cursors.blocks.born - 1;
  const made = last >= 0 && blocks.made[last] === event ? last : -1;
  const dead = cursors.blocks.dead - 1;
  const ended = dead >= 0 && blocks.ended[timeline.ends[dead]] === event ? timeline.ends[dead] : -1;
  if (made >= 0 && ended >= 0) {
    const moved = blocks.offset[made] === blocks.offset[ended] ? "in place" : `to ${formatPlace(history, blocks.offset[made])}`;
    return `resized a block from ${formatBytes(blocks.requested[ended])} to ${formatBytes(blocks.requested[made])}, ${moved}`;
  }
  if (made >= 0) return `made a block of ${formatBytes(blocks.requested[made])} at ${formatPlace(history, blocks.offset[made])}`;
  if (ended >= 0) return `freed a block of ${formatBytes(blocks.requested[ended])} at ${formatPlace(history, blocks.offset[ended])}`;
  return "left the heap as it was";
}

// How much of the ratio a smaller trace must keep, so that there is room to shrink in.
const KEPT_SHARE = 0.95;

// The commands that make the trace up to this moment, and then the smallest trace that is as bad.
// `ratio` is what shrink measures: the most bytes held over the most bytes live until here; or null.
function commandsFor(history, event, ratio) {
  const slice = `tools/alloclab slice ${shellWord(history.path)} part.alt --to ${event + 1}`;
  if (ratio === null || ratio <= 1) return [slice];
  const keep = Math.max(1, Math.floor(ratio * KEPT_SHARE * 100) / 100);
  return [slice, `tools/alloclab shrink part.alt small.txt --allocator ${shellWord(history.allocator)} ` +
    `--held-over-live ${keep}`];
}
