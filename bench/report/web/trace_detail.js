// One trace at a time, with every figure of it: throughput, latency, memory, memory by cause, search.

function detailControls(view, update) {
  const { table, state } = view;
  const choose = element("select", { "aria-label": "Trace in detail" });
  choose.addEventListener("change", () => view.show(choose.value));
  const step = (by) => {
    const traces = view.traces();
    view.show(traces[(traces.indexOf(state.trace) + by + traces.length) % traces.length]);
  };
  const previous = button("\u2039", () => step(-1), { "aria-label": "Previous trace" });
  const next = button("\u203a", () => step(1), { "aria-label": "Next trace" });
  const kinds = latencyKinds(table);
  if (!kinds.includes(state.kind)) state.kind = kinds[0] ?? state.kind;
  const kind = kinds.length ? choice("Latency of", kinds.map((one) => [one, one]), (value) => {
    state.kind = value;
    update();
  }) : null;
  const field = choice("Memory", [["held_bytes", "held from the system"], ["resident_bytes", "resident"]], (value) => {
    state.field = value;
    update();
  });
  const node = element("div", { class: "controls" },
    element("span", { class: "stepper" }, previous,
      element("label", { class: "choice" }, element("span", {}, "Trace"), choose), next),
    kind, field);
  return { node, update: () => {
    choose.replaceChildren(...view.traces().map((trace) =>
      element("option", { value: trace, selected: trace === state.trace }, trace)));
    previous.disabled = view.traces().length < 2;
    next.disabled = view.traces().length < 2;
  } };
}

// What kind of program this is, in a line.
function traceFacts(record, name) {
  const trace = record.traces.find((one) => one.name === name);
  if (!trace) return "";
  return [trace.program, isNumber(trace.events) ? plural(trace.events, "event") : null,
    isNumber(trace.live_bytes_peak) ? `at most ${formatBytes(trace.live_bytes_peak)} live` : null,
    trace.shortened ? "only its first events" : null, trace.tainted ? `tainted: ${trace.tainted}` : null]
    .filter(Boolean).join(" \u00b7 ");
}

// What the pair of runs of system measured, and apart from it what is asked of a difference: that is never less than
// a floor, for one pair may agree by luck.
function noiseText(view) {
  const { ratio_to_system: ratio, noise } = view.table.pair(view.state.trace) ?? {};
  if (!isNumber(noise)) return "";
  const percent = (one) => `${formatTick(Math.abs(100 * (one - 1)))} %`;
  const measured = isNumber(ratio) ? `system run twice was ${percent(ratio)} apart in the median; ` : "";
  return `Noise here: ${measured}differences below ${percent(noise)} are not ranked.`;
}

function traceDetail(view, record) {
  const figures = { bars: barsFigure(view), search: searchFigure(view), latency: latencyFigure(view),
    memory: timelineFigure(view) };
  const causes = view.table.allocators.map((allocator) => ({ allocator, chart: causesFigure(view, allocator) }));
  const facts = element("p", { class: "quiet" });
  const body = element("div", {});
  const update = () => {
    controls.update();
    body.hidden = !view.state.trace;
    const { trace } = view.state;
    facts.textContent = trace ? `${traceFacts(record, trace)}. ${noiseText(view)}` : "No trace is chosen.";
    figures.search.node.hidden = searchRows(view).length === 0;
    figures.bars.node.classList.toggle("alone", figures.search.node.hidden);
    figures.memory.node.classList.toggle("alone", latencyKinds(view.table).length === 0);
    figures.latency.node.hidden = latencyKinds(view.table).length === 0;
    for (const { allocator, chart } of causes) chart.node.hidden = !causesCell(view, allocator);
    causesPart.hidden = causes.every(({ chart }) => chart.node.hidden);
    [...Object.values(figures), ...causes.map(({ chart }) => chart)].forEach(draw);
  };
  const causesPart = element("div", {}, element("h3", {}, "Memory by cause"),
    element("p", { class: "quiet" }, "What is held, stacked; the line is what is live. All have the same axis of bytes. " +
      "Peaks are those of the whole run, also between the points drawn."),
    causesLegend(), element("div", { class: "grid small" }, causes.map(({ chart }) => chart.node)));
  const controls = detailControls(view, update);
  body.append(element("div", { class: "grid" }, Object.values(figures).map((one) => one.node)), causesPart);
  return { node: element("div", {}, controls.node, facts, body), update };
}
