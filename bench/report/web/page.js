// The page: reads the record, says what is doubtful about it, shows both tables apart, and where the
// numbers come from.

// One box for all doubts: they must be seen, and leave the first screen to the answer.
function notice(sentences) {
  return element("ul", { class: "notice" }, sentences.map((one) => element("li", {}, one)));
}

function doubts(record) {
  const { blocks, dirty } = record.provenance ?? {};
  const list = [];
  if (isNumber(blocks) && blocks < BLOCKS_TO_PUBLISH) {
    list.push(`${plural(blocks, "block")} only: fewer than the ${BLOCKS_TO_PUBLISH} that a ` +
      "published figure needs. Close results are not resolved.");
  }
  if (dirty) list.push("Measured from a working tree with changes that no commit holds.");
  for (const trace of record.traces.filter((one) => one.tainted)) {
    list.push(`The trace ${trace.name} is tainted: ${trace.tainted}`);
  }
  const marked = record.cells.filter(isMostlyFloor).length;
  if (marked) {
    list.push(`\u26a0 ${plural(marked, "result")} of ${record.cells.length} measure mostly the replay loop ` +
      `(floor above ${formatShare(FLOOR_SHARE_MARKED)} of the time): they say little about the allocator.`);
  }
  return list;
}

function summary(record) {
  const { cpu, cores, time_utc: time } = record.provenance ?? {};
  return [
    plural(record.traces.length, "trace"),
    ...Object.entries(TABLES).map(([key, { title }]) => {
      const count = record.allocators.filter((one) => one.table === key).length;
      return count ? `${plural(count, "allocator")} ${title.toLowerCase()}` : null;
    }),
    cpu ? `${cpu}${isNumber(cores) ? `, ${plural(cores, "core")}` : ""}` : null,
    time,
  ].filter(Boolean).join(" \u00b7 ");
}

function traceRow(trace) {
  return element("details", {}, element("summary", {}, trace.name), definitions([
    ["program", trace.program],
    ["file", trace.path],
    ["XXH3", trace.xxh3],
    ["events", formatCount(trace.events)],
    ["operations", formatCount(trace.operations)],
    ["live bytes, peak", formatBytes(trace.live_bytes_peak)],
    ["live blocks, peak", formatCount(trace.live_blocks_peak)],
    ["bytes requested", formatBytes(trace.bytes_requested)],
    ["tainted", trace.tainted],
  ]));
}

function allocatorRow(allocator) {
  const kind = TABLES[allocator.table]?.title ?? allocator.table;
  return element("details", {}, element("summary", {}, `${allocator.name} (${kind.toLowerCase()})`), definitions([
    ["file", allocator.path],
    ["version", allocator.version],
    ["XXH3", allocator.xxh3],
  ]));
}

// Every fact of the provenance, also those that this page has not heard of.
function provenanceRows(provenance) {
  return Object.entries(provenance ?? {}).map(([key, value]) =>
    [key.replaceAll("_", " "), typeof value === "string" ? value : JSON.stringify(value)]);
}

function downloadLink(record) {
  const text = JSON.stringify(record, null, 1);
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  return element("a", { href: url, download: "alloclab-compare.json", id: "download" },
    `Download the raw record (JSON, ${formatBytes(text.length)})`);
}

const TERMS = [
  ["ns/op", "nanoseconds of processor time per allocation, resize or free, replayed in the recorded order"],
  ["\u00d7 system", "median over the blocks of the time divided by system's time in the same block; below 1 is faster"],
  ["#4", "the most bytes held from the system, divided by the most bytes live (Johnstone and Wilson); 1 is ideal"],
  ["#1", "bytes held divided by bytes live, mean over all events (Johnstone and Wilson)"],
  ["returned", "share of the peak held that was given back after everything had been freed"],
  ["mean", "geometric, over the traces; only for allocators that finished all of them"],
];

function footer(record) {
  return [
    element("h2", {}, "How to read this"), definitions(TERMS),
    element("h2", {}, "Where the numbers come from"),
    element("p", {}, downloadLink(record)),
    definitions(provenanceRows(record.provenance)),
    element("h3", {}, "Traces"), record.traces.map(traceRow),
    element("h3", {}, "Allocators"), record.allocators.map(allocatorRow),
  ].flat();
}

function buildPage() {
  const record = readRecord();
  const tables = Object.keys(TABLES).map((key) => buildTable(tableOf(record, key))).filter(Boolean);
  document.getElementById("summary").textContent = summary(record);
  document.getElementById("notices").append(...(doubts(record).length ? [notice(doubts(record))] : []));
  const rule = element("p", { class: "quiet" },
    "The two tables are measured differently. Compare within one, never across.");
  document.getElementById("main").append(
    ...(tables.length > 1 ? [rule] : []),
    element("div", { class: "cards" }, tables.map((table) => table.card)),
    ...tables.map((table) => table.section));
  if (!tables.length) document.getElementById("main").append(notice(["The record holds no results."]));
  document.getElementById("footer").append(...footer(record));
  watchCharts();
}

buildPage();
