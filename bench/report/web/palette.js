// Who is drawn how. Colour is never alone: every allocator also has a shape, drawn from the same
// path in the charts and in the legend. Colours are Okabe and Ito's, told apart with any colour
// vision. Some are faint on white: there marks and bars have an edge (--mark-edge), and lines, which have none,
// a darker colour, so that everything drawn has a contrast of 3 (WCAG 2.2, 1.4.11). `system` is always the
// foreground's colour, as the thing compared with.

const COLOURS = [
  { colour: "#0072B2", line: "#0072B2" },
  { colour: "#D55E00", line: "#D55E00" },
  { colour: "#009E73", line: "#009E73" },
  { colour: "#E69F00", line: "#BF8400" },
  { colour: "#56B4E9", line: "#3490CC" },
  { colour: "#CC79A7", line: "#CC79A7" },
  { colour: "#F0E442", line: "#948B00" },
];

// In a box of 24 by 24.
const SHAPES = {
  circle: "M12 2a10 10 0 1 0 0.01 0z",
  square: "M3 3h18v18h-18z",
  triangle: "M12 2L23 21H1z",
  diamond: "M12 1L23 12L12 23L1 12z",
  wedge: "M12 22L1 3H23z",
  plus: "M9 2h6v7h7v6h-7v7h-6v-7h-7v-6h7z",
  cross: "M6 2L12 8L18 2L22 6L16 12L22 18L18 22L12 16L6 22L2 18L8 12L2 6z",
  hexagon: "M7 3h10l5 9l-5 9h-10l-5 -9z",
};
const SHAPE_ORDER = ["square", "triangle", "diamond", "wedge", "plus", "cross", "hexagon"];

const BASELINE = "system";

// Of all names of the page at once: an allocator has the same looks in every table and part, and keeps them when
// others are hidden. Seven colours with seven shapes, the shapes moved on by one each round: 49 different pairs.
function looksOf(names) {
  const looks = new Map();
  let next = 0;
  for (const name of names) {
    if (name === BASELINE) {
      looks.set(name, { colour: null, line: null, shape: SHAPES.circle });
      continue;
    }
    const round = Math.floor(next / COLOURS.length);
    looks.set(name, {
      ...COLOURS[next % COLOURS.length],
      shape: SHAPES[SHAPE_ORDER[(next + round) % SHAPE_ORDER.length]],
    });
    next += 1;
  }
  return looks;
}

// The colours of the theme, from page.css: one fact in one place.
function theme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    text: read("--text"),
    quiet: read("--quiet"),
    line: read("--line"),
    ground: read("--ground"),
    bad: read("--bad"),
    area: read("--area"),
    hatch: read("--hatch"),
    edge: read("--mark-edge"),
    isOnWhite: !window.matchMedia("(prefers-color-scheme: dark)").matches,
  };
}

function colourOf(look, colours) {
  return look.colour ?? colours.text;
}

function lineColourOf(look, colours) {
  return (colours.isOnWhite ? look.line : look.colour) ?? colours.text;
}

// A bar in an allocator's colour. It lies beside no other, so in the dark it needs no edge.
function filled(look, colours) {
  return { color: colourOf(look, colours), borderColor: colours.edge, borderWidth: colours.isOnWhite ? 1 : 0 };
}
