// Numbers as people read them. A missing number (null, or not finite) is an en dash, never a zero.

const MISSING = "\u2013";

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

// Three significant digits, no exponent, thin spaces between thousands: 0.713, 24.7, 12 300.
function formatNumber(value) {
  if (!isNumber(value)) return MISSING;
  if (value === 0) return "0";
  const digits = Math.floor(Math.log10(Math.abs(value)));
  const fraction = Math.min(6, Math.max(0, 2 - digits));
  return value.toFixed(fraction).replace(/\B(?=(\d{3})+$)/g, fraction ? "" : "\u202f");
}

function formatCount(value) {
  if (!isNumber(value)) return MISSING;
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

// Bytes in binary units: 512 B, 1.50 KiB, 24.7 MiB.
function formatBytes(value) {
  if (!isNumber(value)) return MISSING;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : formatNumber(value)} ${units[unit]}`;
}

// Without the zeros that three digits would give it: 2 MiB, not 2.00 MiB.
function formatBytesTick(value) {
  return formatBytes(value).replace(/\.0+(?= )/, "").replace(/(\.\d*?)0+(?= )/, "$1");
}

function formatRatio(value) {
  return isNumber(value) ? `${formatNumber(value)}\u00d7` : MISSING;
}

// Low and high of an interval, as much as its ratio's digits: 0.690–0.731. Empty where there is none.
function formatInterval(low, high) {
  return isNumber(low) && isNumber(high) ? `${formatNumber(low)}\u2013${formatNumber(high)}` : "";
}

// A ratio to system of figures that have its interval, too; system's own has none to tell.
function ratioText({ ratio_to_system: ratio, ratio_to_system_interval: interval }, allocator) {
  const said = allocator === BASELINE ? "" : formatInterval(...(interval ?? []));
  return `${formatRatio(ratio)}${said ? ` (${said})` : ""}`;
}

// A rate: 71.4 M/s. `value` in operations per second.
function formatRate(value) {
  if (!isNumber(value)) return MISSING;
  const units = ["", "k", "M", "G"];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formatNumber(value)} ${units[unit]}`.trim();
}

function formatRateTick(value) {
  return formatRate(value).replace(/\.0+(?=\D|$)/, "").replace(/(\.\d*?)0+(?=\D|$)/, "$1");
}

// Nanoseconds in the unit that a person would say: 50.2 ns, 12.3 \u00b5s, 4.10 ms.
function formatTime(value) {
  if (!isNumber(value)) return MISSING;
  const units = ["ns", "\u00b5s", "ms", "s"];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formatNumber(value)} ${units[unit]}`;
}

// 12.3 ns as a tick: without the zeros that three digits would give it.
function formatTimeTick(value) {
  return formatTime(value).replace(/\.0+(?= )/, "").replace(/(\.\d*?)0+(?= )/, "$1");
}

// A share with all the nines that it has: 50 %, 99.99 %.
function formatPercent(share) {
  return `${Number((share * 100).toPrecision(7))} %`;
}

// A figure as `format` writes it, or the sign that it is missing.
function figureText(value, format) {
  return isNumber(value) ? format(value) : MISSING;
}

function formatShare(value) {
  return isNumber(value) ? `${Math.round(value * 100)} %` : MISSING;
}

// A word of a shell command that means itself.
function shellWord(text) {
  return /^[\w./+,:@%=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function plural(count, noun) {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function join(names) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

// The smallest of 1, 2, 5 times a power of `base` that is at least `rough`.
function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

// About five round values from `low` to `high` (both positive) for a logarithmic axis. Less than a
// factor of two apart, even steps read better than powers.
function logTicks(low, high) {
  const ticks = [];
  if (high / low < 3) {
    const step = niceStep((high - low) / 7);
    for (let i = Math.ceil(low / step); i * step <= high; i += 1) ticks.push(i * step);
    return ticks;
  }
  const factors = high / low < 12 ? [1, 1.5, 2, 3, 5, 7] : high / low < 1000 ? [1, 2, 5] : [1];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}
