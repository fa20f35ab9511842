// Where the memory of one allocator goes, over one trace: live bytes at the bottom, and on them what is held
// besides, by cause (traces/replay/held_causes.h), up to all that is held. One picture for each allocator, with
// the same axes, so that they can be compared.

const CAUSES_HEIGHT = 210;
const CAUSES_GRID = { left: 70, right: 12, top: 10, bottom: 46 };

// From the bottom up. `of(at)` takes the values of one column by name. Colours are those of the picture
// of the heap; a hatch tells those apart that share one.
const CAUSES = [
  { id: "live", name: "live", colour: "--heap-used", of: (at) => at("live_bytes") },
  { id: "rounding", name: "rounding", colour: "--heap-padding", of: (at) => at("rounding_bytes") },
  { id: "overhead", name: "overhead", colour: "--heap-overhead", of: (at) => at("overhead_bytes") },
  { id: "free-pages", name: "free, in whole pages", colour: "--heap-free", of: (at) => at("free_pages_bytes") },
  { id: "free", name: "free, in parts of pages", colour: "--heap-free", hatch: "/",
    of: (at) => Math.max(0, at("free_bytes") - at("free_pages_bytes")) },
  { id: "rest", name: "not cut into blocks yet", unseen: "not seen into", colour: "--heap-absent", hatch: "\\",
    of: (at, below) => Math.max(0, at("held_bytes") - below) },
];

// Whether the allocator's blocks can be walked; of others only rounding is known.
function isWalked(cell) {
  return Boolean(cell.timeline.overhead_bytes?.length);
}

// For each cause its bytes at each event: [[event, bytes], ...].
function causeColumns(cell) {
  const columns = CAUSES.map(() => []);
  cell.timeline.event.forEach((event, index) => {
    const at = (name) => cell.timeline[name]?.[index] ?? 0;
    let below = 0;
    CAUSES.forEach((cause, order) => {
      const bytes = cause.of(at, below);
      below += bytes;
      columns[order].push([event, bytes]);
    });
  });
  return columns;
}

// A tile of the colour with lines over it. "\" runs down to the right.
function hatched(colour, hatch, ink) {
  const side = 8;
  const tile = document.createElement("canvas");
  tile.width = side;
  tile.height = side;
  const pen = tile.getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 0, side, side);
  pen.strokeStyle = ink;
  pen.lineWidth = 1.4;
  pen.beginPath();
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift, hatch === "/" ? side : 0);
    pen.lineTo(shift + side, hatch === "/" ? 0 : side);
  }
  pen.stroke();
  return { image: tile, repeat: "repeat" };
}

function causeFill(cause, colours) {
  const colour = getComputedStyle(document.documentElement).getPropertyValue(cause.colour).trim();
  return cause.hatch ? hatched(colour, cause.hatch, colours.hatch) : colour;
}

function causeName(cause, cell) {
  return cause.unseen && !isWalked(cell) ? cause.unseen : cause.name;
}

// One column on another, as far up as each layer reaches: [[event, bytes up to here], ...].
function stacked(columns) {
  const below = columns[0].map(() => 0);
  return columns.map((column) => column.map(([event, bytes], index) => {
    below[index] += bytes;
    return [event, below[index]];
  }));
}

function causesTooltip(cell, columns, [{ dataIndex }]) {
  const rows = CAUSES.map((cause, order) => [causeName(cause, cell), columns[order][dataIndex][1]])
    .filter(([, bytes]) => bytes > 0).reverse();
  const largest = cell.timeline.free_largest_bytes?.[dataIndex];
  return tooltip(`${cell.allocator}, operation ${formatCount(cell.timeline.event[dataIndex])}`, [
    ["held", formatBytes(cell.timeline.held_bytes[dataIndex])],
    ...rows.map(([name, bytes]) => [name, formatBytes(bytes)]),
    ["largest free piece", largest > 0 ? formatBytes(largest) : ""]]);
}

// Layers are filled down to 0 and painted from the highest to the lowest: each covers what the next leaves.
function causesOption(view, allocator, colours, width) {
  const cell = causesCell(view, allocator);
  if (!cell) return {};
  const base = baseOption(colours);
  const columns = causeColumns(cell);
  const layers = stacked(columns).map((data, order) => ({
    type: "line", name: CAUSES[order].id, data, step: "end", symbol: "none",
    lineStyle: { width: 0 }, itemStyle: { color: colours.quiet },
    areaStyle: { color: causeFill(CAUSES[order], colours), opacity: 1, origin: "start" },
  })).reverse();
  const live = { type: "line", name: "live, as a line", data: curve(cell, "live_bytes"), step: "end", symbol: "none",
    lineStyle: { color: colours.text, width: 1.5 }, itemStyle: { color: colours.text } };
  return { ...base, grid: CAUSES_GRID, ...byteAxes(colours, [cell], frameTop(timelineCells(view), "held_bytes"), ""),
    tooltip: { ...base.tooltip, trigger: "axis", formatter: (params) => causesTooltip(cell, columns, params) },
    graphic: isCut(view, cell) ? [cutSign(cell, width, colours)] : [], series: [...layers, live] };
}

function causesCell(view, allocator) {
  return timelineCells(view).find((cell) => cell.allocator === allocator) ?? null;
}

// The causes at the event at which most is held, which is when they cost most.
function causesAtPeak(cell) {
  const held = cell.timeline.held_bytes;
  const index = held.reduce((best, value, at) => (value > held[best] ? at : best), 0);
  return causeColumns(cell).map((column, order) => [causeName(CAUSES[order], cell), column[index][1]])
    .filter(([, bytes]) => bytes > 0);
}

function describeCauses(view, allocator) {
  const cell = causesCell(view, allocator);
  if (!cell) return "";
  return `Bytes held by ${allocator} over the operations of ${view.state.trace}, by cause. At its peak: ` +
    `${causesAtPeak(cell).map(([name, bytes]) => `${name} ${formatBytes(bytes)}`).join(", ")}.` +
    (isCut(view, cell) ? ` Beyond the frame, to ${formatBytes(peakOfRun(cell, "held_bytes"))}.` : "");
}

function isCut(view, cell) {
  return peakOf(cell, "held_bytes") > frameTop(timelineCells(view), "held_bytes").max;
}

// What says in the picture that it goes on above.
function cutSign(cell, width, colours) {
  return { type: "text", silent: true, z: 10, style: { text: `\u25b2 to ${formatBytes(peakOfRun(cell, "held_bytes"))}`,
    x: width - CAUSES_GRID.right - 8, y: CAUSES_GRID.top + 4, align: "right", fill: colours.text,
    backgroundColor: colours.ground, padding: [2, 4], font: `600 12px ${CHART_FONT}` } };
}

// The picture is of some operations only, and may miss the peaks: these are of the whole run.
function peaksNote(view, cell) {
  const live = view.table.livePeak(cell.trace);
  const said = isNumber(live) ? `true peak live: ${formatBytes(live)}`
    : `peak live: ${formatBytes(peakOf(cell, "live_bytes"))}`;
  return `Peak held: ${formatBytes(peakOfRun(cell, "held_bytes"))}; ${said}.`;
}

function causesFigure(view, allocator) {
  return figure({
    caption: named(view.table.looks, allocator),
    height: () => CAUSES_HEIGHT,
    option: (colours, width) => causesOption(view, allocator, colours, width),
    describe: () => describeCauses(view, allocator),
    note: () => {
      const cell = causesCell(view, allocator);
      if (!cell) return "";
      return peaksNote(view, cell);
    },
  });
}

function causesLegend() {
  const swatch = (cause) => element("span", { class: `swatch cause-${cause.id}`, "aria-hidden": "true" });
  return element("ul", { class: "legend" }, [...CAUSES].reverse().map((cause) =>
    element("li", {}, swatch(cause), cause.unseen ? `${cause.name}, or ${cause.unseen}` : cause.name)));
}
