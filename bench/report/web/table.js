// All figures of one table, sortable by every column and filtered by words. A failed cell has its reason
// and no figures, and by any figure sorts last either way: a crash is never the fastest. A figure of what was
// held is missing where that is not known.

const COLUMNS = [
  { id: "allocator", title: "allocator", text: (cell) => cell.allocator },
  { id: "trace", title: "trace", text: (cell) => cell.trace },
  { id: "status", title: "status", text: (cell) => cell.status },
  { id: "ratio_to_system", title: "time", unit: "\u00d7 system", format: formatRatio },
  { id: "interval", title: "interval", unit: "of \u00d7 system", of: (cell) => cell.ratio_to_system_interval?.[0],
    format: (value, cell) => (isNumber(value) ? formatInterval(...cell.ratio_to_system_interval) : MISSING) },
  { id: "standing", title: "standing", unit: "to system", text: (cell) => cell.standing ?? "" },
  { id: "leads", title: "leads", text: (cell) => (cell.leads ? "\u2605 leads" : "") },
  { id: "blocks", title: "blocks", unit: "measured", of: (cell) => blocksOf(cell), format: formatCount },
  { id: "blocks_needed", title: "blocks", unit: "that would tell", format: formatCount },
  { id: "outlier_blocks", title: "outliers", unit: "blocks far from the others", of: (cell) => cell.outlier_blocks?.length,
    format: formatCount },
  { id: "ns_per_op_median", title: "time", unit: "ns/op, median", format: formatNumber },
  { id: "ns_per_op_min", title: "fastest block", unit: "ns/op", format: formatNumber },
  { id: "ns_per_op_max", title: "slowest block", unit: "ns/op", format: formatNumber },
  { id: "elapsed_ns_per_op_median", title: "elapsed", unit: "ns/op, median", format: formatNumber },
  { id: "floor_share", title: "floor", unit: "share of time", format: formatShare },
  { id: "loop_share", title: "loop", unit: "without touching, share of time", format: formatShare },
  { id: "faults_per_op_median", title: "page faults", unit: "per 1000 ops", format: (value) => formatNumber(1000 * value) },
  { id: "context_switches_median", title: "switches", unit: "of context, per run", format: formatNumber },
  { id: "held_over_live_mean", isHeld: true, title: "#1", unit: "mean held / live", format: formatRatio },
  { id: "held_over_live_at_live_peak", isHeld: true, title: "#2", unit: "held / live at most live", format: formatRatio },
  { id: "held_over_live_at_held_peak", isHeld: true, title: "#3", unit: "held / live at most held", format: formatRatio },
  { id: "held_over_live_peak", isHeld: true, title: "#4", unit: "peak held / peak live", format: formatRatio },
  { id: "held_bytes_peak", isHeld: true, title: "held, peak", unit: "bytes", format: formatBytes },
  { id: "held_is", title: "held is", text: (cell) => cell.held_is ?? "" },
  { id: "resident_bytes_peak", title: "resident, peak", unit: "bytes", format: formatBytes },
  { id: "returned_share", isHeld: true, title: "returned", unit: "share of peak held, after all is freed", format: formatShare },
  { id: "blocks_visited_per_allocation", title: "search", unit: "blocks visited / allocation", format: formatNumber },
];

const LATENCY_FIGURES = [["p50_ns", "p50"], ["p90_ns", "p90"], ["p99_ns", "p99"], ["p999_ns", "p99.9"],
  ["max_ns", "slowest"]];

function latencyColumns(cells) {
  const measured = cells.filter((cell) => isOk(cell) && cell.latency);
  const kinds = LATENCY_KINDS.filter((kind) => measured.some((cell) => cell.latency.kinds?.[kind]));
  const columns = kinds.flatMap((kind) => LATENCY_FIGURES.map(([key, title]) => ({ id: `${kind}_${key}`,
    title: `${kind} ${title}`, unit: "ns", format: formatNumber, of: (cell) => cell.latency?.kinds?.[kind]?.[key] })));
  return columns.length ? [...columns, { id: "distortion", title: "slowed", unit: "by measuring latency", format: formatShare,
    of: (cell) => cell.latency?.distortion }] : [];
}

// What was counted and not timed: every number that there is, by its own name.
function countColumns(cells) {
  const names = new Set(cells.flatMap((cell) => Object.entries(cell.counts ?? {}))
    .filter(([, value]) => isNumber(value)).map(([name]) => name));
  return [...names].map((name) => ({ id: `count_${name}`, title: name.replaceAll("_", " "), unit: "counted",
    format: formatNumber, of: (cell) => cell.counts?.[name] }));
}

// Those of which somebody may have a figure. O(cells).
function columnsOf(table) {
  const known = (column) => (column.isHeld ? { ...column, isKnown: (cell) => !table.isHeldUnknown(cell) } : column);
  return [...COLUMNS.map(known), ...latencyColumns(table.cells), ...countColumns(table.cells)];
}

function figureOf(cell, column) {
  const isThere = isOk(cell) && (column.isKnown?.(cell) ?? true);
  const value = isThere ? (column.of ? column.of(cell) : cell[column.id]) : null;
  return isNumber(value) ? value : null;
}

// Negative, zero or positive; missing values and failed cells after all others.
function compareCells(a, b, column, direction) {
  if (column.text) {
    const [one, other] = [a, b].map(column.text);
    if (!one || !other) return (one === "") - (other === "");
    return direction * one.localeCompare(other, "en");
  }
  const [one, other] = [a, b].map((cell) => figureOf(cell, column));
  if (one === null || other === null) return (one === null) - (other === null);
  return direction * (one - other);
}

function statusCell(cell) {
  if (!isOk(cell)) {
    return element("td", { class: "bad reason" }, element("strong", {}, "\u2715 failed"), ` ${reasonOf(cell)}`);
  }
  if (!isMostlyFloor(cell)) return element("td", {}, "ok");
  return element("td", { class: "marked" }, "\u26a0 mostly floor");
}

function tableCell(cell, column) {
  if (column.id === "status") return statusCell(cell);
  if (column.id === "allocator") return element("th", { scope: "row" }, element("span", { class: "name" }, cell.allocator));
  if (column.text) return element("td", {}, isOk(cell) || column.id === "trace" ? column.text(cell) : MISSING);
  const value = figureOf(cell, column);
  const marked = column.id === "floor_share" && isMostlyFloor(cell);
  return element("td", { class: marked ? "number marked" : "number" }, value === null ? MISSING : column.format(value, cell));
}

function headerCell(column, sort, onSort) {
  const isSorted = sort.column === column;
  const arrow = isSorted ? (sort.direction > 0 ? " \u25b2" : " \u25bc") : "";
  return element(
    "th",
    { scope: "col", "aria-sort": isSorted ? (sort.direction > 0 ? "ascending" : "descending") : "none" },
    element("button",
      { type: "button", "data-column": column.id, class: column.text ? null : "right", click: () => onSort(column) },
      column.title, element("span", { "aria-hidden": "true" }, arrow),
      column.unit ? element("small", {}, column.unit) : null),
  );
}

// Whether every word is somewhere in the texts of the row.
function matches(cell, words) {
  const texts = COLUMNS.filter((column) => column.text).map((column) => column.text(cell));
  const text = [...texts, cell.reason ?? ""].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

// A table of those cells of `table` that `cells()` gives, now and after every update().
function dataTable(caption, table, cells) {
  const columns = columnsOf(table);
  const sort = { column: columns.find((column) => column.id === "ratio_to_system"), direction: 1 };
  const head = element("thead");
  const body = element("tbody");
  const status = element("span", { class: "quiet", role: "status" });
  const words = element("input",
    { type: "search", placeholder: "jemalloc unresolved", "aria-label": "Show only rows with these words" });
  words.addEventListener("input", () => update());
  const onSort = (column) => {
    sort.direction = sort.column === column ? -sort.direction : 1;
    sort.column = column;
    update();
    head.querySelector(`[data-column="${column.id}"]`).focus();
  };
  const update = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = cells().filter((cell) => matches(cell, wanted));
    const sorted = shown.sort((a, b) => compareCells(a, b, sort.column, sort.direction));
    status.textContent = `${shown.length} of ${plural(table.cells.length, "result")} shown`;
    head.replaceChildren(element("tr", {}, columns.map((column) => headerCell(column, sort, onSort))));
    body.replaceChildren(...sorted.map((cell) =>
      element("tr", { class: isOk(cell) ? null : "failed" }, columns.map((column) => tableCell(cell, column)))));
  };
  const node = element("div", {},
    element("form", { class: "controls", submit: (event) => event.preventDefault() },
      element("label", { class: "choice" }, element("span", {}, "Filter"), words), status),
    scrolling(caption, element("table", { class: "figures" }, element("caption", { class: "said" }, caption), head, body)));
  return { node, update };
}
