// A window of the history as cells, by the same rule as raster.h: each cell has the state that most of
// its area (bytes times events) is in, of equal ones the first of these.

const USED = 0;
const PADDING = 1;
const OVERHEAD = 2;
const FREE = 3;
const NOT_HELD = 4;
const STATES = 5;

// `whole` cut into equal parts of whole numbers.
class Parts {
  constructor(begin, end, most) {
    this.begin = begin;
    this.whole = end - begin;
    this.count = Math.max(1, Math.min(most, this.whole));
    this.starts = new Float64Array(this.count + 1);
    for (let i = 0; i <= this.count; i += 1) this.starts[i] = begin + Math.floor((this.whole * i) / this.count);
  }

  holding(at) {
    let index = Math.min(this.count - 1, Math.floor(((at - this.begin) * this.count) / this.whole));
    while (index + 1 < this.count && this.starts[index + 1] <= at) index += 1;
    while (index > 0 && this.starts[index] > at) index -= 1;
    return index;
  }
}

// A rectangle that covers a column of a row from end to end adds its height to a sum that runs along
// the row, so the cost is by rows.
class AreaSum {
  constructor(columns, rows) {
    this.columns = columns;
    this.rows = rows;
    this.ends = new Float64Array(columns.count * rows.count);
    this.steps = new Float64Array(columns.count * rows.count);
  }

  clear() {
    this.ends.fill(0);
    this.steps.fill(0);
  }

  add(made, ended, low, high) {
    const { columns, rows, ends, steps } = this;
    const from = Math.max(made, columns.begin);
    const to = Math.min(ended, columns.begin + columns.whole);
    const bottom = Math.max(low, rows.begin);
    const top = Math.min(high, rows.begin + rows.whole);
    if (from >= to || bottom >= top) return;
    const first = columns.holding(from);
    const last = columns.holding(to - 1);
    const firstEvents = Math.min(to, columns.starts[first + 1]) - from;
    const lastEvents = to - columns.starts[last];
    const lastRow = rows.holding(top - 1);
    for (let row = rows.holding(bottom); row <= lastRow; row += 1) {
      const bytes = Math.min(top, rows.starts[row + 1]) - Math.max(bottom, rows.starts[row]);
      const begin = row * columns.count;
      ends[begin + first] += bytes * firstEvents;
      if (first === last) continue;
      ends[begin + last] += bytes * lastEvents;
      steps[begin + first + 1] += bytes;
      steps[begin + last] -= bytes;
    }
  }

  forEach(visit) {
    const { columns, rows } = this;
    let cell = 0;
    for (let row = 0; row < rows.count; row += 1) {
      let bytes = 0;
      for (let column = 0; column < columns.count; column += 1) {
        bytes += this.steps[cell];
        visit(cell, this.ends[cell] + bytes * (columns.starts[column + 1] - columns.starts[column]));
        cell += 1;
      }
    }
  }
}

const LIVES_AT_A_TIME = 20000;

// Yields now and then, so that a caller can do it in slices; returns {columns, rows, cells}.
function* rasterSteps(history, window, mostColumns, mostRows) {
  const columns = new Parts(window.from, window.to, mostColumns);
  const rows = new Parts(window.low, window.high, mostRows);
  const sum = new AreaSum(columns, rows);
  const size = columns.count * rows.count;
  const rest = new Float64Array(size);
  const best = new Float64Array(size);
  const cells = new Uint8Array(size);
  const { blocks, overhead, held } = history;
  const whole = (row, column) => (rows.starts[row + 1] - rows.starts[row]) *
    (columns.starts[column + 1] - columns.starts[column]);
  const offer = (cell, state, area) => {
    if (area > best[cell]) {
      best[cell] = area;
      cells[cell] = state;
    }
  };
  function* addLives(lives, add) {
    for (let i = 0; i < lives.count; i += 1) {
      if (i % LIVES_AT_A_TIME === 0) yield;
      if (lives.ended[i] > window.from && lives.made[i] < window.to) add(i);
    }
  }
  const addExtents = (lives) => addLives(lives, (i) =>
    sum.add(lives.made[i], lives.ended[i], lives.offset[i], lives.offset[i] + lives.bytes[i]));
  const addBlocks = (low, high) => addLives(blocks, (i) =>
    sum.add(blocks.made[i], blocks.ended[i], low(i), high(i)));
  const { offset, requested, bytes } = blocks;

  const absent = new Float64Array(size);
  for (let row = 0, cell = 0; row < rows.count; row += 1) {
    for (let column = 0; column < columns.count; column += 1, cell += 1) absent[cell] = whole(row, column);
  }
  if (history.walkable) {
    yield* addExtents(held);
    sum.forEach((cell, area) => {
      rest[cell] = area;
      absent[cell] -= area;
    });
    sum.clear();
  } else {
    rest.set(absent);
    absent.fill(0);
  }
  yield;
  yield* addBlocks((i) => offset[i], (i) => offset[i] + requested[i]);
  sum.forEach((cell, area) => {
    best[cell] = area;
    rest[cell] -= area;
  });
  sum.clear();
  yield;
  yield* addBlocks((i) => offset[i] + requested[i], (i) => offset[i] + bytes[i]);
  sum.forEach((cell, area) => {
    offer(cell, PADDING, area);
    rest[cell] -= area;
  });
  sum.clear();
  yield;
  if (history.before) yield* addBlocks((i) => offset[i] - history.before, (i) => offset[i]);
  if (history.after) {
    yield* addBlocks((i) => offset[i] + bytes[i], (i) => offset[i] + bytes[i] + history.after);
  }
  yield* addExtents(overhead);
  sum.forEach((cell, area) => {
    offer(cell, OVERHEAD, area);
    rest[cell] -= area;
  });
  yield;
  for (let cell = 0; cell < size; cell += 1) {
    offer(cell, FREE, rest[cell]);
    offer(cell, NOT_HELD, absent[cell]);
  }
  return { columns: columns.count, rows: rows.count, cells };
}

// All at once.
function drawRaster(history, window, mostColumns, mostRows) {
  const steps = rasterSteps(history, window, mostColumns, mostRows);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
