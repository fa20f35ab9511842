// What all charts share: a figure that redraws when its data, its width or the theme changes.

const charts = [];

// A figure with a caption. `option(colours, width)` gives the chart's whole content; `height(width)` its
// height; `describe()` is what a screen reader says instead of the picture; `note(width)` is a line above
// it, if not empty; `names()` are nodes that say whose mark is whose, for windows where the legend is far away.
function figure({ caption, height, option, describe, note = () => "", names = () => [] }) {
  const canvas = element("div", { class: "chart", role: "img" });
  const remark = element("p", { class: "quiet" });
  const title = element("figcaption", {}, caption);
  const legend = element("ul", { class: "names", "aria-hidden": "true" });
  const node = element("figure", {}, title, remark, legend, canvas);
  const chart = { node, title, canvas, remark, legend, height, option, describe, note, names, view: null, drawnWidth: 0 };
  charts.push(chart);
  return chart;
}

// Draws one chart; nothing while it is hidden or not yet in the page.
function draw(chart) {
  const width = chart.canvas.clientWidth;
  chart.drawnWidth = width;
  if (!width) return;
  chart.canvas.style.height = `${chart.height(width)}px`;
  chart.remark.textContent = chart.note(width);
  chart.legend.replaceChildren(...chart.names().map((name) => element("li", {}, name)));
  chart.canvas.setAttribute("aria-label", chart.describe());
  chart.view ??= echarts.init(chart.canvas, null, { renderer: "canvas" });
  chart.view.resize();
  chart.view.setOption(chart.option(theme(), width), { notMerge: true });
}

// A finger leaves a chart without saying so, and keys do not point: what a chart says beside the pointer goes when
// something else is touched, and with Escape.
function hideTips(isMeant) {
  for (const { view, canvas } of charts) {
    if (!view || !isMeant(canvas)) continue;
    view.dispatchAction({ type: "hideTip" });
    view.dispatchAction({ type: "updateAxisPointer", currTrigger: "leave" });
  }
}

function watchTips() {
  document.addEventListener("pointerdown", (event) => hideTips((canvas) => !canvas.contains(event.target)));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTips(() => true); });
}

function watchCharts() {
  watchTips();
  const redrawIfResized = () => charts.filter((one) => one.drawnWidth !== one.canvas.clientWidth).forEach(draw);
  // In a frame of its own: drawing changes heights, which the observer may not do while it reports.
  const observer = new ResizeObserver(() => requestAnimationFrame(redrawIfResized));
  charts.forEach(draw);
  for (const chart of charts) observer.observe(chart.canvas);
  window.matchMedia("(prefers-color-scheme: dark)")
    .addEventListener("change", () => charts.forEach(draw));
}

const CHART_FONT = "system-ui, sans-serif";

// The part of every option that is the same: no animation, so that a picture is the same each time.
function baseOption(colours) {
  return {
    animation: false,
    textStyle: { color: colours.text, fontFamily: CHART_FONT },
    tooltip: {
      confine: true,
      backgroundColor: colours.ground,
      borderColor: colours.line,
      padding: [8, 12],
      extraCssText: "max-width: 340px; white-space: normal; overflow-wrap: anywhere;",
      textStyle: { color: colours.text, fontSize: 13 },
    },
  };
}

function axis(colours, name, more) {
  return {
    type: "value",
    name,
    nameLocation: "middle",
    nameTextStyle: { color: colours.quiet, fontSize: 12 },
    axisLabel: { color: colours.quiet, fontSize: 12, hideOverlap: true },
    axisLine: { show: true, onZero: false, lineStyle: { color: colours.quiet } },
    axisTick: { show: true, lineStyle: { color: colours.quiet } },
    splitLine: { lineStyle: { color: colours.line } },
    ...more,
  };
}

// A logarithmic axis over `values`, drawn on a plain axis of their logarithms: the library's own
// labels powers of ten only, too coarse for ratios between 0.7 and 3.
function logAxis(colours, name, values, more, format = formatTick) {
  const [low, high] = [Math.min(...values) / 1.1, Math.max(...values) * 1.15];
  const ticks = logTicks(low, high).map(Math.log10);
  const base = axis(colours, name, more);
  return {
    ...base,
    min: Math.log10(low),
    max: Math.log10(high),
    axisLabel: { ...base.axisLabel, customValues: ticks, formatter: (at) => format(10 ** at) },
    axisTick: { ...base.axisTick, customValues: ticks },
  };
}

// A tick without the zeros that three digits would give it: 2, not 2.00.
function formatTick(value) {
  return value < 1000 ? String(Number(value.toPrecision(3))) : formatCount(value);
}

// An interval as a line with ends, for a custom series of [place, low, high]; `isAcross` when the values run
// along x.
function whiskers(data, colour, isAcross, thickness = 1.5) {
  const line = ([x1, y1], [x2, y2], stroke) => ({
    type: "line", shape: { x1, y1, x2, y2 }, style: { stroke, lineWidth: thickness } });
  const renderItem = (params, api) => {
    const [place, low, high] = [api.value(0), api.value(1), api.value(2)];
    const stroke = api.visual("color");
    const [from, to] = isAcross ? [api.coord([low, place]), api.coord([high, place])]
      : [api.coord([place, low]), api.coord([place, high])];
    const end = ([x, y]) => (isAcross ? line([x, y - 4], [x, y + 4], stroke) : line([x - 4, y], [x + 4, y], stroke));
    return { type: "group", children: [line(from, to, stroke), end(from), end(to)] };
  };
  return { type: "custom", renderItem, encode: isAcross ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    itemStyle: { color: colour }, data, silent: true };
}

// Marks of one look; a line of them when `type` is "line".
function markOf(look, colours) {
  return {
    symbol: `path://${look.shape}`,
    itemStyle: { ...filled(look, colours), borderWidth: 1, opacity: 1 },
  };
}

// Tooltips are made of nodes, for the same reason as the rest of the page.
function tooltip(title, rows) {
  return element("div", {}, element("strong", {}, title), definitions(rows));
}
