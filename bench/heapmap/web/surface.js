// A canvas that fills the width of its place at the screen's resolution, and round values for axes.

// `height` in CSS pixels. Returns whether the size changed, and with it all that was drawn.
function fitCanvas(canvas, height) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  const tall = Math.round(height * ratio);
  if (canvas.width === width && canvas.height === tall) return false;
  canvas.width = width;
  canvas.height = tall;
  canvas.style.height = `${height}px`;
  return true;
}

// The context, scaled so that 1 is a CSS pixel.
function penOf(canvas) {
  const pen = canvas.getContext("2d");
  const ratio = window.devicePixelRatio || 1;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.font = "12px system-ui, sans-serif";
  return pen;
}

// Multiples of a round step from low to high: of 1, 2, 5 times a power of ten, or a power of two.
function roundTicks(low, high, most, isBinary) {
  const rough = Math.max(1, (high - low) / Math.max(1, most));
  const step = isBinary ? 2 ** Math.ceil(Math.log2(rough)) : niceStep(rough);
  const ticks = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) ticks.push(at);
  return ticks;
}

// A place on the axis, told to within `step` bytes, and exactly where steps are powers of two: 22.75 MiB. In
// hexadecimal where that took too many decimals.
function formatOffset(offset, step) {
  const power = offset < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(offset) / 10));
  const unit = 1024 ** power;
  // A half has one decimal, a quarter two: each halving of a unit one more.
  const halvings = Math.log2(unit / step);
  const decimals = Math.max(0, Number.isInteger(halvings) ? halvings : Math.ceil(Math.log10(unit / step)));
  if (decimals > 3) return `0x${Math.floor(offset).toString(16)}`;
  const value = (offset / unit).toFixed(decimals).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  return `${value} ${["B", "KiB", "MiB", "GiB", "TiB"][power]}`;
}

function formatBytesExactly(value) {
  return value < 1024 ? plural(value, "byte") : `${formatCount(value)} bytes (${formatBytes(value)})`;
}
