// Memory over one trace: what the program has live (the filled curve) under what each allocator
// holds, or keeps resident, to serve it. The gap between the two is the price.

const TIMELINE_HEIGHT = 320;
const TIMELINE_GRID = { left: 84, right: 20, top: 12, bottom: 50 };
// Marks on each curve: enough to follow it, few enough to see it.
const MARKS_PER_CURVE = 4;

function timelineCells(view) {
  return view.table.allocators
    .filter(view.isShown)
    .map((allocator) => view.table.cell(view.state.trace, allocator))
    .filter((cell) => isOk(cell) && cell.timeline?.event?.length);
}

function curve(cell, field) {
  return cell.timeline.event.map((event, index) => [event, cell.timeline[field]?.[index]])
    .filter(([, value]) => isNumber(value));
}

// Curves of different allocators carry their marks at different places, so that they do not hide
// each other.
function heldSeries(view, cell, index, colours) {
  const look = view.table.looks.get(cell.allocator);
  const every = Math.max(1, Math.floor(cell.timeline.event.length / MARKS_PER_CURVE));
  const offset = Math.floor(every / 2) + index * 7;
  return {
    type: "line",
    name: cell.allocator,
    ...markOf(look, colours),
    data: curve(cell, view.state.field).map((value, at) => ({
      value,
      symbolSize: (at + offset) % every === 0 ? 10 : 0,
    })),
    step: "end",
    showAllSymbol: true,
    lineStyle: { color: lineColourOf(look, colours), width: 2 },
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

// The most of the whole run, of which the curve has some points.
function peakOfRun(cell, field) {
  return Math.max(peakOf(cell, field), cell[`${field}_peak`] ?? 0);
}

// Where the frame ends for cells of one trace.
function frameTop(cells, field) {
  const live = cells.reduce((high, cell) => Math.max(high, peakOf(cell, "live_bytes")), 0);
  const all = cells.reduce((high, cell) => Math.max(high, peakOf(cell, field)), live);
  // With some room, so that no line lies on the frame.
  const top = 1.05 * (live > 0 ? Math.min(all, FRAME_OVER_LIVE * live) : all);
  const step = byteStep(top);
  return { step, max: step * Math.max(1, Math.ceil(top / step)) };
}

function cutNote(cells, field) {
  const { max } = frameTop(cells, field);
  const cut = cells.filter((cell) => peakOf(cell, field) > max)
    .map((cell) => `${cell.allocator} (to ${formatBytes(peakOfRun(cell, field))})`);
  return cut.length ? ` Beyond the frame: ${join(cut)}.` : "";
}

function timelineTooltip(view, params) {
  // The first is what is live; an allocator might have that name.
  const term = ({ seriesIndex, seriesName: name }) => (seriesIndex ? named(view.table.looks, name) : name);
  return tooltip(`operation ${formatCount(params[0].value[0])}`,
    params.map((one) => [term(one), formatBytes(one.value[1])]));
}

// The two axes of every picture of bytes over operations: the record's "event" is the number of operations done.
function byteAxes(colours, cells, { step, max }, name) {
  const events = cells.flatMap((cell) => cell.timeline.event);
  const xAxis = axis(colours, "operations replayed", { nameGap: 30, splitLine: { show: false } });
  const yAxis = axis(colours, name, { nameGap: 64 });
  return {
    xAxis: { ...xAxis, max: events.reduce((a, b) => Math.max(a, b), 1), splitNumber: 4,
      axisLabel: { ...xAxis.axisLabel, formatter: formatCount } },
    yAxis: { ...yAxis, min: 0, interval: step, max, axisLabel: { ...yAxis.axisLabel, formatter: formatBytesTick } },
  };
}

function timelineOption(view, colours) {
  const cells = timelineCells(view);
  const { field } = view.state;
  const base = baseOption(colours);
  return {
    ...base,
    grid: TIMELINE_GRID,
    ...byteAxes(colours, cells, frameTop(cells, field), `bytes ${field === "held_bytes" ? "held" : "resident"}`),
    tooltip: { ...base.tooltip, trigger: "axis", formatter: (params) => timelineTooltip(view, params) },
    series: [liveSeries(cells, colours), ...cells.map((cell, index) => heldSeries(view, cell, index, colours))],
  };
}

function describeTimeline(view) {
  const { field, trace } = view.state;
  const said = timelineCells(view).map((cell) => `${cell.allocator} at most ${formatBytes(peakOfRun(cell, field))}`);
  return `Bytes ${field === "held_bytes" ? "held" : "resident"} over the operations of ${trace}, ` +
    `above the live bytes. ${said.join("; ")}.`;
}

function timelineFigure(view) {
  return figure({
    caption: "Memory over the trace",
    height: () => TIMELINE_HEIGHT,
    option: (colours) => timelineOption(view, colours),
    describe: () => describeTimeline(view),
    note: () => "Filled: live, what the program asked for and has not freed. Lines: what each allocator needs for it." +
      cutNote(timelineCells(view), view.state.field),
    names: () => timelineCells(view).map((cell) => named(view.table.looks, cell.allocator)),
  });
}
