// Who leads where: a row for each allocator, a column for each trace, and in it the time over system's with
// a sign for how it stands. Colour repeats what the signs say.

// From so many traces on, their names stand upright: lying, fifteen of them are wider than a desk's window.
const UPRIGHT_FROM = 9;

// How strong the colour: within a tenth, within a half, beyond.
function depthOf(ratio) {
  const distance = Math.abs(Math.log(ratio));
  return distance < Math.log(1.1) ? 1 : distance < Math.log(1.5) ? 2 : 3;
}

function leadCell(cell) {
  if (!cell) return element("td", { class: "quiet" }, MISSING);
  if (!isOk(cell)) {
    return element("td", { class: "failed-cell", title: reasonOf(cell) }, "\u2715",
      element("span", { class: "said" }, `failed: ${reasonOf(cell)}`));
  }
  const { ratio_to_system: ratio, ratio_to_system_interval: interval, standing } = cell;
  if (!isNumber(ratio)) return element("td", { class: "quiet" }, MISSING);
  const isBaseline = cell.allocator === BASELINE;
  const isTold = standing === "faster" || standing === "slower";
  const colour = isTold ? `${standing}-${depthOf(ratio)}` : isBaseline ? "" : standing ?? "";
  const hint = interval ? `${cell.allocator} on ${cell.trace}: ${formatRatio(ratio)} system, ` +
    `${intervalName(blocksOf(cell))} ${formatInterval(...interval)}` : null;
  return element("td", { class: `lead ${colour} ${cell.leads ? "leads" : ""}`.trim(), title: hint },
    cell.leads ? element("span", { class: "star" }, "\u2605", element("span", { class: "said" }, "leads ")) : null,
    formatNumber(ratio), isBaseline ? null : standingSign(standing));
}

function leadsLegend() {
  const item = (className, sign, words) =>
    element("li", {}, element("span", { class: `swatch ${className}`, "aria-hidden": "true" }, sign), words);
  return element("ul", { class: "legend" },
    item("", "\u2605", "leads"), item("faster-3", "\u25bc", "faster than system"), item("slower-3", "\u25b2", "slower"),
    item("same", "=", "the same within 3 %"), item("unresolved", "?", "not resolved"),
    item("failed-cell", "\u2715", "failed"));
}

function leadsTable(view, onTrace) {
  const head = element("thead");
  const body = element("tbody");
  const caption = "Time over system\u2019s, by allocator and trace";
  const table = element("table", { class: "leads-table" }, element("caption", { class: "said" }, caption), head, body);
  const node = element("div", {}, leadsLegend(), scrolling(caption, table));
  const update = () => {
    table.classList.toggle("many", view.traces().length >= UPRIGHT_FROM);
    head.replaceChildren(element("tr", {}, element("th", { scope: "col", class: "plain" }, "allocator"),
      view.traces().map((trace) => element("th", { scope: "col" },
        element("button", { type: "button", title: `Show ${trace} in detail`, click: () => onTrace(trace) }, trace)))));
    body.replaceChildren(...view.places().filter((one) => view.isShown(one.allocator)).map(({ allocator }) =>
      element("tr", {}, element("th", { scope: "row" }, named(view.table.looks, allocator)),
        view.traces().map((trace) => leadCell(view.table.cell(trace, allocator))))));
  };
  return { node, update };
}
