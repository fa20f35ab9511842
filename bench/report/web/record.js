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

// What a table is called; a record of one kind of run only has no tables and no titles.
function titleOf(key) {
  return TABLES[key]?.title ?? key ?? "";
}

// One table: its cells by trace and allocator, names in the order of the record.
function tableOf(record, key) {
  const cells = record.cells.filter((cell) => cell.table === key);
  const allocators = record.allocators.filter((one) => one.table === key).map((one) => one.name);
  for (const cell of cells) {
    if (!allocators.includes(cell.allocator)) allocators.push(cell.allocator);
  }
  const byName = new Map(cells.map((cell) => [JSON.stringify([cell.trace, cell.allocator]), cell]));
  const noise = new Map((record.noise ?? []).filter((one) => one.table === key).map((one) => [one.trace, one.noise]));
  return {
    key,
    ...TABLES[key],
    cells,
    allocators,
    traces: [...new Set(cells.map((cell) => cell.trace))],
    looks: looksOf(allocators),
    cell: (trace, allocator) => byName.get(JSON.stringify([trace, allocator])),
    noise: (trace) => noise.get(trace) ?? null,
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
