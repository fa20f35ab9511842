// The record as the page needs it. The two tables are separate from here on: nothing below ever
// sees cells of both.

const TABLES = {
  in_process: {
    title: "In-process",
    about: "Our own variants and system, compiled into the replay loop: for writing or embedding an allocator.",
  },
  preload: {
    title: "Preloaded",
    about: "Shared objects and system, each in a child process under LD_PRELOAD: as a service runs them.",
  },
};

// Below this many interleaved blocks a figure is for oneself, not for publishing.
const BLOCKS_TO_PUBLISH = 15;
// A cell whose time is more than this share loop, not allocator, says little about the allocator.
const FLOOR_SHARE_MARKED = 0.5;

function readRecord() {
  return JSON.parse(document.getElementById("record").textContent);
}

function isOk(cell) {
  return cell?.status === "ok";
}

function isMostlyFloor(cell) {
  return isOk(cell) && cell.floor_share > FLOOR_SHARE_MARKED;
}

// One table: its cells by trace and allocator, names in the order of the record.
function tableOf(record, key) {
  const cells = record.cells.filter((cell) => cell.table === key);
  const allocators = record.allocators.filter((one) => one.table === key).map((one) => one.name);
  for (const cell of cells) {
    if (!allocators.includes(cell.allocator)) allocators.push(cell.allocator);
  }
  const traces = [...new Set(cells.map((cell) => cell.trace))];
  const byName = new Map(cells.map((cell) => [JSON.stringify([cell.trace, cell.allocator]), cell]));
  return {
    key,
    ...TABLES[key],
    cells,
    allocators,
    traces,
    looks: looksOf(allocators),
    cell: (trace, allocator) => byName.get(JSON.stringify([trace, allocator])),
  };
}

// An allocator's place in its table: means over all traces, or null for one that failed or was not
// run somewhere. A mean over the traces that it survived would reward failing on the hard ones.
function standing(table, allocator) {
  const cells = table.traces.map((trace) => table.cell(trace, allocator));
  const complete = cells.length > 0 && cells.every(isOk);
  return {
    allocator,
    speed: complete ? geometricMean(cells.map((cell) => cell.ratio_to_system)) : null,
    memory: complete ? geometricMean(cells.map((cell) => cell.held_over_live_peak)) : null,
    failed: cells.filter((cell) => cell && !isOk(cell)),
  };
}

function standings(table) {
  return table.allocators.map((allocator) => standing(table, allocator));
}

// Ranked ones by speed first, then the rest, so that every chart has the same order.
function bySpeed(table) {
  const last = (one) => one.speed ?? Infinity;
  return standings(table).sort((a, b) => (last(a) === last(b) ? 0 : last(a) - last(b)));
}

// How two allocators compare, trace by trace: `a` is faster in every block, `b` is, or their blocks
// overlap, and then the order between them may be noise.
function duel(table, a, b) {
  const count = { won: 0, lost: 0, open: 0 };
  for (const trace of table.traces) {
    const [one, other] = [table.cell(trace, a), table.cell(trace, b)];
    const isWon = one.ns_per_op_max < other.ns_per_op_min;
    const isLost = other.ns_per_op_max < one.ns_per_op_min;
    count[isWon ? "won" : isLost ? "lost" : "open"] += 1;
  }
  return count;
}

// Those that nobody beats in speed and memory both: the sensible choices.
function frontier(ranked) {
  const noWorse = (a, b) => a.speed <= b.speed && a.memory <= b.memory;
  const better = (a, b) => noWorse(a, b) && (a.speed < b.speed || a.memory < b.memory);
  return ranked.filter((one) => !ranked.some((other) => better(other, one)));
}

// How "held" was measured, and for whom: different ways are not quite comparable.
function heldKinds(table) {
  const kinds = new Map();
  for (const cell of table.cells.filter(isOk)) {
    const names = kinds.get(cell.held_is) ?? new Set();
    kinds.set(cell.held_is, names.add(cell.allocator));
  }
  return kinds;
}
