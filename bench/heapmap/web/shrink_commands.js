// The commands that make the trace up to the moment, and shrink it, ready to be copied.

function heapButton(text, label, act) {
  return element("button", { type: "button", "aria-label": label, title: label, click: act }, text);
}

class ShrinkCommands {
  constructor(model) {
    this.model = model;
    this.list = element("div", { class: "heap-commands" });
    this.node = element("details", { class: "heap-shrink" }, element("summary", {}, "Shrink to this moment"), this.list);
    this.said = "";
  }

  // The most held over an arena over the most live, from the first event of the trace on; null where it is
  // not known.
  ratio() {
    const { history, event, cursors: { blocks } } = this.model;
    const { arenaPeaks } = history;
    if (event >= history.arena_to) return null;
    let last = -1;
    for (let step = 2 ** 31; step >= 1; step /= 2) {
      if (last + step < arenaPeaks.count && arenaPeaks.event[last + step] <= event) last += step;
    }
    const live = Math.max(history.live_peak_before, blocks.timeline.peakAt(blocks));
    return live && last >= 0 ? arenaPeaks.bytes[last] / live : null;
  }

  say() {
    const { history, event } = this.model;
    const lines = commandsFor(history, event, this.ratio());
    const said = lines.join("\n");
    if (said === this.said) return;
    this.said = said;
    this.list.replaceChildren(
      element("p", { class: "quiet" }, lines.length > 1
        ? "The trace up to this event, and the fewest calls of it that still need almost as much memory for what " +
          "is live (most held over most live until here, on an arena that gives what is asked for)."
        : "The trace up to this event. (There is no ratio to shrink by: too long a trace for that, or nothing " +
          "held in vain.)"),
      ...lines.map((line) => this.commandLine(line)));
  }

  commandLine(line) {
    const copy = heapButton("Copy", `Copy: ${line}`, async () => {
      await copyText(line);
      copy.textContent = "Copied";
    });
    return element("div", { class: "heap-command" }, element("code", {}, line), copy);
  }
}

// Also where the page came from a file, for which browsers may give no clipboard.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element("textarea", { class: "heap-copied" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
