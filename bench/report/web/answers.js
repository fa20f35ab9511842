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

// Who may be as fast as the first, and why that is not known: against system by the rule of standings, against
// the others by intervals.
function openSentence(first, open) {
  const isOfSystem = (one) => [first.allocator, one.allocator].includes(BASELINE);
  const said = (names, why) => (names.length ? ` Not resolved against ${join(names.map((one) => one.allocator))}${why}.` : "");
  const hasIntervals = (one) => isNumber(first.time.high) && isNumber(one.time.low);
  const others = open.filter((one) => !isOfSystem(one));
  const withSystem = open.filter(isOfSystem);
  const isSame = (one) => (one.allocator === BASELINE ? first : one).standing === "same";
  const same = withSystem.filter(isSame).map((one) => one.allocator);
  return (same.length ? ` The same within 3 %: ${join(same)}.` : "") +
    said(withSystem.filter((one) => !isSame(one)), "") +
    said(others.filter(hasIntervals), ": their intervals meet") +
    said(others.filter((one) => !hasIntervals(one)), ": an interval is missing");
}

// The second, that is known to be slower.
function nextSentence(first, next) {
  const isOfSystem = [first.allocator, next.allocator].includes(BASELINE);
  return ` Next is ${next.allocator} with ${formatRatio(next.time.ratio)}` +
    `${isOfSystem ? ", which is known to be slower" : "; their intervals do not meet"}.`;
}

// The fastest, and who may be as fast.
function fastestItem(view, ranked) {
  const [first, ...others] = ranked;
  const { time } = first;
  const interval = isNumber(time.low) ? `, ${meanIntervalName(first)} ${formatInterval(time.low, time.high)}` : "";
  const open = others.filter((one) => !isKnownSlower(one, first));
  const floored = view.traces().filter((trace) => isMostlyFloor(view.table.cell(trace, first.allocator)));
  return answerItem("Fastest", ...strong([first.allocator]),
    first.allocator === BASELINE ? `: the mean of nobody shown is lower (${overTraces(view)}).`
      : ` takes ${formatRatio(time.ratio)} the time of system (${overTraces(view)}${interval}).`,
    others.length === 0 ? "" : open.length ? openSentence(first, open) : nextSentence(first, others[0]),
    floored.length ? ` \u26a0 On ${join(floored)} the time of ${first.allocator} is mostly ` +
      "floor: what the replay takes with an allocator that does nothing." : "");
}

const WITHIN_MEMORY = `${formatTick(100 * (SAME_MEMORY_WITHIN - 1))} %`;

function leanestItem(view, ranked) {
  const least = leanest(ranked);
  if (!least.length) return null;
  const [{ allocator, memory }] = least;
  const measure = MEMORY_MEASURES[view.state.memory].title;
  const names = strong(least.map((one) => one.allocator));
  if (least.length > 1) {
    return answerItem("Leanest", ...names, `: ${join(least.map((one) => formatRatio(one.memory)))} (${measure}). `,
      element("span", { class: "quiet" }, `Memory within ${WITHIN_MEMORY} is told as the same: it varies from run to run.`));
  }
  if (allocator === BASELINE) return answerItem("Leanest", ...names, `: nobody shown needs less (${measure}).`);
  const ofWhat = view.state.memory === "overLive" ? "what is live" : "system";
  return answerItem("Leanest", ...names, ` needs ${formatRatio(memory)} the memory of ${ofWhat} (${measure}).`);
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

function unresolvedItem(places, isOpen) {
  const judged = places.flatMap((one) => one.judged);
  const open = judged.filter((cell) => cell.standing === "unresolved");
  if (!judged.length) {
    return answerItem("Not resolved", "everything: no result shown could be held against a time of system.");
  }
  if (!open.length) {
    return answerItem("Not resolved", "nothing: every result is told from system\u2019s, or is the same within 3 %.");
  }
  return answerItem("Not resolved", `${open.length} of ${plural(judged.length, "result")} against system. `,
    element("span", { class: "quiet" }, "Not resolved: what was measured may be noise. "),
    element("details", { class: "inline", open: isOpen }, element("summary", {}, "Which, and what would tell"),
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

// Rebuilt whenever something changes; a list that was open stays open.
function answers(view) {
  const node = element("ul", { class: "answers" });
  const update = () => {
    const isOpen = node.querySelector("details")?.open ?? false;
    const places = view.places().filter((one) => view.isShown(one.allocator));
    const ranked = places.filter((one) => one.time);
    const best = unbeaten(ranked).map((one) => one.allocator);
    const none = view.traces().length === 0 ? "no trace is chosen."
      : "none to name: no allocator shown finished every chosen trace with a time.";
    node.replaceChildren(...[
      ranked.length ? fastestItem(view, ranked) : answerItem("Fastest", none),
      leanestItem(view, ranked),
      best.length ? answerItem("Unbeaten", ...strong(best),
        `: nobody is better in both time and memory${best.length === 1 ? "" : " than one of these"}` +
          ` (memory within ${WITHIN_MEMORY} counts as equal).`) : null,
      view.traces().length ? leadsItem(view, places) : null,
      view.traces().length ? unresolvedItem(places, isOpen) : null,
      failedItem(view, places),
    ].filter(Boolean));
  };
  return { node, update };
}
