// Speed against memory: the picture that answers "which one?". Down and left is better. Large marks
// are means over all traces, small ones single traces.

const SCATTER_HEIGHT = 300;
const SCATTER_GRID = { left: 58, right: 24, top: 12, bottom: 44 };

function scatterPoints(table, isShown) {
  return bySpeed(table)
    .filter((one) => isShown(one.allocator))
    .map((one) => ({
      ...one,
      cells: table.traces.map((trace) => table.cell(trace, one.allocator)).filter(
        (cell) => isOk(cell) && cell.ratio_to_system > 0 && cell.held_over_live_peak > 0),
    }));
}

function toPoint(speed, memory, title) {
  return { value: [Math.log10(speed), Math.log10(memory)], title, speed, memory };
}

function scatterSeries(table, one, colours) {
  const look = table.looks.get(one.allocator);
  const shared = {
    type: "scatter",
    symbol: `path://${look.shape}`,
    itemStyle: { color: colourOf(look, colours), borderColor: colours.ground, borderWidth: 1 },
  };
  const small = one.cells.map((cell) =>
    toPoint(cell.ratio_to_system, cell.held_over_live_peak, `${one.allocator} on ${cell.trace}`));
  const large = isNumber(one.speed) && isNumber(one.memory)
    ? [toPoint(one.speed, one.memory, `${one.allocator}, mean`)]
    : [];
  return [
    { ...shared, symbolSize: 7, data: small, itemStyle: { ...shared.itemStyle, opacity: 0.5 } },
    { ...shared, symbolSize: 15, data: large, z: 3, itemStyle: { ...shared.itemStyle, opacity: 1 } },
  ];
}

// Where the large marks are, in pixels of a chart `width` wide.
function largeMarks(points, xAxis, yAxis, width) {
  const across = width - SCATTER_GRID.left - SCATTER_GRID.right;
  const down = SCATTER_HEIGHT - SCATTER_GRID.top - SCATTER_GRID.bottom;
  const share = (value, axisOption) => (Math.log10(value) - axisOption.min) / (axisOption.max - axisOption.min);
  return points.filter((one) => isNumber(one.speed) && isNumber(one.memory)).map((one) => ({
    name: one.allocator,
    x: SCATTER_GRID.left + across * share(one.speed, xAxis),
    y: SCATTER_GRID.top + down * (1 - share(one.memory, yAxis)),
  }));
}

function scatterOption(table, isShown, colours, width) {
  const points = scatterPoints(table, isShown);
  const cells = points.flatMap((one) => one.cells);
  const values = (name) => [1, ...cells.map((cell) => cell[name])];
  const xAxis = logAxis(colours, "time per operation, \u00d7 system (log)", values("ratio_to_system"), { nameGap: 28 });
  const yAxis = logAxis(colours, "peak held / peak live, #4 (log)", values("held_over_live_peak"), { nameGap: 40 });
  const frame = { left: SCATTER_GRID.left + 2, right: width - 2, bottom: SCATTER_HEIGHT - SCATTER_GRID.bottom };
  const lines = {
    type: "line",
    data: [],
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      lineStyle: { color: colours.quiet, type: "dashed" },
      data: [{ xAxis: 0 }],
    },
  };
  return {
    ...baseOption(colours),
    grid: SCATTER_GRID,
    xAxis,
    yAxis,
    graphic: placeLabels(largeMarks(points, xAxis, yAxis, width), frame, colours),
    tooltip: {
      ...baseOption(colours).tooltip,
      formatter: ({ data }) => tooltip(data.title, [
        ["time", `${formatRatio(data.speed)} system`],
        ["peak held / peak live", formatRatio(data.memory)],
      ]),
    },
    series: [lines, ...points.flatMap((one) => scatterSeries(table, one, colours))],
  };
}

function describeScatter(table, isShown) {
  const said = scatterPoints(table, isShown).filter((one) => isNumber(one.speed)).map((one) =>
    `${one.allocator}: ${formatRatio(one.speed)} the time of system, ` +
    `${formatRatio(one.memory)} the live bytes`);
  return `Time against memory, means over all traces. ${said.join("; ")}.`;
}

function scatterFigure(table, isShown) {
  return figure(
    "Lower left is better. Large marks: mean of all traces; small: one trace; dashed: system's speed.",
    () => SCATTER_HEIGHT,
    (colours, width) => scatterOption(table, isShown, colours, width),
    () => describeScatter(table, isShown),
  );
}
