// The page of one heap.

const heapmapReady = heapmapView(document.getElementById("heapmap"),
  JSON.parse(document.getElementById("history").textContent));
// For whoever looks at the page from outside: resolves when it is drawn.
globalThis.heapmapReady = heapmapReady;
