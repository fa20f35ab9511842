// The allocators with their means, best first: the legend of every picture, and the filter of all of them.

const STANDING_SIGNS = {
  faster: ["\u25bc", "faster than system"],
  slower: ["\u25b2", "slower than system"],
  same: ["=", "the same as system, within 3 %"],
  unresolved: ["?", "not resolved against system"],
};

function standingSign(standing) {
  const [sign, words] = STANDING_SIGNS[standing] ?? ["", ""];
  return sign ? element("span", { class: `sign ${standing}`, title: words },
    element("span", { "aria-hidden": "true" }, sign), element("span", { class: "said" }, words)) : null;
}

function nameCell(view, allocator) {
  return element("th", { scope: "row" }, element("label", {},
    shownBox(allocator, view.state.hidden, view.changed, { "data-board": true }),
    named(view.table.looks, allocator)));
}

// Why an allocator has no means, in place of them.
function unrankedText(place, count) {
  if (place.failed.length) return `\u2715 failed on ${place.failed.length} of ${count}: not ranked`;
  if (place.missing) return `not run on ${place.missing} of ${count}: not ranked`;
  return "no time over system\u2019s: not ranked";
}

function boardRow(view, place, isUnbeaten) {
  const count = view.traces().length;
  const classes = [view.isShown(place.allocator) ? "" : "off", isUnbeaten ? "best" : ""].join(" ").trim();
  const row = element("tr", { class: classes || null }, nameCell(view, place.allocator));
  if (!place.time) {
    row.append(element("td", { colspan: 2, class: place.failed.length ? "bad" : "quiet" }, unrankedText(place, count)));
  } else {
    row.append(
      element("td", { class: "number" }, element("strong", {}, formatRatio(place.time.ratio)),
        standingSign(place.standing),
        place.allocator === BASELINE ? null : element("small", { title: isNumber(place.time.low) ? meanIntervalName(place) : null },
          formatInterval(place.time.low, place.time.high))),
      element("td", { class: "number" }, formatRatio(place.memory)));
  }
  row.append(element("td", { class: "number" }, `${place.leads} `, element("small", {}, `of ${count}`)));
  return row;
}

function boardHead(view) {
  const column = (title, unit, more = "number plain") =>
    element("th", { scope: "col", class: more }, title, element("small", {}, unit));
  return element("tr", {}, element("th", { scope: "col", class: "plain" }, "Shown"),
    column("Time", "\u00d7 system"),
    column("Memory", view.state.memory === "overLive" ? "\u00d7 live" : "\u00d7 system"), column("Leads", "on traces"));
}

// Rebuilt whenever something changes; the box that had the focus keeps it.
function board(view) {
  const head = element("thead");
  const body = element("tbody");
  const node = element("table", { class: "board" },
    element("caption", { class: "said" }, "Means over the chosen traces, fastest first"), head, body);
  const update = () => {
    const focused = document.activeElement?.matches("[data-board]") ? document.activeElement.value : null;
    const places = view.places();
    const best = unbeaten(places.filter((one) => view.isShown(one.allocator))).map((one) => one.allocator);
    head.replaceChildren(boardHead(view));
    body.replaceChildren(...places.map((one) => boardRow(view, one, best.includes(one.allocator))));
    if (focused !== null && node.checkVisibility()) {
      [...body.querySelectorAll("[data-board]")].find((box) => box.value === focused)?.focus();
    }
  };
  return { node, update };
}
