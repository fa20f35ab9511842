// One table of the record as two parts of the page: the card with the answer, and the section with
// everything behind it. A card's filter governs both.

function duelSentence(table, first, second) {
  if (!second) return null;
  const { lost, open } = duel(table, first.allocator, second.allocator);
  const traces = plural(table.traces.length, "trace");
  if (open) return `Not resolved against ${second.allocator}: their blocks overlap on ${open} of ${traces}.`;
  if (lost) return `The next, ${second.allocator}, is faster in every block on ${lost} of ${traces}.`;
  return `The next, ${second.allocator}, is slower in every block of every trace.`;
}

function answerItem(label, name, rest, more) {
  return element("li", {}, `${label}: `, element("strong", {}, name), rest, more ? ` ${more}` : null);
}

// What a person choosing wants to know, in words. Only allocators that finished every trace are
// ranked.
function answers(table) {
  const ranked = bySpeed(table).filter((one) => isNumber(one.speed));
  const withMemory = ranked.filter((one) => isNumber(one.memory));
  const list = element("ul", { class: "answers" });
  const traces = table.traces.length === 1 ? "one trace" : `mean of ${table.traces.length} traces`;
  if (ranked.length) {
    const [first, second] = ranked;
    list.append(answerItem("Fastest", first.allocator,
      `, ${formatRatio(first.speed)} the time of system (${traces}).`,
      duelSentence(table, first, second)));
    const floored = table.traces.filter((trace) => isMostlyFloor(table.cell(trace, first.allocator)));
    if (floored.length) {
      list.append(element("li", {}, `\u26a0 The time of ${first.allocator} is mostly the replay loop on ${join(floored)}.`));
    }
  } else {
    list.append(element("li", {}, "Fastest: none to name, for no allocator finished every trace with a time."));
  }
  if (withMemory.length) {
    const leanest = withMemory.reduce((a, b) => (b.memory < a.memory ? b : a));
    list.append(answerItem("Leanest", leanest.allocator,
      `, peak held ${formatRatio(leanest.memory)} peak live (${traces}).`));
    const best = frontier(withMemory).map((one) => one.allocator);
    list.append(answerItem("Beaten by nobody in both", join(best), "."));
  }
  for (const one of standings(table)) {
    for (const cell of one.failed) {
      list.append(element("li", { class: "bad" }, element("strong", {}, `\u2715 ${one.allocator} failed`),
        ` on ${cell.trace}: ${cell.reason || "no reason given"}`));
    }
  }
  return list;
}

function heldSentence(table) {
  const kinds = [...heldKinds(table)];
  if (kinds.length < 2) return null;
  const said = kinds.map(([kind, names]) => `${kind} for ${join([...names])}`);
  return element("p", { class: "quiet" }, `"Held" was measured as ${said.join("; ")}: compare these with care.`);
}

function allocatorBox(table, state, name, onChange) {
  const input = element("input", { type: "checkbox", value: name, checked: true });
  input.addEventListener("change", () => {
    if (input.checked) {
      state.hidden.delete(name);
    } else {
      state.hidden.add(name);
    }
    onChange();
  });
  return element("label", {}, input, mark(table.looks.get(name)), element("span", {}, name));
}

// A labelled choice; `options` are [value, text].
function choice(label, options, onChange) {
  const select = element("select", {},
    options.map(([value, text]) => element("option", { value }, text)));
  select.addEventListener("change", () => onChange(select.value));
  return element("label", { class: "choice" }, `${label} `, select);
}

function filterForm(table, state, onChange) {
  const status = element("p", { class: "quiet", role: "status" });
  const traces = [["", "all traces"], ...table.traces.map((trace, index) => [String(index), trace])];
  const form = element("form", { class: "filter", submit: (event) => event.preventDefault() },
    element("fieldset", {},
      element("legend", {}, "Allocators shown"),
      table.allocators.map((name) => allocatorBox(table, state, name, onChange))),
    choice("Trace", traces, (value) => {
      state.trace = value === "" ? null : table.traces[Number(value)];
      onChange();
    }),
    status);
  return { form, status };
}

function shownCells(table, state) {
  return table.cells.filter((cell) =>
    !state.hidden.has(cell.allocator) && (state.trace === null || state.trace === cell.trace));
}

function figuresOf(table, state, make) {
  const isShown = (name) => !state.hidden.has(name);
  return table.traces.map((trace) => ({ trace, chart: make(table, trace, isShown, () => state.field) }));
}

function grid(figures) {
  return element("div", { class: "grid" }, figures.map(({ chart }) => chart.node));
}

// {card, section} of one table; null when the record has no cells of it.
function buildTable(table) {
  if (!table.cells.length) return null;
  const state = { hidden: new Set(), trace: null, field: "held_bytes" };
  const scatter = scatterFigure(table, (name) => !state.hidden.has(name));
  const bars = figuresOf(table, state, barsFigure);
  const timelines = figuresOf(table, state, timelineFigure);
  const figures = [...bars, ...timelines];
  const data = dataTable(`${table.title}: all figures`, () => shownCells(table, state));
  const onChange = () => {
    const count = shownCells(table, state).length;
    filter.status.textContent = `${count} of ${plural(table.cells.length, "result")} shown`;
    for (const { trace, chart } of figures) {
      chart.node.hidden = state.trace !== null && state.trace !== trace;
    }
    data.update();
    [scatter, ...figures.map(({ chart }) => chart)].forEach(draw);
  };
  const filter = filterForm(table, state, onChange);
  filter.status.textContent = `${table.cells.length} of ${plural(table.cells.length, "result")} shown`;
  const fields = [["held_bytes", "held from the system"], ["resident_bytes", "resident in memory"]];
  const curves = choice("Curves", fields, (value) => {
    state.field = value;
    timelines.forEach(({ chart }) => draw(chart));
  });
  return {
    card: element("section", { class: "card", id: `${table.key}-answer`, "aria-labelledby": `${table.key}-title` },
      element("h2", { id: `${table.key}-title` }, table.title), element("p", { class: "quiet" }, table.about),
      answers(table), scatter.node, heldSentence(table), filter.form),
    section: element("section", { id: table.key, "aria-labelledby": `${table.key}-detail` },
      element("h2", { id: `${table.key}-detail` }, `${table.title}: trace by trace`),
      element("h3", {}, "Time per operation"),
      element("p", { class: "quiet" }, "Bar: median block. Whisker: fastest to slowest block. ",
        element("span", { class: "floor", "aria-hidden": "true" }),
        " Floor: the same replay with an allocator that does nothing. After the bar: median, and ratio to system. " +
        "Pale bars are mostly floor."),
      grid(bars),
      element("h3", {}, "Memory over the trace"),
      element("p", { class: "quiet" }, "Filled: live bytes, what the program asked for and has not freed. " +
        "Lines: what each allocator needs for it; colours and marks as in the legend above."),
      curves, grid(timelines), element("h3", {}, "All figures"), data.node),
  };
}
