// Time per operation on one trace: a bar per allocator with its slowest and fastest block as
// whiskers, and the floor (the same loop with an allocator that does nothing) as a mark of its own.
// A failed cell has no bar: it says that it failed.

const BAR_ROW_HEIGHT = 24;
const BAR_FRAME_HEIGHT = 64;
// Room after the longest bar for its label, in pixels; on a narrow chart the label is the time only.
const BAR_LABEL_WIDTH = 130;
const BAR_LABEL_WIDTH_NARROW = 68;
const BAR_NARROW = 420;
const BAR_MARGIN = { right: 12, top: 4, bottom: 46 };
const BAR_NAME_WIDTH_MAX = 140;
// Beyond this ratio between slowest and fastest, linear bars of the fast ones cannot be seen.
const LINEAR_SPREAD_MAX = 25;

function barRows(table, trace, isShown) {
  return bySpeed(table)
    .filter((one) => isShown(one.allocator))
    .map((one) => ({ allocator: one.allocator, cell: table.cell(trace, one.allocator) }))
    .filter((row) => row.cell);
}

// Pixels for the longest name.
function nameWidth(rows) {
  const longest = rows.reduce((most, row) => Math.max(most, row.allocator.length), 6);
  return Math.min(BAR_NAME_WIDTH_MAX, Math.ceil(longest * LABEL_CHARACTER_WIDTH));
}

function barScale(cells, width, plot) {
  const label = width < BAR_NARROW ? BAR_LABEL_WIDTH_NARROW : BAR_LABEL_WIDTH;
  const share = Math.max(0.2, 1 - label / plot);
  const all = cells.flatMap((cell) => [cell.ns_per_op_max, cell.ns_per_op_median]).filter(isNumber);
  const low = cells.flatMap((cell) => [cell.ns_per_op_min, cell.floor_ns_per_op])
    .filter((value) => isNumber(value) && value > 0);
  const high = Math.max(1, ...all);
  const isLog = low.length > 0 && high / Math.min(...low) > LINEAR_SPREAD_MAX;
  if (!isLog) return { type: "value", min: 0, max: high / share, name: "ns per operation" };
  const min = 10 ** Math.floor(Math.log10(Math.min(...low)));
  return { type: "log", min, max: min * (high / min) ** (1 / share), name: "ns per operation (log)" };
}

// The whisker of one row: a line from the fastest to the slowest block, with ends.
function whisker(params, api) {
  const [row, low, high] = [api.value(0), api.value(1), api.value(2)];
  const [from, to] = [api.coord([low, row]), api.coord([high, row])];
  const line = (x1, y1, x2, y2) => ({
    type: "line",
    shape: { x1, y1, x2, y2 },
    style: { stroke: api.visual("color"), lineWidth: 1.5 },
  });
  return {
    type: "group",
    children: [
      line(from[0], from[1], to[0], to[1]),
      line(from[0], from[1] - 4, from[0], from[1] + 4),
      line(to[0], to[1] - 4, to[0], to[1] + 4),
    ],
  };
}

function barLabel(cell, isNarrow) {
  if (isNarrow) return `${formatNumber(cell.ns_per_op_median)} ns${isMostlyFloor(cell) ? " \u26a0" : ""}`;
  const flag = isMostlyFloor(cell) ? " \u26a0 mostly floor" : "";
  return `${formatNumber(cell.ns_per_op_median)} ns, ${formatRatio(cell.ratio_to_system)}${flag}`;
}

function barSeries(table, rows, scale, isNarrow, colours) {
  const ok = rows.map((row, index) => ({ ...row, index })).filter((row) => isOk(row.cell));
  const failed = rows.map((row, index) => ({ ...row, index })).filter((row) => !isOk(row.cell));
  const label = { show: true, position: "right", color: colours.text, fontSize: 11 };
  const bar = ({ allocator, cell, index }) => ({
    value: [cell.ns_per_op_median, index],
    itemStyle: {
      color: colourOf(table.looks.get(allocator), colours),
      opacity: isMostlyFloor(cell) ? 0.4 : 1,
    },
  });
  return [
    { type: "bar", barWidth: 13, data: ok.map(bar) },
    {
      type: "custom",
      renderItem: whisker,
      encode: { x: [1, 2], y: 0 },
      itemStyle: { color: colours.text },
      data: ok.map(({ cell, index }) => [index, cell.ns_per_op_min, cell.ns_per_op_max]),
    },
    {
      type: "scatter",
      symbol: "rect",
      symbolSize: [4, 20],
      itemStyle: { color: colours.bad, opacity: 1, borderColor: colours.ground, borderWidth: 1 },
      data: ok.filter(({ cell }) => cell.floor_ns_per_op > 0)
        .map(({ cell, index }) => [cell.floor_ns_per_op, index]),
      z: 4,
    },
    {
      type: "scatter",
      symbolSize: 0.01,
      data: ok.map(({ cell, index }) => ({
        value: [cell.ns_per_op_max, index],
        label: { ...label, formatter: () => barLabel(cell, isNarrow) },
      })),
    },
    {
      type: "scatter",
      symbolSize: 0.01,
      data: failed.map(({ index }) => ({
        value: [scale.min, index],
        label: { ...label, color: colours.bad, fontWeight: "bold", formatter: () => "\u2715 failed" },
      })),
    },
  ];
}

function barTooltip({ allocator, cell }) {
  if (!isOk(cell)) return tooltip(`${allocator}: failed`, [["why", cell.reason]]);
  return tooltip(allocator, [
    ["median", `${formatNumber(cell.ns_per_op_median)} ns/op`],
    ["fastest to slowest block", `${formatNumber(cell.ns_per_op_min)} to ${formatNumber(cell.ns_per_op_max)} ns/op`],
    ["floor", `${formatNumber(cell.floor_ns_per_op)} ns/op, ${formatShare(cell.floor_share)}`],
  ]);
}

function barAxis(colours, scale) {
  const base = axis(colours, scale.name, { ...scale, nameGap: 26 });
  return { ...base, axisLabel: { ...base.axisLabel, showMaxLabel: false, formatter: formatTick } };
}

function barOption(table, trace, isShown, colours, width) {
  const rows = barRows(table, trace, isShown);
  const names = nameWidth(rows);
  const grid = { ...BAR_MARGIN, left: names + 14 };
  const scale = barScale(rows.map((row) => row.cell).filter(isOk), width, width - grid.left - grid.right);
  const base = baseOption(colours);
  return {
    ...base,
    grid,
    xAxis: barAxis(colours, scale),
    yAxis: {
      ...axis(colours, "", { type: "category", inverse: true }),
      data: rows.map((row) => row.allocator),
      axisTick: { show: false },
      axisLabel: { color: colours.text, fontSize: 12, interval: 0, width: names, overflow: "truncate" },
    },
    tooltip: {
      ...base.tooltip,
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (params) => barTooltip(rows.find((row) => row.allocator === params[0].axisValue)),
    },
    series: barSeries(table, rows, scale, width < BAR_NARROW, colours),
  };
}

function describeBars(table, trace, isShown) {
  const said = barRows(table, trace, isShown).map(({ allocator, cell }) =>
    isOk(cell) ? `${allocator} ${barLabel(cell, false)}` : `${allocator} failed: ${cell.reason}`);
  return `Time per operation on ${trace}. ${said.join("; ")}.`;
}

function barsFigure(table, trace, isShown) {
  return figure(
    trace,
    () => BAR_FRAME_HEIGHT + BAR_ROW_HEIGHT * Math.max(1, barRows(table, trace, isShown).length),
    (colours, width) => barOption(table, trace, isShown, colours, width),
    () => describeBars(table, trace, isShown),
  );
}
