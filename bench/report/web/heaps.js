// Travelling through the heap of an allocator over a trace. A history may be megabytes: it lies in a script of
// its own, and is unpacked when it is chosen and about to be seen.

// How far below the window, in its own heights, a heap is unpacked before it is scrolled to.
const HEAP_AHEAD = "100%";

function heapCommand(records) {
  const record = records.find((one) => kindOf(one) === "traces");
  const trace = record?.traces.find((one) => one.path) ?? { name: "jq", path: "traces/corpus/jq.alt" };
  const variant = record?.allocators.find((one) => one.table === "in_process" && one.name !== BASELINE)?.name ?? "tlsf";
  return `tools/alloclab compare ${shellWord(trace.path)} --heapmap ${shellWord(`${trace.name}:${variant}`)}`;
}

function heapsPart(records) {
  const heaps = readJson("heaps");
  if (!heaps.length) {
    const node = part("heap", "The heap over time", null, element("p", {}, "No history is in this page. ",
      element("code", {}, heapCommand(records)), " puts one into it."));
    return { node, start: () => {}, sections: () => [node] };
  }
  const nodes = heaps.map(() => element("div", { hidden: true }));
  let chosen = 0;
  let isNear = false;
  const show = (index) => {
    chosen = index;
    nodes.forEach((node, at) => { node.hidden = at !== index; });
    if (isNear && !nodes[index].hasChildNodes()) heapmapView(nodes[index], readJson(heaps[index].id));
  };
  const options = heaps.map(({ trace, allocator }, index) => [String(index), `${trace} on ${allocator}`]);
  const node = part("heap", "The heap over time",
    "Addresses by events, and the exact heap at the event chosen. Drag, or use the arrow keys.",
    heaps.length > 1 ? choice("Heap of", options, (value) => show(Number(value))) : null, nodes);
  const near = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    near.disconnect();
    isNear = true;
    show(chosen);
  }, { rootMargin: HEAP_AHEAD });
  return { node, start: () => { show(chosen); near.observe(node); }, sections: () => [node] };
}
