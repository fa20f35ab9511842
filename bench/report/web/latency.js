// How long single calls took on one trace: for each share of the calls, the time that these did not exceed. The
// axis of shares is stretched towards the slow ones: 90 %, 99 % and 99.9 % are equally far apart, for it is
// the rare slow call that a service is late by. The single slowest call is in the tooltip and no point of
// the curve.

const LATENCY_HEIGHT = 320;
const LATENCY_GRID = { left: 66, right: 20, top: 12, bottom: 50 };
const LATENCY_KINDS = ["malloc", "free", "calloc", "realloc", "aligned"];
const LATENCY_TICKS = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];

function stretched(share) {
  return -Math.log10(1 - share);
}

function latencyKinds(table) {
  return LATENCY_KINDS.filter((kind) => table.cells.some((cell) => isOk(cell) && cell.latency?.kinds?.[kind]));
}

function latencyCells(view) {
  return view.places().filter((one) => view.isShown(one.allocator))
    .map(({ allocator }) => view.table.cell(view.state.trace, allocator))
    .filter((cell) => isOk(cell) && cell.latency?.kinds?.[view.state.kind]?.curve?.length);
}

function latencyPoints(view, cell) {
  return cell.latency.kinds[view.state.kind].curve.filter(([share, ns]) => share < 1 && ns > 0)
    .map(([share, ns]) => [stretched(share), Math.log10(ns), share, ns]);
}

// Curves that lie on each other carry their marks at different places.
function latencySeries(view, cell, index, colours) {
  const look = view.table.looks.get(cell.allocator);
  const points = latencyPoints(view, cell);
  return {
    type: "line",
    name: cell.allocator,
    ...markOf(look, colours),
    data: points.map((value, at) => ({ value, symbolSize: at % 4 === index % 4 || at === points.length - 1 ? 9 : 0 })),
    showAllSymbol: true,
    lineStyle: { color: lineColourOf(look, colours), width: 2 },
  };
}

function latencyTooltip(view, [{ value: [, , share] }]) {
  const rows = latencyCells(view).map((cell) => {
    const { curve, max_ns: most } = cell.latency.kinds[view.state.kind];
    const at = curve.find(([one]) => one === share);
    return [named(view.table.looks, cell.allocator), at ? `${formatTime(at[1])} (slowest of all ${formatTime(most)})` : MISSING];
  });
  return tooltip(`${formatPercent(share)} of ${view.state.kind} took at most`, rows);
}

function latencyOption(view, colours) {
  const cells = latencyCells(view);
  const points = cells.flatMap((cell) => latencyPoints(view, cell));
  const far = Math.max(1, ...points.map(([at]) => at));
  const ticks = LATENCY_TICKS.map(stretched).filter((at) => at <= far);
  const base = baseOption(colours);
  const xAxis = axis(colours, "share of the calls", { nameGap: 30, min: 0, max: far * 1.02 });
  return {
    ...base,
    grid: LATENCY_GRID,
    xAxis: { ...xAxis, axisTick: { ...xAxis.axisTick, customValues: ticks },
      axisLabel: { ...xAxis.axisLabel, customValues: ticks, formatter: (at) => formatPercent(1 - 10 ** -at) } },
    yAxis: logAxis(colours, "time not exceeded (log)", points.length ? points.map(([, , , ns]) => ns) : [1, 100],
      { nameGap: 52 }, formatTimeTick),
    tooltip: { ...base.tooltip, trigger: "axis", formatter: (params) => latencyTooltip(view, params) },
    series: cells.map((cell, index) => latencySeries(view, cell, index, colours)),
  };
}

// Steps finer than a nanosecond show in no figure; older records do not know them.
function clockNote(cells) {
  const step = Math.max(0, ...cells.map((cell) => cell.latency.resolution_ns).filter(isNumber));
  return step < 1 ? "" : ` The clock has steps of ${formatTimeTick(step)}: figures closer than that are equal.`;
}

function latencyNote(view) {
  const cells = latencyCells(view);
  if (!cells.length) return `No latency of ${view.state.kind} was measured on ${view.state.trace}.`;
  const distortions = cells.map((cell) => cell.latency.distortion).filter(isNumber);
  const [least, most] = [Math.min(...distortions), Math.max(...distortions)].map(formatShare);
  const slowed = distortions.length ? ` Measuring slowed the runs by ${least} to ${most}.` : "";
  return `One call in ${cells[0].latency.sampling ?? "so many"} was timed, the writes into the block left out.${slowed}` +
    clockNote(cells);
}

function describeLatency(view) {
  const said = latencyCells(view).map((cell) => {
    const { p50_ns: half, p99_ns: most, p999_ns: nearly } = cell.latency.kinds[view.state.kind];
    return `${cell.allocator} half within ${formatTime(half)}, 99 % within ${formatTime(most)}, ` +
      `99.9 % within ${formatTime(nearly)}`;
  });
  return `Latency of ${view.state.kind} on ${view.state.trace}. ${said.join("; ")}.`;
}

function latencyFigure(view) {
  return figure({
    caption: "Latency of single calls",
    height: () => LATENCY_HEIGHT,
    option: (colours) => latencyOption(view, colours),
    describe: () => describeLatency(view),
    note: () => latencyNote(view),
    names: () => latencyCells(view).map((cell) => named(view.table.looks, cell.allocator)),
  });
}
