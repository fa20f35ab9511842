// The cost of the search on one trace: how many blocks an allocation looks at, for allocators that count it.

function searchRows(view) {
  return view.places().filter((one) => view.isShown(one.allocator))
    .map(({ allocator }) => ({ allocator, cell: view.table.cell(view.state.trace, allocator) }))
    .filter(({ cell }) => isOk(cell) && isNumber(cell.blocks_visited_per_allocation));
}

function searchOption(view, colours, width) {
  const rows = searchRows(view);
  const names = nameWidth(rows.map((row) => row.allocator));
  const grid = { ...BAR_MARGIN, left: names + 14 };
  const value = ({ cell }) => cell.blocks_visited_per_allocation;
  const high = rows.reduce((most, row) => Math.max(most, value(row)), 1);
  const least = rows.map(value).filter((one) => one > 0).reduce((a, b) => Math.min(a, b), high);
  const isLog = high / least > LINEAR_SPREAD_MAX;
  const min = isLog ? 10 ** Math.floor(Math.log10(least)) : 0;
  const room = Math.max(0.3, 1 - BAR_LABEL_WIDTH_NARROW / (width - grid.left - grid.right));
  const max = isLog ? min * (high / min) ** (1 / room) : high / room;
  const base = baseOption(colours);
  const xAxis = axis(colours, `blocks visited per allocation${isLog ? " (log)" : ""}`,
    { type: isLog ? "log" : "value", min, startValue: min, max, nameGap: 28 });
  return {
    ...base,
    grid,
    xAxis: { ...xAxis, axisLabel: { ...xAxis.axisLabel, showMaxLabel: false, formatter: formatTick } },
    yAxis: nameAxis(colours, rows.map((row) => row.allocator), names),
    tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "shadow" },
      formatter: ([{ axisValue, value: [visited] }]) =>
        tooltip(axisValue, [["visited", `${formatNumber(visited)} blocks per allocation`]]) },
    series: [{ ...valueSeries(rows.map((row, index) => ({ allocator: row.allocator, value: value(row), index })),
      view.table.looks, isLog, colours),
    label: { show: true, position: "right", color: colours.text, fontSize: 12,
      formatter: ({ value: [visited] }) => formatNumber(visited) } }],
  };
}

function searchFigure(view) {
  return figure({
    caption: "Cost of the search",
    height: () => BAR_FRAME_HEIGHT + BAR_ROW_HEIGHT * Math.max(1, searchRows(view).length),
    option: (colours, width) => searchOption(view, colours, width),
    describe: () => `Blocks visited per allocation on ${view.state.trace}. ${searchRows(view).map(({ allocator, cell }) =>
      `${allocator} ${formatNumber(cell.blocks_visited_per_allocation)}`).join("; ")}.`,
    note: () => "How many blocks an allocation looked at before it took one. Others do not count it.",
  });
}
