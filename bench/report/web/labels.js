// Names beside the marks of a scatter, moved apart where they would lie on each other, with a thin
// line back to the mark when moved far. A name that fits nowhere near is left out, a strong one nowhere
// further: the legend has it.

const LABEL_HEIGHT = 15;
const LABEL_CHARACTER_WIDTH = 7.2;
const LABEL_GAP = 5;
const LABEL_ROWS_TRIED = 3;
const LABEL_ROWS_TRIED_STRONG = 7;

function isClear(box, taken, frame) {
  const inside = box.left >= frame.left && box.right <= frame.right && box.top >= 0 && box.bottom <= frame.bottom;
  return inside && !taken.some((other) => box.left < other.right && other.left < box.right &&
    box.top < other.bottom && other.top < box.bottom);
}

// Nearest places first: beside the mark, then a row further up or down, right before left.
function candidateBoxes({ y, left: begin, right: end, name, isStrong }) {
  const width = name.length * LABEL_CHARACTER_WIDTH;
  const boxes = [];
  const rows = isStrong ? LABEL_ROWS_TRIED_STRONG : LABEL_ROWS_TRIED;
  for (let row = 0; row <= rows; row += 1) {
    for (const up of row ? [-1, 1] : [1]) {
      for (const left of [end + LABEL_GAP, begin - LABEL_GAP - width]) {
        const top = y - LABEL_HEIGHT / 2 + up * row * LABEL_HEIGHT;
        boxes.push({ left, right: left + width, top, bottom: top + LABEL_HEIGHT, row });
      }
    }
  }
  return boxes;
}

// `marks` are {x, y, left, right, name, isStrong} in pixels, left and right where a mark and its line end;
// `frame` the bounds {left, right, bottom}. Returns the texts and lines for the chart's `graphic` option. O(marks squared).
function placeLabels(marks, frame, colours) {
  const taken = marks.flatMap(({ x, y, left, right }) => [
    { left: x - 8, right: x + 8, top: y - 8, bottom: y + 8 }, { left, right, top: y - 4, bottom: y + 4 }]);
  const graphics = [];
  for (const one of marks) {
    const box = candidateBoxes(one).find((candidate) => isClear(candidate, taken, frame));
    if (!box) continue;
    taken.push(box);
    const middle = (box.top + box.bottom) / 2;
    graphics.push({
      type: "text",
      silent: true,
      z: 10,
      style: { text: one.name, x: box.left, y: middle, verticalAlign: "middle", fill: colours.text,
        backgroundColor: colours.ground,
        font: `${one.isStrong ? "600 13px" : "12px"} ${CHART_FONT}` },
    });
    if (box.row === 0) continue;
    const end = box.left > one.x ? box.left - 2 : box.right + 2;
    graphics.push({
      type: "line",
      silent: true,
      z: 9,
      shape: { x1: one.x, y1: one.y, x2: end, y2: middle },
      style: { stroke: colours.quiet, lineWidth: 1 },
    });
  }
  return graphics;
}
