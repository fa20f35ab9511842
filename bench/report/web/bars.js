// Throughput on one trace: a bar per allocator with the interval of its median, and the floor (the same
// loop with an allocator that does nothing) as a mark of its own. Where the axis is logarithmic, which begins
// nowhere, a mark in the place of the bar. A failed cell has neither: it says that it failed.

const BAR_ROW_HEIGHT = 28;
const BAR_FRAME_HEIGHT = 62;
// Room after the longest bar for its label, in pixels; on a narrow chart the label is the time only.
const BAR_LABEL_WIDTH = 200;
const BAR_LABEL_WIDTH_NARROW = 78;
const BAR_NARROW = 520;
const PALE = 0.4;
const BAR_MARGIN = { right: 12, top: 4, bottom: 46 };
const BAR_NAME_WIDTH_MAX = 130;
// Beyond this ratio between slowest and fastest, linear bars of the fast ones cannot be seen.
const LINEAR_SPREAD_MAX = 25;

function barRows(view) {
  return view.places()
    .filter((one) => view.isShown(one.allocator))
    .map(({ allocator }) => ({ allocator, cell: view.table.cell(view.state.trace, allocator) }))
    .filter((row) => row.cell)
    .map((row) => ({ ...row, interval: medianInterval(row.cell.ns_per_op_blocks) }));
}

// Pixels for the longest name.
function nameWidth(names) {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 6);
  return Math.min(BAR_NAME_WIDTH_MAX, Math.ceil(longest * LABEL_CHARACTER_WIDTH));
}

function barScale(rows, width, plot) {
  const label = width < BAR_NARROW ? BAR_LABEL_WIDTH_NARROW : BAR_LABEL_WIDTH;
  const share = Math.max(0.2, 1 - label / plot);
  const all = rows.flatMap(({ cell, interval }) => [interval?.[1], cell.ns_per_op_median]).filter(isNumber);
  const low = rows.flatMap(({ cell, interval }) => [interval?.[0], cell.ns_per_op_median, cell.floor_ns_per_op])
    .filter((value) => isNumber(value) && value > 0);
  const high = all.length ? Math.max(...all) : 1;
  const isLog = low.length > 0 && high / Math.min(...low) > LINEAR_SPREAD_MAX;
  if (!isLog) return { type: "value", min: 0, max: high / share, name: "ns per operation" };
  const min = 10 ** Math.floor(Math.log10(Math.min(...low)));
  return { type: "log", min, startValue: min, max: min * (high / min) ** (1 / share), name: "ns per operation (log)" };
}

function barLabel(cell, isNarrow) {
  const flag = isMostlyFloor(cell) ? " \u26a0" : "";
  const time = `${formatNumber(cell.ns_per_op_median)} ns`;
  if (isNarrow || !isNumber(cell.ratio_to_system)) return `${time}${flag}`;
  return `${time} \u00b7 ${ratioText(cell, cell.allocator)}${flag}`;
}

function textAt(value, text, colours, more = {}) {
  return { value, label: { show: true, position: "right", color: colours.text, backgroundColor: colours.ground,
    padding: [1, 3], fontSize: 12, formatter: () => text, ...more } };
}

function failedAt(value, colours) {
  return textAt(value, "\u2715 failed", colours, { color: colours.bad, fontWeight: "bold" });
}

// Values of rows as bars or, on a logarithmic axis, as marks: [{allocator, value, index, opacity}].
function valueSeries(values, looks, isLog, colours) {
  const data = values.map(({ allocator, value, index, opacity = 1 }) => {
    const look = looks.get(allocator);
    const { symbol, itemStyle } = markOf(look, colours);
    return { value: [value, index], ...(isLog ? { symbol } : {}),
      itemStyle: { ...(isLog ? itemStyle : filled(look, colours)), opacity } };
  });
  return isLog ? { type: "scatter", symbolSize: 14, data, z: 4 } : { type: "bar", barWidth: 14, data };
}

function barSeries(view, rows, scale, isNarrow, colours) {
  const ok = rows.map((row, index) => ({ ...row, index })).filter((row) => isOk(row.cell));
  const failed = rows.map((row, index) => ({ ...row, index })).filter((row) => !isOk(row.cell));
  const values = ok.map(({ allocator, cell, index }) => ({ allocator, value: cell.ns_per_op_median, index,
    opacity: isMostlyFloor(cell) ? PALE : 1 }));
  const floors = ok.filter(({ cell }) => cell.floor_ns_per_op > 0).map(({ cell, index }) => [cell.floor_ns_per_op, index]);
  const reach = ok.filter((row) => row.interval).map(({ interval, index }) => [index, ...interval]);
  return [
    valueSeries(values, view.table.looks, scale.type === "log", colours),
    { ...whiskers(reach, colours.text, true), z: 3 },
    { type: "scatter", symbol: "rect", symbolSize: [4, 22], data: floors, z: 4,
      itemStyle: { color: colours.bad, opacity: 1, borderColor: colours.ground, borderWidth: 1 } },
    { type: "scatter", symbolSize: 0.01, silent: true, data: [
      ...ok.map(({ cell, interval, index }) =>
        textAt([Math.max(cell.ns_per_op_median, interval?.[1] ?? 0), index], barLabel(cell, isNarrow), colours,
          scale.type === "log" ? { distance: 12 } : {})),
      ...failed.map(({ index }) => failedAt([scale.min, index], colours)),
    ] },
  ];
}

// "" where there is none, so that its line is left out.
function perOperation(value, share = null) {
  if (!isNumber(value)) return "";
  return `${formatNumber(value)} ns/op${isNumber(share) ? `, ${formatShare(share)} of it` : ""}`;
}

function barTooltip({ allocator, cell, interval }) {
  if (!isOk(cell)) return tooltip(`${allocator}: failed`, [["why", reasonOf(cell)]]);
  const { ns_per_op_blocks: { length: blocks } = [], faults_per_op_median: faults } = cell;
  return tooltip(allocator, [
    ["median", `${formatNumber(cell.ns_per_op_median)} ns/op`],
    [intervalName(blocks), interval ? `${formatInterval(...interval)} ns/op, of ${plural(blocks, "block")}` : ""],
    ["that is", `${formatRate(1e9 / cell.ns_per_op_median)} operations/s`],
    ["\u00d7 system", ratioText(cell, cell.allocator)],
    ["elapsed", perOperation(cell.elapsed_ns_per_op_median)],
    ["floor", perOperation(cell.floor_ns_per_op, cell.floor_share)],
    ["loop alone", perOperation(cell.loop_ns_per_op, cell.loop_share)],
    ["page faults", isNumber(faults) ? `${formatNumber(1000 * faults)} per 1000 ops` : ""],
  ]);
}

// The categories of rows with names, for every chart of horizontal rows.
function nameAxis(colours, names, width) {
  return { ...axis(colours, "", { type: "category", inverse: true }), data: names, axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { color: colours.text, fontSize: 12, interval: 0, width, overflow: "truncate" } };
}

// Where the rows stand in a chart so wide.
function barFrame(rows, width) {
  const names = nameWidth(rows.map((row) => row.allocator));
  const grid = { ...BAR_MARGIN, left: names + 14 };
  return { names, grid, scale: barScale(rows.filter((row) => isOk(row.cell)), width, width - grid.left - grid.right) };
}

function barOption(view, colours, width) {
  const rows = barRows(view);
  const { names, grid, scale } = barFrame(rows, width);
  const base = baseOption(colours);
  const xAxis = axis(colours, scale.name, { ...scale, nameGap: 28 });
  return {
    ...base,
    grid,
    xAxis: { ...xAxis, axisLabel: { ...xAxis.axisLabel, showMaxLabel: false, formatter: formatTick } },
    yAxis: nameAxis(colours, rows.map((row) => row.allocator), names),
    tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "shadow" },
      formatter: (params) => barTooltip(rows.find((row) => row.allocator === params[0].axisValue)) },
    series: barSeries(view, rows, scale, width < BAR_NARROW, colours),
  };
}

function describeBars(view) {
  const said = barRows(view).map(({ allocator, cell }) =>
    isOk(cell) ? `${allocator} ${barLabel(cell, false)}` : `${allocator} failed: ${reasonOf(cell)}`);
  return `Time per operation on ${view.state.trace}. ${said.join("; ")}.`;
}

function barsNote(rows, width) {
  const cells = rows.map((row) => row.cell);
  const { scale } = barFrame(rows, width);
  const shown = width < BAR_NARROW ? "Lines" : "Lines and intervals";
  return `${scale.type === "log" ? "Mark" : "Bar"}: median of the blocks` +
    `${width < BAR_NARROW ? "" : "; after it \u00d7 system with its interval"}. ${shown}: ` +
    `${intervalsName(cells.map(blocksOf))}. Red stroke: floor, the same replay with an allocator that does nothing. ` +
    "Pale, \u26a0: mostly floor.";
}

function barsFigure(view) {
  return figure({
    caption: "Throughput: processor time per operation",
    height: () => BAR_FRAME_HEIGHT + BAR_ROW_HEIGHT * Math.max(1, barRows(view).length),
    option: (colours, width) => barOption(view, colours, width),
    describe: () => describeBars(view),
    note: (width) => barsNote(barRows(view).filter((row) => isOk(row.cell)), width),
  });
}
