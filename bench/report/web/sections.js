// The pieces that the page is laid out with.

// A part of the page with a heading that names it.
function part(id, title, about, ...children) {
  return element("section", { id, "aria-labelledby": `${id}-title`, tabindex: "-1" },
    element("h2", { id: `${id}-title` }, title), about ? element("p", { class: "quiet about" }, about) : null, ...children);
}

// An allocator's mark and name.
function named(looks, name) {
  return element("span", { class: "named" }, mark(looks.get(name)), element("span", { class: "name" }, name));
}

// The right edge of what scrolls fades as long as there is more behind it.
function fadingEdge(region) {
  const look = () => region.classList.toggle("more", region.scrollLeft + region.clientWidth < region.scrollWidth - 1);
  const observer = new ResizeObserver(look);
  for (const one of [region, ...region.children]) observer.observe(one);
  region.addEventListener("scroll", look);
  return region;
}

// What is wider than the window scrolls inside of itself, also by keys.
function scrolling(label, node) {
  return fadingEdge(element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, node));
}

// How something stands to system, for a table.
function standingText({ standing, blocks_needed: needed }, leads) {
  return `${standing ?? MISSING}${leads ? ", leads" : ""}${isNumber(needed) ? `; ${plural(needed, "block")} would tell` : ""}`;
}

// A table of texts and nodes; columns are {title, isNumber}.
function plainTable(caption, columns, rows) {
  const cell = (value, index) => (index === 0 ? element("th", { scope: "row" }, value)
    : element("td", { class: columns[index].isNumber ? "number" : null }, value));
  return scrolling(caption, element("table", {}, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, columns.map((one) =>
      element("th", { scope: "col", class: one.isNumber ? "number plain" : "plain" }, one.title)))),
    element("tbody", {}, rows.map((row) => element("tr", {}, row.map(cell))))));
}
