// Threaded workloads: operations per second of the time that went by, by the number of threads, with a line
// for each allocator. A line that rises with the threads scales.

const SCALING_HEIGHT = 280;
const SCALING_GRID = { left: 66, right: 20, top: 12, bottom: 50 };
// From this width on, lines have their names at their ends.
const SCALING_NAMES_FROM = 480;
const SCALING_NAME_HEIGHT = 13;

// The tables of a record whose cells may or may not say theirs: [{title, cells, looks, allocators}].
function namedTables(record, looks) {
  const tableOfName = new Map(record.allocators.map((one) => [one.name, one.table]));
  const keyOf = (cell) => cell.table ?? tableOfName.get(cell.allocator) ?? "";
  const keys = new Set(record.cells.map(keyOf));
  // `system` is in every table; where cells do not say theirs, the names cannot be told apart.
  const isSplit = keys.size > 1 && record.cells.every((cell) => cell.table);
  return (isSplit ? [...keys] : [""]).map((key) => {
    const cells = isSplit ? record.cells.filter((cell) => keyOf(cell) === key) : record.cells;
    const named = record.allocators.filter((one) => !isSplit || one.table === key).map((one) => one.name);
    const allocators = [...new Set([...named, ...cells.map((cell) => cell.allocator)])];
    return { key, title: key ? titleOf(key) : "", cells, allocators, looks, variants: variantsAmong(record, allocators) };
  });
}

// Those of `names` that are this project's own, by the name of their library: they teach, where the others serve.
// Empty where there are no others to show.
function variantsAmong(record, names) {
  const own = new Set(record.allocators.filter(({ name, path }) => path?.endsWith(`/libmalloc_${name}.so`))
    .map((one) => one.name));
  const others = names.filter((name) => !own.has(name) && name !== BASELINE);
  return others.length ? names.filter((name) => own.has(name)) : [];
}

function operationsPerSecond(cell) {
  return cell.elapsed_ns_per_op_median > 0 ? 1e9 / cell.elapsed_ns_per_op_median : null;
}

// Interval of the rate; fast is at the other end than for times.
function rateInterval(cell) {
  const interval = medianInterval(cell.elapsed_ns_per_op_blocks);
  return interval && interval[0] > 0 ? [1e9 / interval[1], 1e9 / interval[0]] : null;
}

function scalingCells(table, workload, hidden) {
  return table.cells.filter((cell) => cell.workload === workload && isOk(cell) && !hidden.has(cell.allocator) &&
    operationsPerSecond(cell) !== null);
}

function scalingTooltip(table, cells, threads) {
  const here = cells.filter((cell) => cell.threads === threads)
    .sort((a, b) => operationsPerSecond(b) - operationsPerSecond(a));
  return tooltip(plural(threads, "thread"), here.map((cell) => {
    const interval = rateInterval(cell);
    const reach = interval ? ` (${interval.map(formatRate).join("\u2013")})` : "";
    return [named(table.looks, cell.allocator), `${formatRate(operationsPerSecond(cell))} ops/s${reach}, ` +
      `${formatRatio(cell.ratio_to_system)} the time of system`];
  }));
}

// A round end for the axis of rates, over the lines and their intervals.
function rateScale(cells) {
  const high = Math.max(1, ...cells.flatMap((cell) => [operationsPerSecond(cell), ...(rateInterval(cell) ?? [])]));
  const interval = niceStep(high / 6);
  return { min: 0, interval, max: interval * Math.ceil(high / interval) };
}

// Where the plot ends for names of these lines: half of a thread's place is free after the last mark anyway.
function scalingGrid(cells, threads, width) {
  if (width < SCALING_NAMES_FROM) return SCALING_GRID;
  const name = 20 + LABEL_CHARACTER_WIDTH * Math.max(0, ...cells.map((cell) => cell.allocator.length));
  const free = (width - SCALING_GRID.left - name) / Math.max(1, threads.length) / 2;
  return { ...SCALING_GRID, right: Math.max(SCALING_GRID.right, name - free) };
}

// Rows at `wanted` heights, in their order from above, moved so that none is nearer to the next than a name is high;
// the last is not below `bottom`.
function apart(wanted, bottom) {
  const placed = [];
  for (const y of wanted) placed.push(Math.max(y, (placed.at(-1) ?? -Infinity) + SCALING_NAME_HEIGHT));
  for (let i = placed.length - 1, limit = bottom; i >= 0; i -= 1, limit -= SCALING_NAME_HEIGHT) {
    placed[i] = Math.min(placed[i], limit);
  }
  return placed;
}

// The name of each line beside its last mark, with a stroke to it where it was moved.
function lineNames(cells, threads, grid, max, width, colours) {
  const bottom = SCALING_HEIGHT - grid.bottom;
  const x = (cell) => grid.left + (width - grid.left - grid.right) * (threads.indexOf(cell.threads) + 0.5) / threads.length;
  const y = (cell) => grid.top + (bottom - grid.top) * (1 - operationsPerSecond(cell) / max);
  const last = new Map();
  for (const cell of cells) {
    if (!(last.get(cell.allocator)?.threads > cell.threads)) last.set(cell.allocator, cell);
  }
  const ends = [...last.values()].sort((a, b) => y(a) - y(b));
  const left = 24 + Math.max(...ends.map(x));
  const heights = apart(ends.map(y), bottom);
  return ends.flatMap((cell, index) => [
    { type: "line", silent: true, z: 1, shape: { x1: x(cell) + 7, y1: y(cell), x2: left - 2, y2: heights[index] },
      style: { stroke: colours.quiet, lineWidth: 1 } },
    { type: "text", silent: true, z: 10, style: { text: cell.allocator, x: left, y: heights[index], verticalAlign: "middle",
      fill: colours.text, font: `12px ${CHART_FONT}` } },
  ]);
}

function scalingSeries(table, cells, threads, colours) {
  const names = table.allocators.filter((name) => cells.some((cell) => cell.allocator === name));
  return names.flatMap((name) => {
    const look = table.looks.get(name);
    const own = cells.filter((cell) => cell.allocator === name).sort((a, b) => a.threads - b.threads);
    const place = (cell) => threads.indexOf(cell.threads);
    const reach = own.map((cell) => [place(cell), ...(rateInterval(cell) ?? [])]).filter((one) => one.length === 3);
    return [
      whiskers(reach, lineColourOf(look, colours), false),
      { type: "line", name, ...markOf(look, colours), symbolSize: 11, showAllSymbol: true,
        data: own.map((cell) => [place(cell), operationsPerSecond(cell)]),
        lineStyle: { color: lineColourOf(look, colours), width: 2 } },
    ];
  });
}

function scalingOption(table, workload, hidden, colours, width) {
  const cells = scalingCells(table, workload, hidden);
  const threads = [...new Set(cells.map((cell) => cell.threads))].sort((a, b) => a - b);
  const base = baseOption(colours);
  const scale = rateScale(cells);
  const grid = scalingGrid(cells, threads, width);
  const yAxis = axis(colours, "operations per second", { nameGap: 48, ...scale });
  return {
    ...base,
    grid,
    xAxis: { ...axis(colours, "threads", { type: "category", nameGap: 30 }), data: threads.map(String),
      splitLine: { show: false } },
    yAxis: { ...yAxis, axisLabel: { ...yAxis.axisLabel, formatter: (value) => formatRateTick(value) } },
    graphic: cells.length && width >= SCALING_NAMES_FROM
      ? lineNames(cells, threads, grid, scale.max, width, colours) : [],
    tooltip: { ...base.tooltip, trigger: "axis",
      formatter: ([one]) => scalingTooltip(table, cells, Number(one.axisValue)) },
    series: scalingSeries(table, cells, threads, colours),
  };
}

function describeScaling(table, workload, hidden) {
  const said = scalingCells(table, workload, hidden).map((cell) =>
    `${cell.allocator} with ${plural(cell.threads, "thread")} ${formatRate(operationsPerSecond(cell))}`);
  return `Operations per second of ${workload} by threads. ${said.join("; ")}.`;
}

function scalingFigure(table, workload, hidden) {
  return figure({
    caption: workload.name,
    height: () => SCALING_HEIGHT,
    option: (colours, width) => scalingOption(table, workload.name, hidden, colours, width),
    describe: () => describeScaling(table, workload.name, hidden),
    note: () => workload.stresses ?? "",
    names: () => [...new Set(scalingCells(table, workload.name, hidden).map((cell) => cell.allocator))]
      .map((name) => named(table.looks, name)),
  });
}

// Who is shown, as boxes with marks; `hidden` is their set.
function allocatorBoxes(table, hidden, onChange) {
  return element("fieldset", { class: "boxes" }, element("legend", {}, "Allocators shown"), table.allocators.map((name) =>
    element("label", {}, shownBox(name, hidden, onChange), mark(table.looks.get(name)), element("span", {}, name))));
}

// All our variants at once, and how many of them there are.
function variantsSwitch(variants, hidden, onChange) {
  const box = element("input", { type: "checkbox", class: "variants", change: () => {
    for (const name of variants) {
      if (box.checked) hidden.delete(name); else hidden.add(name);
    }
    onChange();
  } });
  const node = element("label", { class: "choice" }, box, `Also this project\u2019s ${plural(variants.length, "variant")}`);
  return { node, update: () => {
    const shown = variants.filter((name) => !hidden.has(name)).length;
    box.checked = shown === variants.length;
    box.indeterminate = shown > 0 && shown < variants.length;
  } };
}

function scalingRows(table) {
  return table.cells.filter(isOk).map((cell) => [cell.workload, String(cell.threads), cell.allocator,
    formatRate(operationsPerSecond(cell)), formatNumber(cell.elapsed_ns_per_op_median), formatNumber(cell.ns_per_op_median),
    ratioText(cell, cell.allocator), standingText(cell, cell.leads), formatBytes(cell.resident_bytes_peak_median),
    figureText(cell.faults_per_op_median, (value) => formatNumber(1000 * value)), figureText(cell.context_switches_median, formatNumber),
    String(blocksOf(cell))]);
}

const SCALING_COLUMNS = [{ title: "workload" }, { title: "threads", isNumber: true }, { title: "allocator" },
  { title: "operations/s", isNumber: true }, { title: "elapsed ns/op", isNumber: true },
  { title: "processor ns/op", isNumber: true }, { title: "elapsed \u00d7 system", isNumber: true }, { title: "standing" },
  { title: "resident, peak", isNumber: true }, { title: "page faults per 1000 ops", isNumber: true },
  { title: "context switches", isNumber: true }, { title: "blocks", isNumber: true }];

function scalingTable(record, table) {
  const hidden = new Set(table.variants);
  const workloads = record.workloads.filter((one) => table.cells.some((cell) => cell.workload === one.name));
  const figures = workloads.map((workload) => scalingFigure(table, workload, hidden));
  const variants = variantsSwitch(table.variants, hidden, () => update());
  const update = () => {
    variants.update();
    for (const box of boxes.querySelectorAll("input")) box.checked = !hidden.has(box.value);
    figures.forEach(draw);
  };
  const boxes = allocatorBoxes(table, hidden, update);
  return [
    table.title ? element("h3", {}, table.title) : null,
    table.variants.length ? element("div", { class: "controls" }, variants.node) : null,
    boxes,
    element("div", { class: "grid" }, figures.map((one) => one.node)),
    element("details", {}, element("summary", {}, "As a table"),
      plainTable("Workloads by threads", SCALING_COLUMNS, scalingRows(table))),
  ];
}

// Who leads with the most threads, in a line for each workload.
function scalingAnswers(table) {
  const items = [];
  for (const workload of [...new Set(table.cells.map((cell) => cell.workload))]) {
    const most = Math.max(...table.cells.filter((cell) => cell.workload === workload).map((cell) => cell.threads));
    const last = table.cells.filter((cell) => cell.workload === workload && cell.threads === most && isOk(cell));
    const leading = last.filter((cell) => cell.leads).map((cell) => cell.allocator);
    const open = last.filter((cell) => cell.standing === "unresolved" && cell.allocator !== BASELINE)
      .map((cell) => cell.allocator);
    items.push(answerItem(workload, ...(leading.length ? strong(leading) : ["nobody"]),
      ` ${leading.length > 1 ? "lead" : "leads"} with ${plural(most, "thread")}, in elapsed time.`,
      open.length ? ` Not resolved against system: ${join(open)}.` : ""));
  }
  return element("ul", { class: "answers wide-labels" }, items);
}

function workloadsPart(record, prefix, looks) {
  if (!record.cells.length) return null;
  const tables = namedTables(record, looks);
  const node = part(`${prefix}scaling`, "Scaling",
    "Threaded workloads: operations per second of elapsed time, by threads. Lines at the marks: " +
      `${intervalsName(record.cells.filter(isOk).map(blocksOf))}.`,
    tables.map((table) => [scalingAnswers(table), ...scalingTable(record, table)]).flat(),
    element("h3", {}, "Failures"),
    failuresList(record.cells, (cell) => `${cell.workload}, ${plural(cell.threads, "thread")}`));
  return { node, start: () => {}, sections: () => [node] };
}
