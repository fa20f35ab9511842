// Where the numbers come from, what is doubtful about them, and how to read them.

function doubts(record) {
  const { blocks, dirty, interrupted, run_length: length, work_percent: work } = record.provenance ?? {};
  const list = [];
  if (isNumber(blocks) && blocks < BLOCKS_TO_PUBLISH) {
    list.push(`${plural(blocks, "block")} only: fewer than the ${BLOCKS_TO_PUBLISH} that a ` +
      "published figure needs. Close results are not resolved.");
  }
  if (dirty) list.push("Measured from a working tree with changes that no commit holds.");
  if (length === "short" || work < 100) list.push(`The ${kindOf(record)} did less than usual: a look, not a result.`);
  if (interrupted) list.push("The comparison was interrupted.");
  const shortened = (record.traces ?? []).filter((one) => one.shortened).length;
  if (shortened) list.push(`Only the first events of ${plural(shortened, "trace")} were replayed: a look, not a result.`);
  for (const trace of (record.traces ?? []).filter((one) => one.tainted)) {
    list.push(`The trace ${trace.name} is tainted: ${trace.tainted}`);
  }
  const marked = record.cells.filter(isMostlyFloor).length;
  if (marked) {
    list.push(`${plural(marked, "result")} of ${record.cells.length} ${marked === 1 ? "is" : "are"} more than ` +
      `${formatShare(FLOOR_SHARE_MARKED)} floor (the replay with an allocator that does nothing): they say little about the allocator.`);
  }
  return list.concat(fewBlocksDoubt(record.cells));
}

// Who was not measured as often as the rest; slow ones are not, when they are known to be.
function fewBlocksDoubt(cells) {
  const counts = cells.filter(isOk).map(blocksOf);
  const most = Math.max(0, ...counts);
  const fewer = counts.filter((count) => count < most);
  if (!fewer.length) return [];
  const least = Math.min(...fewer);
  return `${plural(fewer.length, "result")} of ${cells.length} ${fewer.length === 1 ? "has" : "have"} fewer blocks than the ` +
    `rest (${least}, not ${most})${least < LEAST_BLOCKS ? ": what stands for an interval is their range" : ""}.`;
}

// What a record is called where there are several: its kind, and which of its kind.
function recordName(records, record) {
  const own = records.filter((one) => kindOf(one) === kindOf(record));
  const kind = kindOf(record)[0].toUpperCase() + kindOf(record).slice(1);
  return own.length > 1 ? `${kind}, run ${own.indexOf(record) + 1}` : kind;
}

// One line that opens: doubts must be seen, and leave the first screen to the answer.
function doubtsBox(records) {
  const list = records.flatMap((record) => doubts(record).map((one) =>
    (records.length > 1 ? `${recordName(records, record)}: ${one}` : one)));
  if (!list.length) return null;
  return element("details", { class: "notice" },
    element("summary", {}, element("strong", {}, `\u26a0 ${plural(list.length, "doubt")}: `), list[0]),
    element("ul", {}, list.map((one) => element("li", {}, one))));
}

// How many different things there are in all records, and what is the same in all of them.
function summary(records) {
  const count = (list) => new Set(records.flatMap((record) => (record[list] ?? []).map((one) => one.name))).size;
  const agreed = (of) => {
    const [first, ...others] = records.map((record) => of(record.provenance ?? {}));
    return others.every((one) => one === first) ? first : null;
  };
  const machine = ({ cpu, cores }) => (cpu ? `${cpu}${isNumber(cores) ? `, ${plural(cores, "core")}` : ""}` : null);
  return [
    ...["trace", "workload", "program"].map((noun) => (count(`${noun}s`) ? plural(count(`${noun}s`), noun) : null)),
    plural(count("allocators"), "allocator"),
    agreed(machine),
    agreed((one) => one.time_utc ?? null),
  ].filter(Boolean).join(" \u00b7 ");
}

// As on the command line.
function generatorText(generator) {
  if (!generator) return "";
  const parameters = Object.entries(generator.parameters ?? {}).map(([name, value]) => `${name} ${value}`);
  return [generator.name, ...parameters].join(", ");
}

function traceRow(trace) {
  return element("details", {}, element("summary", {}, trace.name), definitions([
    ["program", trace.program],
    ["file", trace.path],
    ["XXH3", trace.xxh3],
    ["events", formatCount(trace.events)],
    ["operations", formatCount(trace.operations)],
    ["live bytes, peak", formatBytes(trace.live_bytes_peak)],
    ["live blocks, peak", formatCount(trace.live_blocks_peak)],
    ["bytes requested", formatBytes(trace.bytes_requested)],
    ["tainted", trace.tainted],
    ["generator", generatorText(trace.generator)],
  ]));
}

function allocatorRow(allocator) {
  const table = titleOf(allocator.table);
  const name = `${allocator.name}${table ? ` (${table.toLowerCase()})` : ""}`;
  return element("details", {}, element("summary", {}, name), definitions([
    ["file", allocator.path],
    ["version", allocator.version],
    ["XXH3", allocator.xxh3],
  ]));
}

function subjects(record) {
  return [
    ...(record.traces ?? []).map(traceRow),
    ...(record.workloads ?? []).map((one) => element("details", {}, element("summary", {}, one.name),
      definitions([["stresses", one.stresses], ["source", one.source]]))),
    ...(record.programs ?? []).map((one) => element("details", {}, element("summary", {}, one.name),
      definitions([["command", [one.command ?? []].flat().join(" ")], ["version", one.version]]))),
  ];
}

// Every fact of the provenance, also those that this page has not heard of.
function provenanceRows(provenance) {
  return Object.entries(provenance ?? {}).map(([key, value]) =>
    [key.replaceAll("_", " "), typeof value === "string" ? value : JSON.stringify(value)]);
}

const TERMS = [
  ["floor", "the same replay with an allocator that does nothing: the loop and the touching of blocks"],
  ["leads", "not known to be slower than the fastest that it was measured with"],
  ["not resolved", "the interval neither lies beyond the noise of two runs of system nor within 3 % of it"],
  ["mean", "geometric, with the standard errors of what is averaged added as those of independent figures; " +
    "only for allocators that finished all of it"],
];

const RECORD_FILES = { traces: "alloclab-compare", workloads: "alloclab-workloads", programs: "alloclab-programs" };

// The record as it lies in the page, byte for byte: what JavaScript reads of it has lost digits. The file is made
// when somebody wants it: a record may be megabytes.
function downloadLink(record, script, number) {
  const toFile = (event) => {
    event.currentTarget.href = URL.createObjectURL(new Blob([script.textContent], { type: "application/json" }));
  };
  const name = `${RECORD_FILES[kindOf(record)] ?? "alloclab-record"}${number > 1 ? `-${number}` : ""}.json`;
  return element("a", { href: "#provenance", download: name, class: "download", click: toFile }, `Download ${name}`);
}

const TERMS_OF_TRACES = [
  ["ns/op", "nanoseconds of processor time per allocation, resize or free, replayed in the recorded order"],
  ["\u00d7 system", "median over the blocks of the time divided by system\u2019s time in the same block; below 1 is faster"],
  ["#1", "bytes held divided by bytes live, mean over all events (Johnstone and Wilson)"],
  ["#2, #3", "bytes held divided by bytes live when most is live, and when most is held"],
  ["#4", "the most bytes held from the system, divided by the most bytes live; 1 is ideal"],
  ["returned", "share of the peak held that was given back after everything had been freed"],
];

function provenanceOf(record, script, number) {
  return [element("p", {}, downloadLink(record, script, number)), definitions(provenanceRows(record.provenance)),
    element("div", { class: "columns" },
      element("div", {}, element("h3", {}, "What was run"), subjects(record)),
      element("div", {}, element("h3", {}, "Allocators"), record.allocators.map(allocatorRow)))];
}

function provenancePart(records) {
  const seen = new Map();
  const scripts = recordScripts();
  const blocks = records.flatMap((record, index) => {
    const number = (seen.get(kindOf(record)) ?? 0) + 1;
    seen.set(kindOf(record), number);
    return [records.length > 1 ? element("h3", {}, recordName(records, record)) : null,
      ...provenanceOf(record, scripts[index], number)];
  });
  const terms = records.some((one) => kindOf(one) === "traces") ? [...TERMS_OF_TRACES, ...TERMS] : TERMS;
  const node = part("provenance", "Where the numbers come from", null, blocks,
    element("h3", {}, "How to read this"), definitions(terms));
  return { node, start: () => {}, sections: () => [node] };
}
