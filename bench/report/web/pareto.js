// Time against memory: the picture that answers "which one?". Left and down is better. A mark is an
// allocator's mean over the chosen traces, its line the 95 % interval of the time.

const PARETO_GRID = { left: 60, right: 20, top: 16, bottom: 50 };

// As tall as fits on a first screen; taller beside a long list of allocators.
function paretoHeight(view, width) {
  const most = view.table.allocators.length > 6 ? 500 : 390;
  return Math.min(most, Math.max(320, Math.round(width * 0.75)));
}

// An allocator far behind would press all others into a corner: the frame ends at so many times the best, and a
// note names whom it cuts. Whoever is beaten by nobody is within it.
const FRAME_OVER_BEST = { time: 6, memory: 4 };

function paretoPlaces(view) {
  return view.places().filter((one) => view.isShown(one.allocator) && one.time && isNumber(one.memory));
}

// {inside, beyond} of the frame.
function paretoFrame(view) {
  const places = paretoPlaces(view);
  const best = unbeaten(places);
  const least = (of) => Math.min(...places.map(of));
  const [time, memory] = [least((one) => one.time.ratio), least((one) => one.memory)];
  const isInside = (one) => best.includes(one) || one.allocator === BASELINE ||
    (one.time.ratio <= FRAME_OVER_BEST.time * time && one.memory <= FRAME_OVER_BEST.memory * memory);
  return { inside: places.filter(isInside), beyond: places.filter((one) => !isInside(one)), best };
}

function paretoSeries(view, one, isUnbeaten, colours) {
  const look = view.table.looks.get(one.allocator);
  const at = [Math.log10(one.time.ratio), Math.log10(one.memory)];
  const reach = isNumber(one.time.low) ? [[at[1], Math.log10(one.time.low), Math.log10(one.time.high)]] : [];
  return [
    { ...whiskers(reach, lineColourOf(look, colours), true, 2), z: 2 },
    { type: "scatter", ...markOf(look, colours), symbolSize: isUnbeaten ? 18 : 12, z: isUnbeaten ? 4 : 3,
      data: [{ value: at, place: one, isUnbeaten }] },
  ];
}

// Where the marks are, in pixels of a chart `width` wide; the sensible choices are named first.
function paretoMarks(places, best, xAxis, yAxis, width, height) {
  const across = width - PARETO_GRID.left - PARETO_GRID.right;
  const down = height - PARETO_GRID.top - PARETO_GRID.bottom;
  const share = (value, { min, max }) => (Math.log10(value) - min) / (max - min);
  const order = [...best, ...places.filter((one) => !best.includes(one))];
  return order.map((one) => {
    const at = (ratio) => PARETO_GRID.left + across * share(ratio, xAxis);
    const x = at(one.time.ratio);
    return {
      name: one.allocator,
      isStrong: best.includes(one),
      x,
      left: Math.min(x - 9, at(one.time.low ?? one.time.ratio)),
      right: Math.max(x + 9, at(one.time.high ?? one.time.ratio)),
      y: PARETO_GRID.top + down * (1 - share(one.memory, yAxis)),
    };
  });
}

function baselineLines(colours, isOverSystem) {
  return { type: "line", data: [], markLine: { silent: true, symbol: "none", label: { show: false },
    lineStyle: { color: colours.quiet, type: "dashed" },
    data: isOverSystem ? [{ xAxis: 0 }, { yAxis: 0 }] : [{ xAxis: 0 }] } };
}

function paretoTooltip({ data }) {
  if (!data?.place) return "";
  const { allocator, time, memory } = data.place;
  return tooltip(allocator, [
    ["time", `${formatRatio(time.ratio)} system`],
    [meanIntervalName(data.place), formatInterval(time.low, time.high)],
    ["memory", formatRatio(memory)],
    ["", data.isUnbeaten ? "beaten by nobody in both" : ""],
  ]);
}

function paretoOption(view, colours, width) {
  const { inside: places, best } = paretoFrame(view);
  const measure = MEMORY_MEASURES[view.state.memory];
  const times = places.flatMap(({ time }) => [time.ratio, time.low, time.high]).filter(isNumber);
  const isOverSystem = view.state.memory !== "overLive";
  const xAxis = logAxis(colours, "processor time, \u00d7 system", [1, ...times], { nameGap: 30 });
  const yAxis = logAxis(colours, measure.axis, [1, ...places.map((one) => one.memory)], { nameGap: 40 });
  const height = paretoHeight(view, width);
  const bottom = height - PARETO_GRID.bottom;
  const frame = { left: PARETO_GRID.left + 2, right: width - 4, bottom: bottom - 2 };
  const base = baseOption(colours);
  return {
    ...base,
    grid: PARETO_GRID,
    xAxis,
    yAxis,
    graphic: placeLabels(paretoMarks(places, best, xAxis, yAxis, width, height), frame, colours),
    tooltip: { ...base.tooltip, formatter: paretoTooltip },
    series: [baselineLines(colours, isOverSystem),
      ...places.flatMap((one) => paretoSeries(view, one, best.includes(one), colours))],
  };
}

function describePareto(view) {
  const said = paretoPlaces(view).map(({ allocator, time, memory }) =>
    `${allocator}: time ${formatRatio(time.ratio)} system, memory ${formatRatio(memory)}`);
  return `Time against memory, means over ${plural(view.traces().length, "trace")}. ${said.join("; ")}.`;
}

function paretoNote(view) {
  const { inside, beyond } = paretoFrame(view);
  if (!inside.length) return "There is nothing to draw: no allocator shown has figures on every trace chosen.";
  const cut = beyond.map((one) =>
    `${one.allocator} (time ${formatRatio(one.time.ratio)}, memory ${formatRatio(one.memory)})`);
  const lines = intervalsName(inside.map((one) => one.blocks));
  return `Left and down is better. Large: beaten by nobody in both. Lines: ${lines}. Dashed: system.` +
    (cut.length ? ` Beyond the frame: ${join(cut)}.` : "");
}

function paretoFigure(view) {
  return figure({
    caption: "Time against memory",
    height: (width) => paretoHeight(view, width),
    option: (colours, width) => paretoOption(view, colours, width),
    describe: () => describePareto(view),
    note: () => paretoNote(view),
  });
}
