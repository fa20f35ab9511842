// The records as the page needs them. The two tables of a record are separate from here on: nothing
// below ever sees cells of both.

const TABLES = {
  preload: {
    title: "Preloaded",
    about: "Shared objects and system, each in a child process under LD_PRELOAD: as a service runs them.",
  },
  in_process: {
    title: "In process",
    about: "The variants and system, compiled into the replay loop: for writing or embedding an allocator.",
  },
};

// Below this many interleaved blocks a figure is for oneself, not for publishing.
const BLOCKS_TO_PUBLISH = 15;
// A cell whose time is more than this share loop, not allocator, says little about the allocator.
const FLOOR_SHARE_MARKED = 0.5;

function readJson(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// A whole number beyond 2^53, such as a seed, is no longer exact as a number: it stays the digits that it is,
// where the browser tells them.
function exactly(key, value, context) {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && context?.source ? context.source : value;
}

// Every record lies in a script of its own; its text is what can be downloaded.
function recordScripts() {
  return [...document.querySelectorAll("script.record")];
}

function readRecords() {
  return recordScripts().map(({ textContent: text }) => JSON.parse(text, /[:,[]\d{16}/.test(text) ? exactly : undefined));
}

function kindOf(record) {
  return record.kind ?? "traces";
}

function isOk(cell) {
  return cell?.status === "ok";
}

function isMostlyFloor(cell) {
  return isOk(cell) && cell.floor_share > FLOOR_SHARE_MARKED;
}

function reasonOf(cell) {
  return cell.reason || "no reason given";
}

// Everybody named in any record, once: as a table is seen, the preloaded ones first, then in the order of the records.
function namesOf(records) {
  const preloadedFirst = (record) => [...record.allocators]
    .sort((a, b) => (b.table === "preload") - (a.table === "preload"));
  return [...new Set(records.flatMap((record) =>
    [...preloadedFirst(record), ...record.cells.map((cell) => ({ name: cell.allocator }))].map((one) => one.name)))];
}

// What a table is called; a record of one kind of run only has no tables and no titles.
function titleOf(key) {
  return TABLES[key]?.title ?? key ?? "";
}

const HELD_RATIOS = ["held_over_live_mean", "held_over_live_at_live_peak", "held_over_live_at_held_peak",
  "held_over_live_peak"];
const HELD_DOUBTS = {
  mallinfo2: "where memory that it had before the trace began served it",
  resident: "where not all that was live was resident",
};

function isBelowLive(cell, livePeak) {
  return cell.held_bytes_peak < livePeak || HELD_RATIOS.some((name) => cell[name] > 0 && cell[name] < 1);
}

// Why what a cell held is in no mean: it seems to be less than what is live, so it is not known, or has a ratio
// that is none. Empty where nothing is wrong.
function heldDoubt(cell, livePeak) {
  if (isBelowLive(cell, livePeak)) return HELD_DOUBTS[cell.held_is] ?? "of which the record says less than was live";
  return HELD_RATIOS.some((name) => cell[name] === 0) ? "where nothing was live when it held most" : "";
}

// One table: its cells by trace and allocator, names in the order of the record. Doubts are {cell, why}: cells
// whose memory is in no mean, for it is not known or no ratio. `looks` are those of the whole page.
function tableOf(record, key, looks) {
  const cells = record.cells.filter((cell) => cell.table === key);
  const allocators = record.allocators.filter((one) => one.table === key).map((one) => one.name);
  for (const cell of cells) {
    if (!allocators.includes(cell.allocator)) allocators.push(cell.allocator);
  }
  const byName = new Map(cells.map((cell) => [JSON.stringify([cell.trace, cell.allocator]), cell]));
  const livePeak = new Map(record.traces.map((one) => [one.name, one.live_bytes_peak]));
  const doubts = (why) => cells.filter(isOk).map((cell) => ({ cell, why: why(cell) })).filter((one) => one.why);
  const pairs = new Map((record.noise ?? []).filter((one) => one.table === key).map((one) => [one.trace, one]));
  return {
    key,
    ...TABLES[key],
    cells,
    allocators,
    traces: [...new Set(cells.map((cell) => cell.trace))],
    looks,
    cell: (trace, allocator) => byName.get(JSON.stringify([trace, allocator])),
    pair: (trace) => pairs.get(trace) ?? null,
    noise: (trace) => pairs.get(trace)?.noise ?? null,
    livePeak: (trace) => livePeak.get(trace) ?? null,
    isHeldUnknown: (cell) => isBelowLive(cell, livePeak.get(cell.trace)),
    heldDoubts: doubts((cell) => heldDoubt(cell, livePeak.get(cell.trace))),
    residentDoubts: doubts((cell) => (cell.resident_bytes_peak === 0 ? "of which no page became resident" : "")),
  };
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
