// What the pointer and the keys do to a heap: a drag over the overview or the slider travels, with Shift it
// zooms into a box; the arrow keys step in time, and in the strip from block to block.

class Input {
  constructor(view) {
    this.view = view;
    this.model = view.model;
    this.travel = view.travel;
    this.isScrubbing = false;
    this.boxFrom = null;  // where a box began
  }

  listen() {
    const { overview, strip, slider, number } = this.view;
    slider.addEventListener("input", () => this.travel.goTo(Number(slider.value)));
    number.addEventListener("change", () => this.travel.goTo(Number(number.value)));
    slider.addEventListener("keydown", (event) => this.onTimeKey(event));
    overview.node.addEventListener("keydown", (event) => this.onTimeKey(event));
    strip.node.addEventListener("keydown", (event) => this.onStripKey(event));
    strip.node.addEventListener("pointermove", (event) => this.hoverStrip(event));
    strip.node.addEventListener("pointerleave", () => this.view.hoverAt(null));
    strip.node.addEventListener("click", (event) => {
      this.view.seek();
      this.hoverStrip(event);
      const { hover } = this.view;
      this.travel.choose(hover ? blockAt(this.model.cursors.blocks, hover.offset) : -1);
    });
    this.listenToPointer();
    // With a key only: the wheel alone scrolls the page.
    overview.node.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
  }

  // Where in the history the pointer is over the overview.
  placeOf(event) {
    const { overview } = this.view;
    const box = overview.node.getBoundingClientRect();
    return overview.placeAt(event.clientX - box.left, event.clientY - box.top);
  }

  listenToPointer() {
    const { node } = this.view.overview;
    node.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      node.setPointerCapture(event.pointerId);
      const place = this.placeOf(event);
      if (event.shiftKey) {
        this.boxFrom = place;
      } else {
        this.isScrubbing = true;
        this.travel.goTo(place.event);
      }
    });
    node.addEventListener("pointermove", (event) => {
      const place = this.placeOf(event);
      if (this.boxFrom) {
        this.drawBox(place);
      } else if (this.isScrubbing) {
        this.travel.goTo(place.event);
      } else {
        this.view.hoverAt(place);
      }
    });
    node.addEventListener("pointerup", (event) => {
      if (this.boxFrom) this.travel.zoomTo(this.takeBox());
      if (this.isScrubbing) this.travel.chooseAt(this.placeOf(event));
      this.endDrag();
    });
    node.addEventListener("pointercancel", () => {
      this.takeBox();
      this.endDrag();
      this.view.changed();
    });
    node.addEventListener("pointerleave", () => this.view.hoverAt(null));
  }

  endDrag() {
    this.isScrubbing = false;
    this.boxFrom = null;
  }

  takeBox() {
    const { overview } = this.view;
    const { box } = overview;
    overview.box = null;
    return box;
  }

  drawBox(place) {
    const { boxFrom: from } = this;
    this.view.overview.box = {
      from: Math.min(from.event, place.event), to: Math.max(from.event, place.event) + 1,
      low: Math.min(from.offset, place.offset), high: Math.max(from.offset, place.offset),
    };
    this.view.redraw();
  }

  onWheel(event) {
    if (!event.ctrlKey && !event.altKey) return;
    event.preventDefault();
    const place = this.placeOf(event);
    const factor = event.deltaY > 0 ? 1.25 : 0.8;
    if (event.altKey) {
      this.travel.zoomAddress(factor, place.offset);
    } else {
      this.travel.zoomTime(factor, place.event);
    }
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
    const acts = { "+": () => this.travel.zoomTime(0.5), "=": () => this.travel.zoomTime(0.5),
      "-": () => this.travel.zoomTime(2), 0: () => this.travel.showAll() };
    if (event.key in moves) {
      const target = this.model.event + moves[event.key];
      this.travel.goTo(Math.min(Math.max(target, history.from), history.to - 1));
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
      this.view.seek();
      const next = neighbour(this.model, directions[event.key]);
      if (next >= 0) this.travel.choose(next);
    } else if (event.key === "Escape") {
      this.travel.choose(-1);
    } else {
      return;
    }
    event.preventDefault();
  }

  hoverStrip(event) {
    const { strip } = this.view;
    const box = strip.node.getBoundingClientRect();
    const offset = strip.offsetAt(event.clientX - box.left, event.clientY - box.top);
    this.view.hoverAt(offset === null ? null : { event: this.model.event, offset });
  }
}
