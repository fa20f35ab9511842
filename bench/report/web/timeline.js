// Memory over one trace: what the program has live (the filled curve) under what each allocator
// holds, or keeps resident, to serve it. The gap between the two is the price.

const TIMELINE_HEIGHT = 260;
// Marks on each curve: enough to follow it, few enough to see it.
const MARKS_PER_CURVE = 4;

function timelineCells(table, trace, isShown) {
  return table.allocators
    .filter(isShown)
    .map((allocator) => table.cell(trace, allocator))
    .filter((cell) => isOk(cell) && cell.timeline?.event?.length);
}

function curve(cell, field) {
  return cell.timeline.event.map((event, index) => [event, cell.timeline[field]?.[index]])
    .filter(([, value]) => isNumber(value));
}

// Curves of different allocators carry their marks at different places, so that they do not hide
// each other.
function heldSeries(table, cell, index, field, colours) {
  const look = table.looks.get(cell.allocator);
  const colour = colourOf(look, colours);
  const every = Math.max(1, Math.floor(cell.timeline.event.length / MARKS_PER_CURVE));
  const offset = Math.floor(every / 2) + index * 7;
  return {
    type: "line",
    name: cell.allocator,
    data: curve(cell, field).map((value, at) => ({
      value,
      symbolSize: (at + offset) % every === 0 ? 9 : 0,
    })),
    step: "end",
    symbol: `path://${look.shape}`,
    showAllSymbol: true,
    lineStyle: { color: colour, width: 1.6 },
    itemStyle: { color: colour, borderColor: colours.ground, borderWidth: 0.5 },
  };
}

function liveSeries(cells, colours) {
  return {
    type: "line",
    name: "live",
    data: cells.length ? curve(cells[0], "live_bytes") : [],
    step: "end",
    symbol: "none",
    lineStyle: { color: colours.quiet, width: 1 },
    areaStyle: { color: colours.area, opacity: 1 },
    itemStyle: { color: colours.area },
    z: 1,
  };
}

// Round in binary units, also where they change: 512 KiB, 1 MiB, 1.5 MiB.
function byteStep(high) {
  const rough = Math.max(high, 5) / 5;
  const unit = 1024 ** Math.floor(Math.log2(rough) / 10);
  return [1, 2, 5, 10, 20, 50, 128, 256, 512, 1024].map((factor) => factor * unit)
    .find((step) => step >= rough);
}

// An allocator that never gives back would press all others into a line: the frame ends at three times
// the peak of the live bytes, and a note names whom it cuts.
const FRAME_OVER_LIVE = 3;

function peakOf(cell, field) {
  return curve(cell, field).reduce((high, [, value]) => Math.max(high, value), 0);
}

function frameTop(cells, field) {
  const live = cells.reduce((high, cell) => Math.max(high, peakOf(cell, "live_bytes")), 0);
  const all = cells.reduce((high, cell) => Math.max(high, peakOf(cell, field)), live);
  const top = live > 0 ? Math.min(all, FRAME_OVER_LIVE * live) : all;
  const step = byteStep(top);
  return { step, max: step * Math.max(1, Math.ceil(top / step)) };
}

function timelineNote(table, trace, isShown, field) {
  const cells = timelineCells(table, trace, isShown);
  const { max } = frameTop(cells, field);
  const cut = cells.filter((cell) => peakOf(cell, field) > max)
    .map((cell) => `${cell.allocator} (to ${formatBytes(peakOf(cell, field))})`);
  return cut.length ? `Beyond the frame: ${join(cut)}.` : "";
}

function timelineTooltip(params) {
  return tooltip(`event ${formatCount(params[0].value[0])}`,
    params.map((one) => [one.seriesName, formatBytes(one.value[1])]));
}

function timelineOption(table, trace, isShown, field, colours) {
  const cells = timelineCells(table, trace, isShown);
  const events = cells.flatMap((cell) => cell.timeline.event);
  const { step, max } = frameTop(cells, field);
  const base = baseOption(colours);
  const xAxis = axis(colours, "events replayed", { nameGap: 26, splitLine: { show: false } });
  const yAxis = axis(colours, `bytes ${field === "held_bytes" ? "held" : "resident"}`, { nameGap: 62 });
  return {
    ...base,
    grid: { left: 84, right: 16, top: 12, bottom: 46 },
    xAxis: {
      ...xAxis,
      max: events.reduce((a, b) => Math.max(a, b), 1),
      splitNumber: 4,
      axisLabel: { ...xAxis.axisLabel, formatter: formatCount },
    },
    yAxis: {
      ...yAxis,
      min: 0,
      interval: step,
      max,
      axisLabel: { ...yAxis.axisLabel, formatter: formatBytesTick },
    },
    tooltip: { ...base.tooltip, trigger: "axis", formatter: timelineTooltip },
    series: [liveSeries(cells, colours),
      ...cells.map((cell, index) => heldSeries(table, cell, index, field, colours))],
  };
}

function describeTimeline(table, trace, isShown, field) {
  const said = timelineCells(table, trace, isShown).map((cell) =>
    `${cell.allocator} at most ${formatBytes(peakOf(cell, field))}`);
  return `Bytes ${field === "held_bytes" ? "held" : "resident"} over the events of ${trace}, ` +
    `above the live bytes. ${said.join("; ")}.`;
}

// `field()` is "held_bytes" or "resident_bytes".
function timelineFigure(table, trace, isShown, field) {
  return figure(
    trace,
    () => TIMELINE_HEIGHT,
    (colours) => timelineOption(table, trace, isShown, field(), colours),
    () => describeTimeline(table, trace, isShown, field()),
    () => timelineNote(table, trace, isShown, field()),
  );
}
