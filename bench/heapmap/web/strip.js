// The heap at one event: the addresses of the window as a strip, wrapped in rows like text, each block
// to scale, older ones darker. A cell of the strip that holds several things has the colour of what most
// of its bytes are.
//
// What each cell holds are sums, so a step in time changes only what came and went: the strip watches the
// cursors. Sums are gathered anew when the window moves or a cursor jumps.

const STRIP_MARGIN = { left: 62, right: 10, top: 4, bottom: 4 };
const STRIP_ROWS = 18;
const ROW_HEIGHT = 14;
const ROW_GAP = 5;
// A block at least so many cells wide gets an edge, so that neighbours are told apart.
const CELLS_FOR_EDGE = 4;

class Strip {
  constructor(model) {
    this.model = model;
    this.node = element("canvas", { class: "heap-canvas heap-strip", tabindex: 0, role: "application",
      "aria-roledescription": "heap strip" });
    this.cells = 0;
    this.width = 0;
    this.isStale = true;  // what is summed up is not what the cursors have
  }

  get height() {
    return STRIP_ROWS * (ROW_HEIGHT + ROW_GAP) - ROW_GAP + STRIP_MARGIN.top + STRIP_MARGIN.bottom;
  }

  fit() {
    const changed = fitCanvas(this.node, this.height);
    const ratio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round((this.node.clientWidth - STRIP_MARGIN.left - STRIP_MARGIN.right) * ratio));
    if (!changed && width === this.width) return;
    this.width = width;
    this.cells = width * STRIP_ROWS;
    // In cells: the share of each that is in a state. sums[FREE] is what is held, used or not.
    this.sums = Array.from({ length: STATES }, () => new Float64Array(this.cells));
    // The shares of blocks times the events that made them: over sums[USED], the mean of a cell.
    this.made = new Float64Array(this.cells);
    this.edges = new Int32Array(this.cells);  // how many blocks begin there that are wide enough
    this.isStale = true;
    this.image = new ImageData(width, Math.round(ROW_HEIGHT * ratio));
    this.line = new Uint32Array(width);
    this.labels = "";
  }

  // Adds `weight` times the share of each cell that the bytes [low, high) are.
  cover(sum, low, high, weight) {
    const begin = Math.max(0, (low - this.low) * this.scale);
    const end = Math.min(this.cells, (high - this.low) * this.scale);
    if (begin >= end) return;
    const first = Math.floor(begin);
    const last = Math.min(this.cells - 1, Math.floor(end));
    if (first === last) {
      sum[first] += weight * (end - begin);
      return;
    }
    sum[first] += weight * (first + 1 - begin);
    for (let cell = first + 1; cell < last; cell += 1) sum[cell] += weight;
    sum[last] += weight * (end - last);
  }

  // Adds a block (sign 1), or takes it out again (-1).
  coverBlock(id, sign) {
    const { sums, history: { before, after, blocks } } = this;
    const begin = blocks.offset[id];
    const asked = begin + blocks.requested[id];
    const end = begin + blocks.bytes[id];
    if (end + after <= this.low || begin - before >= this.high) return;
    this.cover(sums[USED], begin, asked, sign);
    this.cover(this.made, begin, asked, sign * blocks.made[id]);
    if (end > asked) this.cover(sums[PADDING], asked, end, sign);
    if (before) this.cover(sums[OVERHEAD], begin - before, begin, sign);
    if (after) this.cover(sums[OVERHEAD], end, end + after, sign);
    if ((end - begin) * this.scale >= CELLS_FOR_EDGE && begin > this.low && begin < this.high) {
      this.edges[Math.floor((begin - this.low) * this.scale)] += sign;
    }
  }

  coverExtent(lives, state, id, sign) {
    this.cover(this.sums[state], lives.offset[id], lives.offset[id] + lives.bytes[id], sign);
  }

  // Follows the cursors of the model from now on.
  watch() {
    const { history, cursors } = this.model;
    this.history = history;
    const follow = (cursor, cover) => {
      const ifFresh = (sign) => (id) => { if (!this.isStale) cover(id, sign); };
      cursor.watch = { add: ifFresh(1), remove: ifFresh(-1), reset: () => { this.isStale = true; } };
      return () => {
        for (let i = 0; i < cursor.count; i += 1) cover(cursor.ids[i], 1);
      };
    };
    this.coverAll = [
      follow(cursors.blocks, (id, sign) => this.coverBlock(id, sign)),
      follow(cursors.overhead, (id, sign) => this.coverExtent(history.overhead, OVERHEAD, id, sign)),
      follow(cursors.held, (id, sign) => this.coverExtent(history.held, FREE, id, sign)),
    ];
  }

  gather() {
    const { low, high } = this.model.window;
    if (!this.isStale && low === this.low && high === this.high) return;
    this.isStale = false;
    Object.assign(this, { low, high, scale: this.cells / (high - low) });
    for (const sum of [...this.sums, this.made, this.edges]) sum.fill(0);
    if (!this.history.walkable) this.sums[FREE].fill(1);
    for (const cover of this.coverAll) cover();
  }

  // The colours of the cells of a row, into `line`. A state must lead by more than the dust that sums
  // and differences leave.
  colourRow(row, colours) {
    const [used, padding, overhead, held] = this.sums;
    const { line, edges, made, width, history, model: { event } } = this;
    const events = history.to - history.from;
    for (let i = 0, cell = row * width; i < width; i += 1, cell += 1) {
      if (edges[cell] > 0) {
        line[i] = colours.edge;
        continue;
      }
      let state = USED;
      let most = used[cell] + 1e-4;
      const free = held[cell] - used[cell] - padding[cell] - overhead[cell];
      if (padding[cell] > most) [state, most] = [PADDING, padding[cell]];
      if (overhead[cell] > most) [state, most] = [OVERHEAD, overhead[cell]];
      if (free > most) [state, most] = [FREE, free];
      if (1 - held[cell] > most) state = NOT_HELD;
      line[i] = state === USED
        ? colours.ages[shadeOf(Math.max(0, event - made[cell] / used[cell]), events)]
        : colours.states[state];
    }
  }

  draw() {
    this.fit();
    this.gather();
    const colours = this.model.colours;
    const pen = this.node.getContext("2d");
    const ratio = window.devicePixelRatio || 1;
    const pixels = new Uint32Array(this.image.data.buffer);
    for (let row = 0; row < STRIP_ROWS; row += 1) {
      this.colourRow(row, colours);
      for (let y = 0; y < this.image.height; y += 1) pixels.set(this.line, y * this.width);
      const top = STRIP_MARGIN.top + row * (ROW_HEIGHT + ROW_GAP);
      pen.putImageData(this.image, Math.round(STRIP_MARGIN.left * ratio), Math.round(top * ratio));
    }
    this.drawLabels();
    this.drawFrame();
  }

  rowTop(row) {
    return STRIP_MARGIN.top + row * (ROW_HEIGHT + ROW_GAP);
  }

  // The address at which each row begins; drawn anew only when the window or the theme changes.
  drawLabels() {
    const { low, high } = this.model.window;
    const key = `${low} ${high} ${this.width} ${this.model.colours.text}`;
    if (key === this.labels) return;
    this.labels = key;
    const pen = penOf(this.node);
    pen.clearRect(0, 0, STRIP_MARGIN.left - 1, this.height);
    pen.fillStyle = this.model.colours.text;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (let row = 0; row < STRIP_ROWS; row += 1) {
      const offset = low + ((high - low) * row) / STRIP_ROWS;
      pen.fillText(formatOffset(offset, (high - low) / STRIP_ROWS / 4), STRIP_MARGIN.left - 7, this.rowTop(row) + ROW_HEIGHT / 2);
    }
  }

  // A frame around the block chosen, in the gaps between rows, which are cleared first.
  drawFrame() {
    const pen = penOf(this.node);
    const left = STRIP_MARGIN.left;
    const right = this.node.clientWidth;
    for (let row = 0; row <= STRIP_ROWS; row += 1) {
      pen.clearRect(left - 2, this.rowTop(row) - ROW_GAP, right - left + 2, ROW_GAP);
    }
    pen.clearRect(left - 2, 0, 2, this.height);
    pen.clearRect(right - STRIP_MARGIN.right, 0, STRIP_MARGIN.right, this.height);
    const { block, history, window: { low, high }, colours } = this.model;
    if (block < 0) return;
    const { offset, bytes } = history.blocks;
    const scale = STRIP_ROWS / (high - low);
    const begin = (offset[block] - low) * scale;
    const end = (offset[block] + bytes[block] - low) * scale;
    const width = right - left - STRIP_MARGIN.right;
    pen.lineWidth = 2;
    pen.strokeStyle = colours.mark;
    for (let row = Math.max(0, Math.floor(begin)); row < STRIP_ROWS && row < end; row += 1) {
      const from = left + Math.max(0, begin - row) * width;
      const to = left + Math.min(1, end - row) * width;
      pen.strokeRect(from - 1, this.rowTop(row) - 1, Math.max(2, to - from) + 2, ROW_HEIGHT + 2);
    }
  }

  // The place on the axis under a point of the canvas; null between rows and outside.
  offsetAt(x, y) {
    const width = this.node.clientWidth - STRIP_MARGIN.left - STRIP_MARGIN.right;
    const row = Math.floor((y - STRIP_MARGIN.top + ROW_GAP / 2) / (ROW_HEIGHT + ROW_GAP));
    const share = (x - STRIP_MARGIN.left) / width;
    if (row < 0 || row >= STRIP_ROWS || share < 0 || share >= 1) return null;
    const { low, high } = this.model.window;
    return low + ((row + share) * (high - low)) / STRIP_ROWS;
  }
}
