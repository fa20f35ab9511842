// Everything that failed in a table, and why.

function failuresList(cells, where) {
  const failed = cells.filter((cell) => !isOk(cell));
  if (!failed.length) return element("p", {}, "Nothing failed.");
  return element("ul", { class: "failures" }, failed.map((cell) => element("li", {},
    element("strong", { class: "bad" }, `\u2715 ${cell.allocator}`), ` on ${where(cell)}: ${reasonOf(cell)}`)));
}
