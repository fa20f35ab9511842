// Travelling through the heap of an allocator over a trace. A history may be megabytes: it lies in a script of
// its own, and is read when somebody looks at it.

function heapCommand(records) {
  const record = records.find((one) => kindOf(one) === "traces");
  const trace = record?.traces.find((one) => one.path) ?? { name: "jq", path: "traces/corpus/jq.alt" };
  const variant = record?.allocators.find((one) => one.table === "in_process" && one.name !== BASELINE)?.name ?? "tlsf";
  return `tools/alloclab compare ${trace.path} --heapmap ${trace.name}:${variant}`;
}

function heapsPart(records) {
  const heaps = readJson("heaps");
  if (!heaps.length) {
    const node = part("heap", "The heap over time", null, element("p", {}, "No history is in this page. ",
      element("code", {}, heapCommand(records)), " puts one into it."));
    return { node, start: () => {}, sections: () => [node] };
  }
  const nodes = heaps.map(() => element("div", { hidden: true }));
  const show = (index) => {
    nodes.forEach((node, at) => { node.hidden = at !== index; });
    if (!nodes[index].hasChildNodes()) heapmapView(nodes[index], readJson(heaps[index].id));
  };
  const options = heaps.map(({ trace, allocator }, index) => [String(index), `${trace} on ${allocator}`]);
  const node = part("heap", "The heap over time",
    "Addresses by events, and the exact heap at the event chosen. Drag, or use the arrow keys.",
    heaps.length > 1 ? choice("Heap of", options, (value) => show(Number(value))) : null, nodes);
  return { node, start: () => show(0), sections: () => [node] };
}
