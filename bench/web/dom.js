// Building the page. Text goes in as text nodes only: nothing in a record can become markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      node.addEventListener(name, value);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

// element("p", {class: "quiet", click: handler}, "text", otherElement)
function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svgElement(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

// The mark of an allocator, as in the charts.
function mark(look) {
  return svgElement(
    "svg",
    { class: "mark", viewBox: "-1 -1 26 26", "aria-hidden": "true" },
    svgElement("path", { d: look.shape, fill: look.colour ?? "currentColor" }),
  );
}

// Rows of a term and what it is; missing and empty values are left out.
function definitions(rows) {
  const list = element("dl");
  for (const [term, value] of rows) {
    if (value === null || value === undefined || value === "") continue;
    list.append(element("dt", {}, term), element("dd", {}, value));
  }
  return list;
}
