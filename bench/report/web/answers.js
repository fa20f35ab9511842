// What a person choosing wants to know, in words. Only allocators that finished every chosen trace are
// ranked, and only those shown are spoken of.

function answerItem(label, ...rest) {
  return element("li", {}, element("span", { class: "label" }, label), element("span", {}, rest));
}

function strong(names) {
  return names.flatMap((name, index) => {
    const between = index === 0 ? [] : [index === names.length - 1 ? " and " : ", "];
    return [...between, element("strong", {}, name)];
  });
}

function overTraces(view) {
  const count = view.traces().length;
  return count === 1 ? `on ${view.traces()[0]}` : `mean of ${count} traces`;
}

// The fastest, and who may be as fast.
function fastestItem(view, ranked) {
  const [first, ...others] = ranked;
  const { time } = first;
  const interval = isNumber(time.low) ? `, 95 % interval ${formatInterval(time.low, time.high)}` : "";
  const open = others.filter((one) => !isKnownSlower(one, first)).map((one) => one.allocator);
  const floored = view.traces().filter((trace) => isMostlyFloor(view.table.cell(trace, first.allocator)));
  return answerItem("Fastest", ...strong([first.allocator]),
    ` takes ${formatRatio(time.ratio)} the time of system (${overTraces(view)}${interval}).`,
    others.length === 0 ? "" : open.length
      ? ` Not resolved against ${join(open)}: their intervals meet.`
      : ` Next is ${others[0].allocator} with ${formatRatio(others[0].time.ratio)}; their intervals do not meet.`,
    floored.length ? ` \u26a0 Its time is mostly the replay loop on ${join(floored)}.` : "");
}

function leanestItem(view, ranked) {
  const withMemory = ranked.filter((one) => isNumber(one.memory));
  if (!withMemory.length) return null;
  const leanest = withMemory.reduce((a, b) => (b.memory < a.memory ? b : a));
  const measure = MEMORY_MEASURES[view.state.memory].title;
  if (leanest.allocator === BASELINE) {
    return answerItem("Leanest", ...strong([BASELINE]), `: nobody shown needs less (${measure}).`);
  }
  const ofWhat = view.state.memory === "overLive" ? "what is live" : "system";
  return answerItem("Leanest", ...strong([leanest.allocator]),
    ` needs ${formatRatio(leanest.memory)} the memory of ${ofWhat} (${measure}).`);
}

function leadsItem(view, places) {
  const count = view.traces().length;
  const leading = places.filter((one) => one.leads).sort((a, b) => b.leads - a.leads);
  if (!leading.length) return null;
  const said = leading.slice(0, 4).map((one) => `${one.allocator} on ${one.leads}`);
  const rest = leading.length > 4 ? ` and ${plural(leading.length - 4, "other")} on fewer` : "";
  return answerItem("Leads", `${said.join(", ")}${rest}, of ${plural(count, "trace")}. `,
    element("span", { class: "quiet" }, "To lead: not known to be slower than the fastest there. Several may."));
}

// How many blocks would tell, for one result.
function unresolvedText(cell) {
  const more = isNumber(cell.blocks_needed) ? `about ${plural(cell.blocks_needed, "block")} would tell`
    : "no number of blocks would tell: the noise hides it";
  return `${cell.allocator} on ${cell.trace}: ${formatRatio(cell.ratio_to_system)}, ${more}`;
}

function unresolvedItem(view, places) {
  const open = places.flatMap((one) => one.unresolved);
  const all = places.filter((one) => one.allocator !== BASELINE)
    .reduce((sum, one) => sum + view.traces().filter((trace) => isOk(view.table.cell(trace, one.allocator))).length, 0);
  if (!open.length) {
    return answerItem("Not resolved", "nothing: every result is told from system\u2019s, or is the same within 3 %.");
  }
  return answerItem("Not resolved", `${open.length} of ${plural(all, "result")} against system. `,
    element("details", { class: "inline" }, element("summary", {}, "Which, and what would tell"),
      element("ul", {}, open.map((cell) => element("li", {}, unresolvedText(cell))))));
}

function failedItem(view, places) {
  const failed = places.filter((one) => one.failed.length);
  if (!failed.length) return null;
  const count = view.traces().length;
  const bad = new Set(failed.flatMap((one) => one.failed.map((cell) => cell.trace)));
  const left = count - bad.size;
  const said = failed.map((one) =>
    `${one.allocator} failed on ${one.failed.length} of ${count} (${join(one.failed.map((cell) => cell.trace))})`);
  return answerItem("Failed", element("span", { class: "bad" }, `\u2715 ${said.join("; ")}. `),
    "Who failed is not ranked. ",
    left > 0 ? button(`Compare over the ${plural(left, "trace")} that all finished`, () => view.leave(bad)) : null);
}

function answers(view) {
  const node = element("ul", { class: "answers" });
  const update = () => {
    const places = view.places().filter((one) => view.isShown(one.allocator));
    const ranked = places.filter((one) => one.time);
    const best = unbeaten(ranked).map((one) => one.allocator);
    const none = view.traces().length === 0 ? "no trace is chosen."
      : "none to name: no allocator shown finished every chosen trace with a time.";
    node.replaceChildren(...[
      ranked.length ? fastestItem(view, ranked) : answerItem("Fastest", none),
      leanestItem(view, ranked),
      best.length ? answerItem("Unbeaten", ...strong(best),
        `: nobody is better in both time and memory${best.length === 1 ? "" : " than one of these"}.`) : null,
      view.traces().length ? leadsItem(view, places) : null,
      view.traces().length ? unresolvedItem(view, places) : null,
      failedItem(view, places),
    ].filter(Boolean));
  };
  return { node, update };
}
