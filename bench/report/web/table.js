// All figures of one table, sortable by every column. A failed cell has its reason and no figures,
// and sorts last either way: a crash is never the fastest.

const COLUMNS = [
  { id: "allocator", title: "allocator", text: (cell) => cell.allocator },
  { id: "trace", title: "trace", text: (cell) => cell.trace },
  { id: "status", title: "status", text: (cell) => cell.status },
  { id: "ns_per_op_median", title: "time", unit: "ns/op, median", format: formatNumber },
  { id: "ns_per_op_min", title: "fastest block", unit: "ns/op", format: formatNumber },
  { id: "ns_per_op_max", title: "slowest block", unit: "ns/op", format: formatNumber },
  { id: "elapsed_ns_per_op_median", title: "elapsed", unit: "ns/op, median", format: formatNumber },
  { id: "floor_share", title: "floor", unit: "share of time", format: formatShare },
  { id: "ratio_to_system", title: "time", unit: "\u00d7 system", format: formatRatio },
  { id: "held_over_live_peak", title: "#4", unit: "peak held / peak live", format: formatRatio },
  { id: "held_over_live_mean", title: "#1", unit: "mean held / live", format: formatRatio },
  { id: "held_bytes_peak", title: "held, peak", unit: "bytes", format: formatBytes },
  { id: "held_is", title: "held is", text: (cell) => cell.held_is ?? "" },
  { id: "resident_bytes_peak", title: "resident, peak", unit: "bytes", format: formatBytes },
  { id: "returned_share", title: "returned", unit: "share of peak held, after all is freed", format: formatShare },
  { id: "blocks_visited_per_allocation", title: "search", unit: "blocks visited / allocation", format: formatNumber },
];

// Negative, zero or positive; missing values and failed cells after all others.
function compareCells(a, b, column, direction) {
  if (column.text) return direction * column.text(a).localeCompare(column.text(b), "en");
  const [one, other] = [a, b].map((cell) => (isOk(cell) && isNumber(cell[column.id]) ? cell[column.id] : null));
  if (one === null || other === null) return (one === null) - (other === null);
  return direction * (one - other);
}

function statusCell(cell) {
  if (!isOk(cell)) {
    return element("td", { class: "bad" }, element("strong", {}, "\u2715 failed"), ` ${cell.reason || "no reason given"}`);
  }
  if (!isMostlyFloor(cell)) return element("td", {}, "ok");
  return element("td", { class: "marked" }, "\u26a0 mostly floor");
}

function tableCell(cell, column) {
  if (column.id === "status") return statusCell(cell);
  if (column.id === "allocator") return element("th", { scope: "row" }, cell.allocator);
  if (column.text) return element("td", {}, isOk(cell) || column.id === "trace" ? column.text(cell) : MISSING);
  const marked = column.id === "floor_share" && isMostlyFloor(cell);
  return element("td", { class: marked ? "number marked" : "number" },
    isOk(cell) ? column.format(cell[column.id]) : MISSING);
}

function headerCell(column, sort, onSort) {
  const isSorted = sort.column === column;
  const arrow = isSorted ? (sort.direction > 0 ? " \u25b2" : " \u25bc") : "";
  return element(
    "th",
    { scope: "col", "aria-sort": isSorted ? (sort.direction > 0 ? "ascending" : "descending") : "none" },
    element("button", { type: "button", "data-column": column.id, click: () => onSort(column) },
      column.title, element("span", { "aria-hidden": "true" }, arrow),
      column.unit ? element("small", {}, column.unit) : null),
  );
}

// A table of the cells that `cells()` gives, now and after every update().
function dataTable(caption, cells) {
  const sort = { column: COLUMNS.find((column) => column.id === "ratio_to_system"), direction: 1 };
  const head = element("thead");
  const body = element("tbody");
  const onSort = (column) => {
    sort.direction = sort.column === column ? -sort.direction : 1;
    sort.column = column;
    update();
    head.querySelector(`[data-column="${column.id}"]`).focus();
  };
  const update = () => {
    const sorted = cells().sort((a, b) => compareCells(a, b, sort.column, sort.direction));
    head.replaceChildren(element("tr", {}, COLUMNS.map((column) => headerCell(column, sort, onSort))));
    body.replaceChildren(...sorted.map((cell) =>
      element("tr", { class: isOk(cell) ? null : "failed" }, COLUMNS.map((column) => tableCell(cell, column)))));
  };
  const node = element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": caption },
    element("table", {}, element("caption", {}, caption), head, body));
  update();
  return { node, update };
}
