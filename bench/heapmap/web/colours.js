// The colours of the states, from heapmap.css, as the canvas and the pixel arrays want them.

const STATE_NAMES = ["used", "padding", "overhead", "free", "not held"];
const STATE_VARIABLES = ["--heap-used", "--heap-padding", "--heap-overhead", "--heap-free", "--heap-absent"];
const AGES = 32;

// "#rrggbb" as the bytes of a pixel, in the order of a Uint32Array over them on a little-endian machine.
function pixelOf(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

function mixed(first, second, share) {
  let colour = "#";
  for (const at of [1, 3, 5]) {
    const [a, b] = [first, second].map((one) => parseInt(one.slice(at, at + 2), 16));
    colour += Math.round(a + (b - a) * share).toString(16).padStart(2, "0");
  }
  return colour;
}

function heapColours(node) {
  const style = getComputedStyle(node);
  const read = (name) => style.getPropertyValue(name).trim();
  const [young, old] = [read("--heap-young"), read("--heap-old")];
  return {
    text: read("--text"),
    quiet: read("--quiet"),
    line: read("--line"),
    ground: read("--ground"),
    mark: read("--heap-mark"),
    states: STATE_VARIABLES.map((name) => pixelOf(read(name))),
    ages: Uint32Array.from({ length: AGES }, (_, i) => pixelOf(mixed(young, old, i / (AGES - 1)))),
    edge: pixelOf(read("--heap-edge")),
  };
}

// Which of the shades: by the square root, for most blocks die young and the rest grow very old.
function shadeOf(age, events) {
  return Math.min(AGES - 1, Math.floor(AGES * Math.sqrt(age / events)));
}
