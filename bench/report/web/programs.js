// Whole programs under each allocator: processor time, elapsed time and resident memory over system's, with
// intervals. Below 1 is better.

const PROGRAM_MEASURES = [["cpu", "processor time"], ["resident", "peak resident memory"], ["wall", "elapsed time"]];
// What is said of who is below system, and above.
const PROGRAM_WORDS = {
  cpu: ["Processor time", "Faster than system", "Slower"],
  resident: ["Memory", "Less than system", "More"],
  wall: ["Elapsed time", "Faster than system", "Slower"],
};
const DOT_ROW_HEIGHT = 26;
const DOT_FRAME_HEIGHT = 62;
const DOT_LABEL_WIDTH = 150;
const DOT_LABEL_WIDTH_NARROW = 64;

function dotRows(table, program, hidden) {
  return table.allocators.filter((name) => !hidden.has(name))
    .map((name) => table.cells.find((cell) => cell.program === program && cell.allocator === name))
    .filter(Boolean);
}

function dotText(figures, allocator, isNarrow) {
  return isNarrow ? formatRatio(figures.ratio_to_system) : ratioText(figures, allocator);
}

function dotTooltip(cell, measure, title) {
  if (!isOk(cell)) return tooltip(`${cell.allocator}: failed`, [["why", reasonOf(cell)]]);
  const figures = cell[measure] ?? {};
  return tooltip(cell.allocator, [
    [`${title}, \u00d7 system`, formatRatio(figures.ratio_to_system)],
    [intervalName(blocksOf(cell)), formatInterval(...(figures.ratio_to_system_interval ?? []))],
    ["standing", figures.standing],
    ["processor time", isNumber(cell.cpu_s_median) ? `${formatNumber(cell.cpu_s_median)} s` : ""],
    ["elapsed", isNumber(cell.wall_s_median) ? `${formatNumber(cell.wall_s_median)} s` : ""],
    ["resident, peak", isNumber(cell.resident_bytes_peak_median) ? formatBytes(cell.resident_bytes_peak_median) : ""],
  ]);
}

function dotOption(table, program, [measure, title], hidden, colours, width) {
  const rows = dotRows(table, program, hidden);
  const names = nameWidth(rows.map((cell) => cell.allocator));
  const shown = rows.map((cell, index) => ({ cell, index, figures: isOk(cell) ? cell[measure] : null }))
    .filter(({ figures }) => isNumber(figures?.ratio_to_system) && figures.ratio_to_system > 0);
  const values = shown.flatMap(({ figures: { ratio_to_system: ratio, ratio_to_system_interval: interval } }) =>
    [ratio, ...(interval ?? [])]).filter((value) => value > 0);
  const grid = { left: names + 14, right: 12, top: 6, bottom: 46 };
  const xAxis = logAxis(colours, `${title}, \u00d7 system`, [1, ...values], { nameGap: 28 });
  const plot = width - grid.left - grid.right;
  // Room for the texts behind the marks.
  const isNarrow = width < BAR_NARROW;
  const text = isNarrow ? DOT_LABEL_WIDTH_NARROW : DOT_LABEL_WIDTH;
  xAxis.max = xAxis.min + (xAxis.max - xAxis.min) / Math.max(0.3, 1 - text / plot);
  const base = baseOption(colours);
  const texts = [
    ...shown.map(({ cell, index, figures }) =>
      textAt([Math.log10(figures.ratio_to_system_interval?.[1] ?? figures.ratio_to_system), index],
        dotText(figures, cell.allocator, isNarrow), colours, { distance: 12 })),
    ...rows.map((cell, index) => ({ cell, index })).filter(({ cell }) => !isOk(cell))
      .map(({ index }) => failedAt([xAxis.min, index], colours)),
  ];
  return {
    ...base,
    grid,
    xAxis,
    yAxis: nameAxis(colours, rows.map((cell) => cell.allocator), names),
    tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "shadow" },
      formatter: ([one]) => dotTooltip(rows.find((cell) => cell.allocator === one.axisValue), measure, title) },
    series: [
      baselineLines(colours, false),
      whiskers(shown.filter(({ figures }) => figures.ratio_to_system_interval?.length === 2)
        .map(({ figures, index }) => [index, ...figures.ratio_to_system_interval.map(Math.log10)]), colours.text, true),
      ...shown.map(({ cell, index, figures }) => ({
        type: "scatter", ...markOf(table.looks.get(cell.allocator), colours), symbolSize: 13, z: 3,
        data: [[Math.log10(figures.ratio_to_system), index]] })),
      { type: "scatter", symbolSize: 0.01, silent: true, data: texts },
    ],
  };
}

function describeDots(table, program, [measure, title], hidden) {
  const said = dotRows(table, program, hidden).map((cell) =>
    `${cell.allocator} ${isOk(cell) ? dotText(cell[measure] ?? {}, cell.allocator, false) : `failed: ${reasonOf(cell)}`}`);
  return `${title} of ${program} over that of system. ${said.join("; ")}.`;
}

function dotFigure(table, program, measure, hidden) {
  return figure({
    caption: `${program}: ${measure[1]}`,
    height: () => DOT_FRAME_HEIGHT + DOT_ROW_HEIGHT * Math.max(1, dotRows(table, program, hidden).length),
    option: (colours, width) => dotOption(table, program, measure, hidden, colours, width),
    describe: () => describeDots(table, program, measure, hidden),
  });
}

// Means over the programs, as over traces: only of those that ran all of them.
function programMeans(record, table) {
  return table.allocators.filter((name) => name !== BASELINE).map((allocator) => {
    const cells = record.programs.map((program) =>
      table.cells.find((cell) => cell.program === program.name && cell.allocator === allocator));
    const complete = cells.length > 0 && cells.every(isOk);
    const means = PROGRAM_MEASURES.map(([measure]) => (complete ? meanRatio(cells.map((cell) => cell[measure])) : null));
    return { allocator, means, failed: cells.filter((cell) => cell && !isOk(cell)).length,
      missing: cells.filter((cell) => !cell).length, count: cells.length };
  });
}

// Who has no means, and why.
function ranText({ failed, missing, count }) {
  const absent = missing ? `not run on ${missing} of ${count}: no mean` : "";
  if (!failed) return absent || `${count} of ${count} ran`;
  return element("span", { class: "bad" }, `\u2715 failed on ${failed} of ${count}${absent ? `, ${absent}` : ": no mean"}`);
}

function meanText(mean) {
  return mean ? `${formatRatio(mean.ratio)} (${formatInterval(mean.low, mean.high) || "no interval"})` : MISSING;
}

function programRows(record, table) {
  return programMeans(record, table).map((one) =>
    [named(table.looks, one.allocator), ...one.means.map(meanText), ranText(one)]);
}

const PROGRAM_COLUMNS = [{ title: "program" }, { title: "allocator" },
  ...PROGRAM_MEASURES.flatMap(([, title]) => [{ title, isNumber: true }, { title: "\u00d7 system", isNumber: true },
    { title: "standing" }]),
  { title: "leads" }, { title: "blocks", isNumber: true }];

// Every figure of every program, as in the pictures and beside them.
function programFigureRows(table) {
  const seconds = (value) => `${formatNumber(value)} s`;
  const own = { cpu: ["cpu_s_median", seconds], resident: ["resident_bytes_peak_median", formatBytes],
    wall: ["wall_s_median", seconds] };
  const figures = (cell, measure) => [figureText(cell[own[measure][0]], own[measure][1]),
    ratioText(cell[measure] ?? {}, cell.allocator), standingText(cell[measure] ?? {}, false)];
  return table.cells.filter(isOk).map((cell) => [cell.program, cell.allocator,
    ...PROGRAM_MEASURES.flatMap(([measure]) => figures(cell, measure)), cell.leads ? "leads" : "", String(blocksOf(cell))]);
}

// For each measure, whom system is resolved against.
function programAnswers(table) {
  const standings = (measure, standing) => table.allocators.filter((name) => name !== BASELINE).map((name) => {
    const count = table.cells.filter((cell) =>
      cell.allocator === name && isOk(cell) && cell[measure]?.standing === standing).length;
    return count ? `${name} on ${count}` : null;
  }).filter(Boolean);
  return element("ul", { class: "answers" }, Object.entries(PROGRAM_WORDS).map(([measure, [title, below, above]]) => {
    const [better, worse, open] = ["faster", "slower", "unresolved"].map((standing) => standings(measure, standing));
    return answerItem(title, `${below}: ${better.length ? better.join(", ") : "nobody"}. `,
      worse.length ? `${above}: ${worse.join(", ")}. ` : "", open.length ? `Not resolved: ${open.join(", ")}.` : "");
  }));
}

function programsTable(record, table) {
  const hidden = new Set();
  const figures = record.programs.flatMap((program) =>
    PROGRAM_MEASURES.slice(0, 2).map((measure) => dotFigure(table, program.name, measure, hidden)));
  const columns = [{ title: "allocator" },
    ...PROGRAM_MEASURES.map(([, title]) => ({ title: `${title}, \u00d7 system`, isNumber: true })), { title: "programs" }];
  return [
    table.title ? element("h3", {}, table.title) : null,
    programAnswers(table),
    plainTable(`Means over ${plural(record.programs.length, "program")}, with ` +
      `${intervalsName(table.cells.filter(isOk).map(blocksOf))}`, columns,
      programRows(record, table)),
    allocatorBoxes(table, hidden, () => figures.forEach(draw)),
    element("div", { class: "grid" }, figures.map((one) => one.node)),
    element("details", {}, element("summary", {}, "As a table"),
      plainTable("Programs, one by one", PROGRAM_COLUMNS, programFigureRows(table))),
  ];
}

function programsPart(record, prefix, looks) {
  if (!record.cells.length) return null;
  const node = part(`${prefix}programs`, "Whole programs",
    "Programs run under each allocator, against the same programs under system. Left is better.",
    namedTables(record, looks).flatMap((table) => programsTable(record, table)),
    element("h3", {}, "Failures"), failuresList(record.cells, (cell) => cell.program));
  return { node, start: () => {}, sections: () => [node] };
}
