// The whole picture in one element: overview, slider, numbers, strip and commands, which share one
// model. heapmapView(node, data) may be called for several on a page.
//
// model: history   what decode.js made, null until then
//        event     the event chosen; everything shows the heap right after it
//        window    {from, to, low, high}: the events and the bytes of the axis in view
//        block     the block chosen, or -1
//        cursors   of blocks, overhead and held, at the event

function heapModel(data) {
  return { history: { ...data, regions: decodeRegions(data.regions) }, event: data.to - 1, window: null,
    block: -1, cursors: null, colours: null };
}

// Terms and what they are, each pair in one piece.
function pairs(rows) {
  return rows.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value)));
}

function wholeWindow(history) {
  const high = history.regions.reduce((sum, region) => sum + region.bytes, 0);
  return { from: history.from, to: history.to, low: 0, high };
}

function makeCursors(history) {
  const { from, to, blocks, overhead, held } = history;
  const cursor = (lives, weight) => new Cursor(new Timeline(lives, from, to, weight));
  return {
    blocks: cursor(blocks, blocks.requested),
    overhead: cursor(overhead, overhead.bytes),
    held: cursor(held, held.bytes),
  };
}

// The first event at which most bytes are live, which is where to begin to look.
function fullestEvent(timeline, history) {
  const { peaks, lives } = timeline;
  if (!lives.count) return history.to - 1;
  const first = peaks.indexOf(peaks[lives.count - 1]);
  return Math.max(lives.made[first], history.from);
}

// The block of a cursor's set that a place lies in, or -1. O(live).
function blockAt(cursor, offset) {
  const { offset: begins, bytes } = cursor.timeline.lives;
  for (let i = 0; i < cursor.count; i += 1) {
    const id = cursor.ids[i];
    if (begins[id] <= offset && offset < begins[id] + Math.max(1, bytes[id])) return id;
  }
  return -1;
}

// The live block next above (direction 1) or below (-1) the given one, or the lowest of the window.
function neighbour(model, direction) {
  const { cursors: { blocks: cursor }, history: { blocks: { offset } }, window } = model;
  const from = model.block >= 0 ? offset[model.block] : window.low - 1;
  let best = -1;
  for (let i = 0; i < cursor.count; i += 1) {
    const id = cursor.ids[i];
    const beyond = direction * (offset[id] - from) > 0;
    if (beyond && (best < 0 || direction * (offset[best] - offset[id]) > 0)) best = id;
  }
  return best;
}

// The window scaled by `factor` around the shares of it that stay where they are, inside the whole.
function zoomed(span, whole, factor, share, least) {
  const [begin, end] = span;
  const [first, last] = whole;
  const length = Math.min(last - first, Math.max(Math.min(least, last - first), Math.round((end - begin) * factor)));
  const fixed = begin + (end - begin) * share;
  const from = Math.round(Math.min(Math.max(fixed - length * share, first), last - length));
  return [from, from + length];
}

class HeapmapView {
  constructor(node, data) {
    this.model = heapModel(data);
    this.model.window = wholeWindow(this.model.history);
    this.overview = new Overview(this.model);
    this.strip = new Strip(this.model);
    this.pending = false;
    this.hover = null;
    this.build(node);
  }

  build(node) {
    const { history } = this.model;
    this.slider = element("input", { type: "range", min: history.from, max: history.to - 1, step: 1,
      value: this.model.event, class: "heap-slider", "aria-label": "Event", disabled: true });
    this.number = element("input", { type: "number", min: history.from, max: history.to - 1, step: 1,
      value: this.model.event, class: "heap-number", "aria-label": "Event number", disabled: true });
    this.did = element("span", { class: "heap-did" });
    this.totals = element("dl", { class: "heap-totals" });
    this.readout = element("dl", { class: "heap-readout", "aria-live": "polite" });
    this.commands = element("div", { class: "heap-commands" });
    this.status = element("p", { class: "quiet", role: "status" }, "Decoding the history\u2026");
    node.append(
      element("h2", {}, `The heap of ${history.trace} on ${history.allocator}`),
      this.legend(), this.toolbar(), this.overview.node, this.sliderRow(), this.totals,
      element("h3", {}, "At this event"),
      element("p", { class: "quiet" }, "The addresses in view, row by row. Arrow keys go from block to block."),
      this.strip.node, this.readout, this.shrinkPart(), this.status);
    node.classList.add("heapmap");
  }

  legend() {
    const walkable = this.model.history.walkable;
    const swatch = (name) => element("span", { class: `heap-swatch heap-is-${name}`, "aria-hidden": "true" });
    const item = (name, text) => element("li", {}, swatch(name), text);
    return element("ul", { class: "heap-legend" },
      item("used", "used"), item("ages", "used, at this event: new to old"),
      item("padding", "padding: in a block, not asked for"),
      walkable ? item("overhead", "overhead: headers and the allocator\u2019s own") : null,
      item("free", walkable ? "free" : "unknown"),
      walkable ? item("absent", "not held from the system") : null);
  }

  button(text, label, act) {
    return element("button", { type: "button", "aria-label": label, title: label, click: act }, text);
  }

  toolbar() {
    const group = (name, ...buttons) =>
      element("span", { class: "heap-group", role: "group", "aria-label": name }, element("span", {}, name), buttons);
    return element("div", { class: "heap-toolbar" },
      group("Time",
        this.button("\u2212", "Zoom out in time", () => this.zoomTime(2)),
        this.button("+", "Zoom in on the event in time", () => this.zoomTime(0.5)),
        this.button("\u25c2", "Earlier", () => this.pan(-0.5, 0)),
        this.button("\u25b8", "Later", () => this.pan(0.5, 0))),
      group("Address",
        this.button("\u2212", "Zoom out in address", () => this.zoomAddress(2)),
        this.button("+", "Zoom in on the block, in address", () => this.zoomAddress(0.5)),
        this.button("\u25be", "Lower addresses", () => this.pan(0, -0.5)),
        this.button("\u25b4", "Higher addresses", () => this.pan(0, 0.5))),
      this.button("Show all", "Show the whole history", () => this.showAll()));
  }

  sliderRow() {
    return element("div", { class: "heap-time" },
      element("label", {}, "After event ", this.number), this.did, this.slider);
  }

  shrinkPart() {
    return element("details", { class: "heap-shrink" },
      element("summary", {}, "Shrink to this moment"), this.commands);
  }

  async start(data) {
    const { model } = this;
    model.colours = heapColours(this.strip.node);
    this.overview.show(await decodeOverview(data.overview), { ...model.window });
    const history = await decodeHistory(data);
    model.cursors = makeCursors(history);
    model.glance = new Cursor(model.cursors.blocks.timeline);
    model.history = history;
    this.strip.watch();
    model.event = fullestEvent(model.cursors.blocks.timeline, history);
    this.slider.disabled = false;
    this.number.disabled = false;
    this.status.textContent = this.summary();
    this.listen();
    this.overview.sharpenSoon();
    this.changed();
  }

  summary() {
    const { blocks, regions, axisBytes, walks, walkable, refused } = this.model.history;
    const seen = walkable ? ` The allocator\u2019s own view was taken ${plural(walks, "time")}; between two of them, ` +
      "overhead is what the last one showed." : " The system\u2019s heap cannot be seen into.";
    return `${plural(blocks.count, "block")} in ${plural(regions.length, "region")} of ${formatBytes(axisBytes)}.` +
      `${seen}${refused ? ` ${plural(refused, "call")} got no memory here.` : ""}`;
  }

  // Input. -------------------------------------------------------------------------------------------

  listen() {
    this.slider.addEventListener("input", () => this.goTo(Number(this.slider.value)));
    this.number.addEventListener("change", () => this.goTo(Number(this.number.value)));
    this.slider.addEventListener("keydown", (event) => this.onTimeKey(event));
    this.overview.node.addEventListener("keydown", (event) => this.onTimeKey(event));
    this.strip.node.addEventListener("keydown", (event) => this.onStripKey(event));
    this.listenToOverview();
    this.strip.node.addEventListener("pointermove", (event) => this.hoverStrip(event));
    this.strip.node.addEventListener("pointerleave", () => this.hoverAt(null));
    this.strip.node.addEventListener("click", (event) => {
      this.seek();
      this.hoverStrip(event);
      this.choose(this.hover ? blockAt(this.model.cursors.blocks, this.hover.offset) : -1);
    });
    // In a frame of its own: drawing changes heights, which the observer may not do while it reports.
    new ResizeObserver(() => requestAnimationFrame(() => this.resized())).observe(this.overview.node);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
  }

  listenToOverview() {
    const { node } = this.overview;
    const at = (event) => {
      const box = node.getBoundingClientRect();
      return this.overview.placeAt(event.clientX - box.left, event.clientY - box.top);
    };
    node.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      node.setPointerCapture(event.pointerId);
      const place = at(event);
      if (event.shiftKey) {
        this.boxFrom = place;
      } else {
        this.isScrubbing = true;
        this.goTo(place.event);
      }
    });
    node.addEventListener("pointermove", (event) => {
      const place = at(event);
      if (this.boxFrom) {
        this.drawBox(place);
      } else if (this.isScrubbing) {
        this.goTo(place.event);
      } else {
        this.hoverAt(place);
      }
    });
    node.addEventListener("pointerup", (event) => {
      if (this.boxFrom) this.zoomToBox();
      if (this.isScrubbing) this.chooseAt(at(event));
      this.isScrubbing = false;
      this.boxFrom = null;
    });
    node.addEventListener("pointercancel", () => {
      this.isScrubbing = false;
      this.boxFrom = null;
      this.overview.box = null;
      this.changed();
    });
    node.addEventListener("pointerleave", () => this.hoverAt(null));
    // With a key only: the wheel alone scrolls the page.
    node.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.altKey) return;
      event.preventDefault();
      const place = at(event);
      const factor = event.deltaY > 0 ? 1.25 : 0.8;
      if (event.altKey) {
        this.zoomAddress(factor, place.offset);
      } else {
        this.zoomTime(factor, place.event);
      }
    }, { passive: false });
  }

  // Keys that mean a move in time, on the slider and on the overview.
  onTimeKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { history, window: { from, to } } = this.model;
    const page = Math.max(1, Math.round((to - from) / 20));
    const step = event.shiftKey ? Math.max(1, Math.round((to - from) / 200)) : 1;
    const moves = {
      ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step, PageUp: page, PageDown: -page,
      Home: -Infinity, End: Infinity,
    };
    const acts = { "+": () => this.zoomTime(0.5), "=": () => this.zoomTime(0.5),
      "-": () => this.zoomTime(2), 0: () => this.showAll() };
    if (event.key in moves) {
      const target = this.model.event + moves[event.key];
      this.goTo(Math.min(Math.max(target, history.from), history.to - 1));
    } else if (event.key in acts) {
      acts[event.key]();
    } else {
      return;
    }
    event.preventDefault();
  }

  onStripKey(event) {
    const directions = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
    if (event.key in directions) {
      this.seek();
      const next = neighbour(this.model, directions[event.key]);
      if (next >= 0) this.choose(next);
    } else if (event.key === "Escape") {
      this.choose(-1);
    } else {
      return;
    }
    event.preventDefault();
  }

  hoverStrip(event) {
    const box = this.strip.node.getBoundingClientRect();
    const offset = this.strip.offsetAt(event.clientX - box.left, event.clientY - box.top);
    this.hoverAt(offset === null ? null : { event: this.model.event, offset });
  }

  hoverAt(place) {
    this.hover = place;
    this.redraw();
  }

  // Changes of the model. ----------------------------------------------------------------------------

  goTo(event) {
    const { model } = this;
    if (!Number.isFinite(event)) return;
    const { from, to } = model.history;
    model.event = Math.min(Math.max(Math.round(event), from), to - 1);
    const { window } = model;
    if (model.event < window.from || model.event >= window.to) {
      const length = window.to - window.from;
      window.from = Math.round(Math.min(Math.max(model.event - length / 2, from), to - length));
      window.to = window.from + length;
      this.windowChanged();
    }
    this.redraw();
  }

  choose(block) {
    const { model } = this;
    model.block = block;
    const { window, history: { blocks: { offset, bytes } } } = model;
    if (block >= 0 && (offset[block] < window.low || offset[block] + bytes[block] > window.high)) {
      const length = window.high - window.low;
      const low = Math.round(offset[block] + bytes[block] / 2 - length / 2);
      this.setAddresses([low, low + length]);
    }
    this.redraw();
  }

  // The block at a place of the overview, which shows another event than its own.
  chooseAt({ event, offset }) {
    this.model.glance.seek(event);
    this.choose(blockAt(this.model.glance, offset));
  }

  zoomTime(factor, around = this.model.event) {
    const { window, history } = this.model;
    const share = Math.min(1, Math.max(0, (around - window.from) / (window.to - window.from)));
    [window.from, window.to] = zoomed([window.from, window.to], [history.from, history.to], factor, share, LEAST_EVENTS);
    this.windowChanged();
  }

  zoomAddress(factor, around = null) {
    const { window, history, block } = this.model;
    const middle = block >= 0 ? history.blocks.offset[block] : (window.low + window.high) / 2;
    const share = Math.min(1, Math.max(0, ((around ?? middle) - window.low) / (window.high - window.low)));
    this.setAddresses(zoomed([window.low, window.high], [0, history.axisBytes], factor, share, LEAST_BYTES));
  }

  // The addresses in view, moved inside of the axis.
  setAddresses([low, high]) {
    const { window, history: { axisBytes } } = this.model;
    window.low = Math.min(Math.max(0, low), Math.max(0, axisBytes - (high - low)));
    window.high = Math.min(axisBytes, window.low + (high - low));
    this.windowChanged();
  }

  pan(time, address) {
    const { window, history } = this.model;
    const length = window.to - window.from;
    const from = Math.round(window.from + time * length);
    window.from = Math.min(Math.max(from, history.from), history.to - length);
    window.to = window.from + length;
    const bytes = window.high - window.low;
    const by = Math.round(address * bytes);
    this.setAddresses([window.low + by, window.high + by]);
  }

  showAll() {
    Object.assign(this.model.window, wholeWindow(this.model.history));
    this.windowChanged();
  }

  drawBox(place) {
    const { boxFrom: from } = this;
    this.overview.box = {
      from: Math.min(from.event, place.event), to: Math.max(from.event, place.event) + 1,
      low: Math.min(from.offset, place.offset), high: Math.max(from.offset, place.offset),
    };
    this.redraw();
  }

  zoomToBox() {
    const { box } = this.overview;
    this.overview.box = null;
    if (!box || box.to - box.from < LEAST_EVENTS || box.high - box.low < LEAST_BYTES) return this.redraw();
    Object.assign(this.model.window, { from: box.from, to: box.to });
    this.setAddresses([Math.floor(box.low), Math.ceil(box.high)]);
  }

  windowChanged() {
    this.overview.draw();
    this.overview.sharpenSoon();
    this.redraw();
  }

  resized() {
    this.overview.draw();
    this.overview.sharpenSoon();
    this.changed();
  }

  recolour() {
    this.model.colours = heapColours(this.strip.node);
    this.overview.colour();
    this.overview.draw();
    this.changed();
  }

  // Drawing. -----------------------------------------------------------------------------------------

  // Once in the next frame, however often the model changes until then.
  redraw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.changed();
    });
  }

  // The cursors follow the event once a frame, or when somebody needs them.
  seek() {
    for (const cursor of Object.values(this.model.cursors)) cursor.seek(this.model.event);
  }

  changed() {
    const { model } = this;
    if (!model.cursors) return;
    this.seek();
    this.overview.drawMarks();
    this.strip.draw();
    this.say();
  }

  say() {
    const { model } = this;
    const { history, event, cursors } = model;
    this.slider.value = event;
    if (document.activeElement !== this.number) this.number.value = event;
    const did = describeEvent(model);
    this.did.textContent = did;
    this.slider.setAttribute("aria-valuetext", `event ${event}: ${did}`);
    const live = cursors.blocks.sum;
    const held = cursors.held.sum;
    const rows = [["live", `${formatBytes(live)} in ${plural(cursors.blocks.count, "block")}`]];
    if (history.walkable) {
      rows.push(["held", formatBytes(held)], ["held / live", live ? formatRatio(held / live) : MISSING]);
    }
    this.totals.replaceChildren(...pairs(rows));
    this.readout.replaceChildren(...pairs(this.readoutRows()));
    const label = `The heap after event ${event}: ${rows.map((row) => row.join(" ")).join(", ")}.`;
    this.strip.node.setAttribute("aria-label", label);
    this.sayCommands();
  }

  readoutRows() {
    const { model, hover } = this;
    if (hover) {
      let cursor = model.cursors.blocks;
      if (hover.event !== model.event) {
        cursor = model.glance;
        cursor.seek(hover.event);
      }
      const id = blockAt(cursor, hover.offset);
      if (id >= 0) return describeBlock({ ...model, event: hover.event }, id);
      if (hover.event === model.event) return describePlace(model, hover.offset);
      return [["at", formatPlace(model.history, hover.offset)], ["event", formatCount(hover.event)],
        ["this is", "in no block then"]];
    }
    if (model.block >= 0) return describeBlock(model, model.block);
    return [["block", "point at one, or use the arrow keys in the strip"]];
  }

  // The most held over an arena over the most live, from the first event of the trace on; null where it is
  // not known.
  ratio() {
    const { history, event, cursors: { blocks } } = this.model;
    const { arenaPeaks } = history;
    if (event >= history.arena_to) return null;
    let last = -1;
    for (let step = 2 ** 31; step >= 1; step /= 2) {
      if (last + step < arenaPeaks.count && arenaPeaks.event[last + step] <= event) last += step;
    }
    const live = Math.max(history.live_peak_before, blocks.timeline.peakAt(blocks));
    return live && last >= 0 ? arenaPeaks.bytes[last] / live : null;
  }

  sayCommands() {
    const { history, event } = this.model;
    const lines = commandsFor(history, event, this.ratio());
    const said = lines.join("\n");
    if (said === this.saidCommands) return;
    this.saidCommands = said;
    this.commands.replaceChildren(
      element("p", { class: "quiet" }, lines.length > 1
        ? "The trace up to this event, and the fewest calls of it that still need almost as much memory for what " +
          "is live (most held over most live until here, on an arena that gives what is asked for)."
        : "The trace up to this event. (There is no ratio to shrink by: too long a trace for that, or nothing " +
          "held in vain.)"),
      ...lines.map((line) => this.commandLine(line)));
  }

  commandLine(line) {
    const copy = this.button("Copy", `Copy: ${line}`, async () => {
      await copyText(line);
      copy.textContent = "Copied";
    });
    return element("div", { class: "heap-command" }, element("code", {}, line), copy);
  }
}

// Also where the page came from a file, for which browsers may give no clipboard.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element("textarea", { class: "heap-copied" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

// Builds the picture in `node` and resolves to its view when all is decoded and drawn.
async function heapmapView(node, data) {
  const view = new HeapmapView(node, data);
  try {
    await view.start(data);
  } catch (error) {
    view.status.textContent = `The history cannot be decoded: ${error.message}. Make the page again with ` +
      "alloclab heapmap, or open it in a browser that knows DecompressionStream.";
    view.status.classList.add("bad");
  }
  return view;
}
