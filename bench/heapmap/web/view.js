// The whole picture in one element: overview, slider, numbers, strip and commands, which share one
// model (model.js). heapmapView(node, data) may be called for several on a page.

// Terms and what they are, each pair in one piece.
function pairs(rows) {
  return rows.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value)));
}

class HeapmapView {
  constructor(node, data) {
    this.model = heapModel(data);
    this.model.window = wholeWindow(this.model.history);
    this.overview = new Overview(this.model);
    this.strip = new Strip(this.model);
    this.commands = new ShrinkCommands(this.model);
    this.travel = new Travel(this.model, this);
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
    this.status = element("p", { class: "quiet", role: "status" }, "Decoding the history\u2026");
    node.append(
      element("h2", {}, `The heap of ${history.trace} on ${history.allocator}`),
      this.legend(), this.toolbar(), this.overview.node, this.sliderRow(), this.totals,
      element("h3", {}, "At this event"),
      element("p", { class: "quiet" }, "The addresses in view, row by row. Arrow keys go from block to block."),
      this.strip.node, this.readout, this.commands.node, this.status);
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

  toolbar() {
    const group = (name, ...buttons) =>
      element("span", { class: "heap-group", role: "group", "aria-label": name }, element("span", {}, name), buttons);
    return element("div", { class: "heap-toolbar" },
      group("Time",
        heapButton("\u2212", "Zoom out in time", () => this.travel.zoomTime(2)),
        heapButton("+", "Zoom in on the event in time", () => this.travel.zoomTime(0.5)),
        heapButton("\u25c2", "Earlier", () => this.travel.pan(-0.5, 0)),
        heapButton("\u25b8", "Later", () => this.travel.pan(0.5, 0))),
      group("Address",
        heapButton("\u2212", "Zoom out in address", () => this.travel.zoomAddress(2)),
        heapButton("+", "Zoom in on the block, in address", () => this.travel.zoomAddress(0.5)),
        heapButton("\u25be", "Lower addresses", () => this.travel.pan(0, -0.5)),
        heapButton("\u25b4", "Higher addresses", () => this.travel.pan(0, 0.5))),
      heapButton("Show all", "Show the whole history", () => this.travel.showAll()));
  }

  sliderRow() {
    return element("div", { class: "heap-time" },
      element("label", {}, "After event ", this.number), this.did, this.slider);
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
    new Input(this).listen();
    this.watch();
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

  watch() {
    // In a frame of its own: drawing changes heights, which the observer may not do while it reports.
    new ResizeObserver(() => requestAnimationFrame(() => this.resized())).observe(this.overview.node);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
  }

  // Where the pointer is in the history, or null.
  hoverAt(place) {
    this.hover = place;
    this.redraw();
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
    this.commands.say();
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
