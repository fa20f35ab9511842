// The overview: all of the history, or a window of it, as an image of event by address, low addresses
// at the bottom. Over it lies a second canvas with the event chosen and the life of the block chosen,
// which is all that is drawn anew while the slider moves.

const OVERVIEW_MARGIN = { left: 62, right: 10, top: 8, bottom: 34 };
// With more, the lines between them would hide what they divide.
const REGIONS_MARKED = 16;
const LEAST_EVENTS = 8;
const LEAST_BYTES = 256;
// How long a slice of the work on a sharper image may take, so that input is answered between two.
const SLICE_MILLISECONDS = 7;
const SHARPEN_AFTER_MILLISECONDS = 90;

class Overview {
  // `model` as in model.js.
  constructor(model) {
    this.model = model;
    this.base = element("canvas", { class: "heap-canvas", role: "img" });
    this.marks = element("canvas", { class: "heap-canvas heap-marks", "aria-hidden": "true" });
    this.node = element("div", { class: "heap-overview", tabindex: 0, role: "group", "aria-label":
      "Overview: events from left to right, addresses from bottom to top. Left and right arrows move " +
      "by events, plus and minus zoom in time, 0 shows all." }, this.base, this.marks);
    this.image = null;    // {columns, rows, cells, window, canvas}
    this.sharpening = 0;  // counts up, so that an old job sees that it is old
    this.sharpened = -1;  // the last job that came to its end
    this.box = null;      // the box being drawn with Shift and the mouse, in events and bytes
  }

  get height() {
    return this.base.clientWidth < 600 ? 260 : 400;
  }

  plot() {
    const { left, right, top, bottom } = OVERVIEW_MARGIN;
    return { x: left, y: top, width: Math.max(1, this.base.clientWidth - left - right),
      height: Math.max(1, this.height - top - bottom) };
  }

  // Cells as they come from C++ or from raster.js, which show `window`.
  show(raster, window) {
    this.image = { ...raster, window, canvas: null };
    this.colour();
    this.draw();
  }

  // The image's cells in the colours of the theme.
  colour() {
    const { image } = this;
    if (!image) return;
    const { states } = heapColours(this.node);
    const canvas = document.createElement("canvas");
    canvas.width = image.columns;
    canvas.height = image.rows;
    const pen = canvas.getContext("2d");
    const data = pen.createImageData(image.columns, image.rows);
    const pixels = new Uint32Array(data.data.buffer);
    for (let row = 0; row < image.rows; row += 1) {
      const to = (image.rows - 1 - row) * image.columns;
      const from = row * image.columns;
      for (let column = 0; column < image.columns; column += 1) {
        pixels[to + column] = states[image.cells[from + column]];
      }
    }
    pen.putImageData(data, 0, 0);
    image.canvas = canvas;
  }

  xOf(event) {
    const { from, to } = this.model.window;
    const { x, width } = this.plot();
    return x + ((event - from) / (to - from)) * width;
  }

  yOf(offset) {
    const { low, high } = this.model.window;
    const { y, height } = this.plot();
    return y + height - ((offset - low) / (high - low)) * height;
  }

  // The event and the address under a place on the canvas, as near as the window allows.
  placeAt(x, y) {
    const { from, to, low, high } = this.model.window;
    const plot = this.plot();
    const within = (share) => Math.min(1 - 1e-9, Math.max(0, share));
    const event = from + Math.floor(within((x - plot.x) / plot.width) * (to - from));
    return { event, offset: low + within((plot.y + plot.height - y) / plot.height) * (high - low) };
  }

  draw() {
    fitCanvas(this.base, this.height);
    const pen = penOf(this.base);
    const colours = heapColours(this.node);
    const plot = this.plot();
    pen.clearRect(0, 0, this.base.clientWidth, this.height);
    pen.save();
    pen.beginPath();
    pen.rect(plot.x, plot.y, plot.width, plot.height);
    pen.clip();
    if (this.image) {
      const { window, canvas } = this.image;
      pen.imageSmoothingEnabled = false;
      const [left, right] = [this.xOf(window.from), this.xOf(window.to)];
      const [top, bottom] = [this.yOf(window.high), this.yOf(window.low)];
      pen.drawImage(canvas, left, top, right - left, bottom - top);
    }
    this.drawRegions(pen, colours);
    pen.restore();
    this.drawAxes(pen, colours);
    const { from, to, low, high } = this.model.window;
    this.base.setAttribute("aria-label", `The heap from event ${formatCount(from)} to ` +
      `${formatCount(to - 1)}, axis bytes ${formatBytes(low)} to ${formatBytes(high)}.`);
    this.drawMarks();
  }

  // Where one region ends and another, elsewhere in memory, begins.
  drawRegions(pen, colours) {
    const { regions } = this.model.history;
    if (regions.length > REGIONS_MARKED) return;
    const { x, width } = this.plot();
    pen.strokeStyle = colours.text;
    pen.lineWidth = 1;
    pen.setLineDash([2, 3]);
    for (const region of regions.slice(1)) {
      const y = Math.round(this.yOf(region.offset)) + 0.5;
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(x + width, y);
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  drawAxes(pen, colours) {
    const { from, to, low, high } = this.model.window;
    const { x, y, width, height } = this.plot();
    pen.strokeStyle = colours.quiet;
    pen.fillStyle = colours.text;
    pen.lineWidth = 1;
    pen.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    const offsets = roundTicks(low, high, height / 45, true);
    const step = offsets.length > 1 ? offsets[1] - offsets[0] : 1;
    for (const offset of offsets) {
      const at = Math.round(this.yOf(offset)) + 0.5;
      pen.beginPath();
      pen.moveTo(x - 4, at);
      pen.lineTo(x, at);
      pen.stroke();
      pen.fillText(formatOffset(offset, step), x - 7, Math.min(Math.max(at, y + 5), y + height - 4));
    }
    pen.textBaseline = "top";
    for (const event of roundTicks(from, to, width / 110, false)) {
      const at = Math.round(this.xOf(event)) + 0.5;
      pen.beginPath();
      pen.moveTo(at, y + height);
      pen.lineTo(at, y + height + 4);
      pen.stroke();
      const label = formatCount(event);
      const half = pen.measureText(label).width / 2;
      pen.textAlign = "center";
      pen.fillText(label, Math.min(Math.max(at, x + half), x + width - half), y + height + 6);
    }
    pen.fillStyle = colours.quiet;
    pen.fillText("event", x + width / 2, y + height + 20);
  }

  // The event chosen, and the life of the block chosen.
  drawMarks() {
    fitCanvas(this.marks, this.height);
    const pen = penOf(this.marks);
    const colours = heapColours(this.node);
    const plot = this.plot();
    const { model } = this;
    pen.clearRect(0, 0, this.marks.clientWidth, this.height);
    pen.save();
    pen.beginPath();
    pen.rect(plot.x, plot.y, plot.width, plot.height);
    pen.clip();
    if (model.block >= 0) this.frame(pen, colours, model.block);
    const x = Math.round(this.xOf(model.event + 0.5));
    pen.fillStyle = colours.ground;
    pen.fillRect(x - 2, plot.y, 4, plot.height);
    pen.fillStyle = colours.mark;
    pen.fillRect(x - 1, plot.y, 2, plot.height);
    if (this.box) {
      const { from, to, low, high } = this.box;
      pen.strokeStyle = colours.mark;
      pen.lineWidth = 2;
      pen.strokeRect(this.xOf(from), this.yOf(high), this.xOf(to) - this.xOf(from),
        this.yOf(low) - this.yOf(high));
    }
    pen.restore();
  }

  frame(pen, colours, id) {
    const { made, ended, offset, bytes } = this.model.history.blocks;
    const [left, right] = [this.xOf(made[id]), this.xOf(ended[id])];
    const [top, bottom] = [this.yOf(offset[id] + bytes[id]), this.yOf(offset[id])];
    for (const [width, colour] of [[5, colours.ground], [2.5, colours.mark]]) {
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.strokeRect(left - 1, top - 1, Math.max(2, right - left) + 2, Math.max(2, bottom - top) + 2);
    }
  }

  // The window changed: shows at once what the old image has of it, and a sharp one soon.
  sharpenSoon() {
    this.sharpening += 1;
    const job = this.sharpening;
    setTimeout(() => { if (job === this.sharpening) this.sharpen(job); }, SHARPEN_AFTER_MILLISECONDS);
  }

  sharpen(job) {
    const window = { ...this.model.window };
    const { width, height } = this.plot();
    const ratio = globalThis.devicePixelRatio || 1;
    const steps = rasterSteps(this.model.history, window, Math.round(width * ratio), Math.round(height * ratio));
    const work = () => {
      if (job !== this.sharpening) return;
      const until = performance.now() + SLICE_MILLISECONDS;
      for (;;) {
        const { done, value } = steps.next();
        if (done) {
          this.show(value, window);
          this.sharpened = job;
          return;
        }
        if (performance.now() > until) break;
      }
      setTimeout(work, 0);
    };
    work();
  }
}
