// A record of traces as parts of the page. One of its two tables is seen at a time, with everything that
// is about it, for they are measured differently: nothing stands beside the other's.
//
// view: table, state; traces() are the chosen ones; places() the allocators' means over them, fastest first;
//       isShown(name); changed() redraws everything; show(trace) puts a trace into the detail; leave(traces)
//       takes traces out of the choice; chooser is the button that opens it.

function viewOf(table) {
  const state = { hidden: new Set(), left: new Set(), memory: "resident", trace: table.traces[0] ?? null,
    kind: "malloc", field: "held_bytes" };
  const view = { table, state, parts: [] };
  view.traces = () => table.traces.filter((trace) => !state.left.has(trace));
  view.places = () => placesOf(table, view.traces(), state.memory);
  view.isShown = (name) => !state.hidden.has(name);
  view.changed = () => {
    if (!view.traces().includes(state.trace)) state.trace = view.traces()[0] ?? null;
    for (const one of view.parts) one.update();
  };
  // The button that was pressed for this is gone then: the focus goes to where traces come back.
  view.leave = (traces) => {
    for (const trace of traces) state.left.add(trace);
    view.changed();
    view.chooser.focus();
  };
  return view;
}

function heldSentence(table) {
  const kinds = [...heldKinds(table)];
  if (kinds.length < 2) return null;
  const said = kinds.map(([kind, names]) => `${kind} for ${join([...names])}`);
  return element("p", { class: "quiet" }, `"Held" was measured as ${said.join("; ")}: compare these with care.`);
}

// Which traces are in no mean of memory, and why.
function memoryDoubtSentence(view) {
  const { table, state } = view;
  const doubts = (MEMORY_MEASURES[state.memory].isHeld ? table.heldDoubts : table.residentDoubts)
    .filter(({ cell }) => view.traces().includes(cell.trace));
  if (!doubts.length) return "";
  const said = doubts.map(({ cell, why }) => `${cell.allocator} on ${cell.trace}, ${why}`);
  const traces = [...new Set(doubts.map(({ cell }) => cell.trace))];
  return `Memory not known: ${said.join("; ")}. So ${join(traces)} ${traces.length === 1 ? "is" : "are"} ` +
    "in nobody\u2019s mean of memory.";
}

function answerPart(view, id, tableSwitch, isAlone) {
  const said = answers(view);
  const pareto = paretoFigure(view);
  const rows = board(view);
  const chooser = traceChooser(view.table, view.state, view.changed);
  view.chooser = chooser.summary;
  const memory = choice("Memory is", Object.entries(MEMORY_MEASURES).map(([key, { title }]) => [key, title]), (value) => {
    view.state.memory = value;
    view.changed();
  });
  const unknown = element("p", { class: "quiet" });
  view.parts.push(said, rows, chooser, { update: () => {
    unknown.textContent = memoryDoubtSentence(view);
    unknown.hidden = !unknown.textContent;
    draw(pareto);
  } });
  return element("section", { id, "aria-labelledby": `${id}-title`, tabindex: "-1" },
    element("div", { class: "head" }, element("h2", { id: `${id}-title` }, view.table.title), tableSwitch),
    said.node,
    element("div", { class: "head" }, element("p", { class: "quiet about" }, view.table.about,
      isAlone ? "" : " The other table is measured differently and never mixed with it."),
    element("div", { class: "controls choosing" }, memory, chooser.summary)),
    chooser.node,
    element("div", { class: "split" }, pareto.node, element("div", {}, rows.node,
      element("p", { class: "quiet" }, "Means are geometric, over the chosen traces; under the time its 95 % interval " +
        "(with few blocks, of their ranges), which says how well the mean over these traces is known, not what another trace would show. " +
        "\u25bc faster, \u25b2 slower, = same, ? not resolved."),
      unknown, heldSentence(view.table))));
}

function tableParts(record, view, prefix, tableSwitch, isAlone) {
  const id = (name) => `${prefix}${view.table.key}-${name}`;
  const detail = traceDetail(view, record);
  const detailPart = part(id("trace"), "Trace by trace", null, detail.node);
  view.show = (trace) => {
    view.state.trace = trace;
    detail.update();
  };
  const leads = leadsTable(view, (trace) => {
    view.show(trace);
    detailPart.scrollIntoView();
    detailPart.focus();
  });
  const figures = dataTable(`${view.table.title}: all figures`, view.table, () =>
    view.table.cells.filter((cell) => view.isShown(cell.allocator) && !view.state.left.has(cell.trace)));
  const answer = answerPart(view, id("answer"), tableSwitch, isAlone);
  view.parts.push(leads, detail, figures);
  const node = element("div", { class: "view", "data-table": view.table.key },
    answer,
    part(id("leads"), "Who leads where",
      "Time over system\u2019s on each trace. A trace\u2019s name opens its details.", leads.node),
    detailPart,
    part(id("failures"), "Failures", null, failuresList(view.table.cells, (cell) => cell.trace)),
    part(id("figures"), "All figures", null, figures.node));
  return { view, node };
}

// {title, node, update, sections} of a record; null when it has no cells. `onSwitch` hears that other parts are seen.
function tracesPart(record, prefix, looks, onSwitch) {
  const tables = Object.keys(TABLES).map((key) => tableOf(record, key, looks)).filter((table) => table.cells.length);
  if (!tables.length) return null;
  let chosen = tables[0].key;
  const parts = tables.map((table) =>
    tableParts(record, viewOf(table), prefix, element("div", { class: "switch" }), tables.length === 1));
  const show = (key) => {
    chosen = key;
    for (const { view, node } of parts) {
      node.hidden = view.table.key !== key;
      const place = node.querySelector(".switch");
      place.replaceChildren();
      if (tables.length > 1 && !node.hidden) {
        place.append(segmented("Table", tables.map((table) => [table.key, table.title]), key, (other) => {
          show(other);
          parts.find((one) => one.view.table.key === other).node.querySelector(".switch input:checked").focus();
        }));
      }
      if (!node.hidden) view.changed();
    }
    onSwitch();
  };
  const node = element("div", {}, parts.map((one) => one.node));
  return { node, start: () => show(chosen), sections: () => [...parts.find((one) => !one.node.hidden).node.children] };
}
