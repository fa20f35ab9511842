// What all charts share: a figure that redraws when its data, its width or the theme changes.

const charts = [];

// A figure with a caption. `option(colours, width)` gives the chart's whole content; `describe()`
// is what a screen reader says instead of the picture; `note()` is a line above it, if not empty.
function figure(caption, height, option, describe, note = () => "") {
  const canvas = element("div", { class: "chart", role: "img" });
  const remark = element("p", { class: "quiet" });
  const node = element("figure", {}, element("figcaption", {}, caption), remark, canvas);
  const chart = { node, canvas, remark, height, option, describe, note, view: null, drawnWidth: 0 };
  charts.push(chart);
  return chart;
}

// Draws one chart; nothing while it is hidden or not yet in the page. Height depends on content.
function draw(chart) {
  chart.drawnWidth = chart.canvas.clientWidth;
  if (!chart.drawnWidth) return;
  chart.canvas.style.height = `${chart.height()}px`;
  chart.remark.textContent = chart.note();
  chart.canvas.setAttribute("aria-label", chart.describe());
  chart.view ??= echarts.init(chart.canvas, null, { renderer: "canvas" });
  chart.view.resize();
  chart.view.setOption(chart.option(theme(), chart.canvas.clientWidth), { notMerge: true });
}

function watchCharts() {
  const redrawIfResized = () => charts.filter((one) => one.drawnWidth !== one.canvas.clientWidth).forEach(draw);
  // In a frame of its own: drawing changes heights, which the observer may not do while it reports.
  const observer = new ResizeObserver(() => requestAnimationFrame(redrawIfResized));
  charts.forEach(draw);
  for (const chart of charts) observer.observe(chart.canvas);
  window.matchMedia("(prefers-color-scheme: dark)")
    .addEventListener("change", () => charts.forEach(draw));
}

// The part of every option that is the same: no animation, so that a picture is the same each time.
function baseOption(colours) {
  return {
    animation: false,
    textStyle: { color: colours.text, fontFamily: "system-ui, sans-serif" },
    tooltip: {
      confine: true,
      backgroundColor: colours.ground,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 12 },
    },
  };
}

function axis(colours, name, more) {
  return {
    type: "value",
    name,
    nameLocation: "middle",
    nameTextStyle: { color: colours.text, fontSize: 12 },
    axisLabel: { color: colours.text, fontSize: 11, hideOverlap: true },
    axisLine: { show: true, onZero: false, lineStyle: { color: colours.quiet } },
    axisTick: { show: true, lineStyle: { color: colours.quiet } },
    splitLine: { lineStyle: { color: colours.line } },
    ...more,
  };
}

// A logarithmic axis over `values`, drawn on a plain axis of their logarithms: the library's own
// labels powers of ten only, too coarse for ratios between 0.7 and 3.
function logAxis(colours, name, values, more) {
  const [low, high] = [Math.min(...values) / 1.1, Math.max(...values) * 1.15];
  const ticks = logTicks(low, high).map(Math.log10);
  const base = axis(colours, name, more);
  return {
    ...base,
    min: Math.log10(low),
    max: Math.log10(high),
    axisLabel: { ...base.axisLabel, customValues: ticks, formatter: (at) => formatTick(10 ** at) },
    axisTick: { ...base.axisTick, customValues: ticks },
  };
}

// A tick without the zeros that three digits would give it: 2, not 2.00.
function formatTick(value) {
  return value < 1000 ? String(Number(value.toPrecision(3))) : formatCount(value);
}

// Tooltips are made of nodes, for the same reason as the rest of the page.
function tooltip(title, rows) {
  return element("div", {}, element("strong", {}, title), definitions(rows));
}
