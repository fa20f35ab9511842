// The page: reads the records, says what is doubtful about them, shows each kind in parts of its own, and
// where the numbers come from.

// What shows a kind of record. Several records of one kind follow each other behind a choice.
const KINDS = { traces: tracesPart, workloads: workloadsPart, programs: programsPart };

function runName(record, number) {
  const { time_utc: time, commit, mode } = record.provenance ?? {};
  return [`${number}`, mode, time, commit?.slice(0, 10)].filter(Boolean).join(" \u00b7 ");
}

// One kind's records: of those with results one is seen.
function kindPart(records, kind, looks, onSwitch) {
  const runs = records.filter((record) => kindOf(record) === kind)
    .map((record, index) => ({ name: runName(record, index + 1),
      part: KINDS[kind](record, index ? `run${index + 1}-` : "", looks, onSwitch) }))
    .filter((run) => run.part);
  const parts = runs.map((run) => run.part);
  if (parts.length < 2) return parts[0] ?? null;
  let chosen = 0;
  const show = (index) => {
    chosen = index;
    parts.forEach((one, at) => { one.node.hidden = at !== index; });
    parts[index].start();
    onSwitch();
  };
  const node = element("div", {}, element("div", { class: "controls run" },
    choice("Run", runs.map((run, index) => [String(index), run.name]), (value) => show(Number(value)))),
  parts.map((one) => one.node));
  return { node, start: () => show(chosen), sections: () => parts[chosen].sections() };
}

function contents(parts) {
  const links = parts.flatMap((one) => one.sections()).map((section) =>
    element("li", {}, element("a", { href: `#${section.id}` }, section.querySelector("h2").textContent)));
  document.getElementById("contents").replaceChildren(fadingEdge(element("ul", {}, links)));
}

// Doubts stand right under the first answers that are seen, for the answer comes first; without one, at the top.
function placeDoubts(notices) {
  [...document.querySelectorAll(".answers")].find((one) => one.checkVisibility())?.after(notices);
}

function buildPage() {
  const records = readRecords();
  const parts = [];
  let isStarted = false;
  const notices = document.getElementById("notices");
  notices.append(...[doubtsBox(records)].filter(Boolean));
  const onSwitch = () => {
    if (!isStarted) return;
    contents(parts);
    placeDoubts(notices);
  };
  const looks = looksOf(namesOf(records));
  const results = Object.keys(KINDS).map((kind) => kindPart(records, kind, looks, onSwitch)).filter(Boolean);
  parts.push(...results, heapsPart(records), provenancePart(records));
  document.getElementById("summary").textContent = summary(records);
  const main = document.getElementById("main");
  if (!results.length) main.append(element("p", { class: "notice" }, "The records hold no results."));
  main.append(...parts.map((one) => one.node));
  for (const one of parts) one.start();
  isStarted = true;
  onSwitch();
  watchCharts();
}

buildPage();
