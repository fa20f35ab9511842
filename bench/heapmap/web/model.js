// What everything in the picture of one heap shares, and the questions asked of it.
//
// model: history   what decode.js made, null until then
//        event     the event chosen; everything shows the heap right after it
//        window    {from, to, low, high}: the events and the bytes of the axis in view
//        block     the block chosen, or -1
//        cursors   of blocks, overhead and held, at the event
//        glance    a cursor of blocks for a look at another event

function heapModel(data) {
  return { history: { ...data, regions: decodeRegions(data.regions) }, event: data.to - 1, window: null,
    block: -1, cursors: null, colours: null };
}

function wholeWindow(history) {
  const high = history.regions.reduce((sum, region) => sum + region.bytes, 0);
  return { from: history.from, to: history.to, low: 0, high };
}

function makeCursors(history) {
  const { from, to, blocks, overhead, held } = history;
  const cursor = (lives, weight) => new Cursor(new Timeline(lives, from, to, weight));
  return {
    blocks: cursor(blocks, blocks.requested),
    overhead: cursor(overhead, overhead.bytes),
    held: cursor(held, held.bytes),
  };
}

// The first event at which most bytes are live, which is where to begin to look.
function fullestEvent(timeline, history) {
  const { peaks, lives } = timeline;
  if (!lives.count) return history.to - 1;
  const first = peaks.indexOf(peaks[lives.count - 1]);
  return Math.max(lives.made[first], history.from);
}

// The block of a cursor's set that a place lies in, or -1. O(live).
function blockAt(cursor, offset) {
  const { offset: begins, bytes } = cursor.timeline.lives;
  for (let i = 0; i < cursor.count; i += 1) {
    const id = cursor.ids[i];
    if (begins[id] <= offset && offset < begins[id] + Math.max(1, bytes[id])) return id;
  }
  return -1;
}

// The live block next above (direction 1) or below (-1) the given one, or the lowest of the window.
function neighbour(model, direction) {
  const { cursors: { blocks: cursor }, history: { blocks: { offset } }, window } = model;
  const from = model.block >= 0 ? offset[model.block] : window.low - 1;
  let best = -1;
  for (let i = 0; i < cursor.count; i += 1) {
    const id = cursor.ids[i];
    const beyond = direction * (offset[id] - from) > 0;
    if (beyond && (best < 0 || direction * (offset[best] - offset[id]) > 0)) best = id;
  }
  return best;
}

// The window scaled by `factor` around the shares of it that stay where they are, inside the whole.
function zoomed(span, whole, factor, share, least) {
  const [begin, end] = span;
  const [first, last] = whole;
  const length = Math.min(last - first, Math.max(Math.min(least, last - first), Math.round((end - begin) * factor)));
  const fixed = begin + (end - begin) * share;
  const from = Math.round(Math.min(Math.max(fixed - length * share, first), last - length));
  return [from, from + length];
}
