// What a person chooses with: native controls, so that the keyboard and a screen reader work by
// themselves.

// A labelled choice; `options` are [value, text].
function choice(label, options, onChange) {
  const select = element("select", {},
    options.map(([value, text]) => element("option", { value }, text)));
  select.addEventListener("change", () => onChange(select.value));
  return element("label", { class: "choice" }, element("span", {}, label), select);
}

// One of few, all seen at once.
function segmented(legend, options, chosen, onChange) {
  const name = `segments-${legend.toLowerCase().replace(/\W+/g, "-")}-${document.querySelectorAll("fieldset").length}`;
  return element("fieldset", { class: "segments" }, element("legend", {}, legend),
    options.map(([value, text]) => element("label", {},
      element("input", { type: "radio", name, value, checked: value === chosen, change: () => onChange(value) }),
      element("span", {}, text))));
}

function button(text, act, more = {}) {
  return element("button", { type: "button", class: "button", click: act, ...more }, text);
}

// A box that puts `name` into the set `hidden`, or takes it out.
function shownBox(name, hidden, onChange, more = {}) {
  return element("input", { type: "checkbox", value: name, checked: !hidden.has(name), ...more,
    change: (event) => {
      if (event.target.checked) {
        hidden.delete(name);
      } else {
        hidden.add(name);
      }
      onChange();
    } });
}

// The traces that everything is about: a button that says how many, and the boxes that it opens.
function traceChooser(table, state, onChange) {
  const summary = button("", () => {
    node.hidden = !node.hidden;
    summary.setAttribute("aria-expanded", String(!node.hidden));
  }, { "aria-expanded": "false" });
  const boxes = element("div", { class: "choices" });
  const leave = (traces) => {
    state.left.clear();
    for (const trace of traces) state.left.add(trace);
    onChange();
  };
  const node = element("fieldset", { class: "boxes chooser", hidden: true }, element("legend", {}, "Traces"),
    element("div", { class: "buttons" }, button("All", () => leave([])), button("None", () => leave(table.traces))), boxes);
  for (const trace of table.traces) {
    boxes.append(element("label", {}, shownBox(trace, state.left, onChange), element("span", {}, trace)));
  }
  const update = () => {
    summary.textContent = `Traces: ${table.traces.length - state.left.size} of ${table.traces.length} \u25be`;
    for (const box of boxes.querySelectorAll("input")) box.checked = !state.left.has(box.value);
  };
  update();
  return { summary, node, update };
}
