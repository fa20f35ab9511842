// Going through a history: to another event, another block, another window. Changes the model and tells the
// view what must be drawn anew.

class Travel {
  // `view` has redraw() and windowChanged().
  constructor(model, view) {
    this.model = model;
    this.view = view;
  }

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
      this.view.windowChanged();
    }
    this.view.redraw();
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
    this.view.redraw();
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
    this.view.windowChanged();
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
    this.view.windowChanged();
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
    this.view.windowChanged();
  }

  // What a box drawn over the overview shows; a box too small to mean anything shows what was there.
  zoomTo(box) {
    if (!box || box.to - box.from < LEAST_EVENTS || box.high - box.low < LEAST_BYTES) return this.view.redraw();
    Object.assign(this.model.window, { from: box.from, to: box.to });
    this.setAddresses([Math.floor(box.low), Math.ceil(box.high)]);
  }
}
