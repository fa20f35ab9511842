// Who is drawn how. Colour is never alone: every allocator also has a shape, drawn from the same
// path in the charts and in the legend. Colours are Okabe and Ito's, told apart with any colour
// vision; yellow comes last, being faint on white. `system` is always the foreground's colour, as the
// thing compared with.

const OKABE_ITO = ["#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7", "#F0E442"];

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

// Position in the record decides, so an allocator keeps its looks when others are hidden. Seven
// colours with seven shapes, the shapes moved on by one each round: 49 different pairs.
function looksOf(names) {
  const looks = new Map();
  let next = 0;
  for (const name of names) {
    if (name === BASELINE) {
      looks.set(name, { colour: null, shape: SHAPES.circle });
      continue;
    }
    const round = Math.floor(next / OKABE_ITO.length);
    looks.set(name, {
      colour: OKABE_ITO[next % OKABE_ITO.length],
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
  };
}

function colourOf(look, colours) {
  return look.colour ?? colours.text;
}
