// The arithmetic of the page, in this one place: what is averaged how, and how well it is known.
//
// A ratio r has an interval [low, high]; in logarithms it reaches d = ln r - ln low down and
// u = ln high - ln r up. The mean of n ratios is geometric, m = (ln r1 + ... + ln rn) / n, for ratios
// multiply and being twice as fast must undo being half as fast. Every trace is measured in processes and
// blocks of its own, so its error is taken as independent of the others': variances add, the standard error of
// the mean is the root of the sum of their squares over n, and intervals, being a fixed number of standard
// errors long, combine alike: [m - sqrt(d1^2 + ... + dn^2) / n, m + sqrt(u1^2 + ... + un^2) / n]. Either
// side has its own sum, so that a skewed interval stays skewed.
//
// That is how well the mean over *these* traces is known, not what another trace would show: how far traces
// differ among themselves is in the table of all of them, and is no error.

// The bounds of bench/statistics/standing.h, where they are explained.
const SAME_WITHIN = 1.03;
const LEAST_NOISE = 1.005;
const LEAST_BLOCKS = 6;
const LEAST_BLOCKS_OF_PLAIN = 3;
const PLAIN_RATIO = 2;
// Memory has no interval: it is measured once. Of two runs of the same program the resident pages differ by a per
// cent or so, so what is no further apart than this is told as the same.
const SAME_MEMORY_WITHIN = 1.02;

// To nine digits, as bench/publish/settled.h: what is as far as the noise is so here and in the tables.
function settled(value) {
  return Number(value.toPrecision(9));
}

// The geometric mean: null when there is none, or a value is missing or not positive.
function geometricMean(values) {
  if (!values.length || !values.every((value) => isNumber(value) && value > 0)) return null;
  return settled(Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length));
}

// `parts` have ratio_to_system and its _interval. {ratio, low, high}; low and high are null when an
// interval is missing, and all is null when a ratio is.
function meanRatio(parts) {
  const ratio = geometricMean(parts.map((one) => one?.ratio_to_system));
  if (ratio === null) return null;
  const intervals = parts.map((one) => one.ratio_to_system_interval);
  if (!intervals.every((one) => one?.length === 2 && one[0] > 0 && one[1] > 0)) return { ratio, low: null, high: null };
  const reach = (end) => Math.hypot(...parts.map((one, index) =>
    Math.log(one.ratio_to_system / intervals[index][end]))) / parts.length;
  return { ratio, low: settled(ratio * Math.exp(-reach(0))), high: settled(ratio * Math.exp(reach(1))) };
}

// How many blocks a cell of any kind of record has.
function blocksOf(cell) {
  return (cell.ns_per_op_blocks ?? cell.elapsed_ns_per_op_blocks ?? cell.cpu_s_blocks)?.length ?? 0;
}

// What the interval of so many blocks is: with few there is none of 95 % (bench/statistics/stats.h).
function intervalName(blocks) {
  return blocks >= LEAST_BLOCKS ? "95 % interval" : `range of ${plural(blocks, "block")}`;
}

// Of several, in the plural: `counts` are their blocks.
function intervalsName(counts) {
  const few = counts.filter((count) => count < LEAST_BLOCKS).length;
  if (!few) return "95 % intervals";
  return few === counts.length ? "ranges of the blocks" : `95 % intervals; below ${LEAST_BLOCKS} blocks, their range`;
}

// Of a mean over cells of which the one with the fewest has so many: of one cell that one's, of several none of
// 95 % when some have only a range.
function meanIntervalName({ blocks, count }) {
  return blocks >= LEAST_BLOCKS || count === 1 ? intervalName(blocks) : "interval";
}

// The noise of a mean: those of its traces put together as their intervals are, for every trace has processes
// of its own. Where there was no pair on a trace (null), no difference is known to be one.
function noiseOfMean(noises) {
  const reach = Math.hypot(...noises.map((noise) => Math.log(noise ?? Infinity))) / noises.length;
  return Math.max(LEAST_NOISE, settled(Math.exp(reach)));
}

// Where a mean of cells stands to system, by the rule of bench/statistics/standing.h for a single cell, as
// bench/publish/judged_mean.h applies it. A cell of few blocks that is known all the same (more than twice as
// slow) does not stand in the mean's way.
function standingOfMean(mean, cells, noises) {
  if (!mean || mean.low === null) return null;
  const { low, high } = mean;
  const noise = noiseOfMean(noises);
  const blocks = Math.min(...cells.map((cell) =>
    (cell.standing === "unresolved" ? blocksOf(cell) : Math.max(blocksOf(cell), LEAST_BLOCKS))));
  const isPlain = blocks >= LEAST_BLOCKS_OF_PLAIN && (low > PLAIN_RATIO || high < 1 / PLAIN_RATIO);
  if (blocks < LEAST_BLOCKS && !isPlain) return "unresolved";
  if (high < 1 / noise) return "faster";
  if (low > noise) return "slower";
  return low > 1 / SAME_WITHIN && high < SAME_WITHIN && noise < SAME_WITHIN ? "same" : "unresolved";
}

// The 95 % interval of the median of what `values` were drawn from, by order alone: it reaches from the
// k-th smallest to the k-th largest, where k is the largest whose chance of missing on one side, the sum
// of C(n, i) / 2^n for i < k, is at most 2.5 % (David and Nagaraja, "Order Statistics", 2003, 7.1). Below
// six values no k would do: then it is their range, which promises less. Null for no values.
function medianInterval(values) {
  if (!values?.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  let rank = 0;
  let term = 0.5 ** count;
  let missed = term;
  while (missed <= 0.025 && rank < count / 2) {
    rank += 1;
    term *= (count - rank + 1) / rank;
    missed += term;
  }
  const from = Math.max(0, rank - 1);
  return [sorted[from], sorted[count - 1 - from]];
}

// What memory may mean. Over system's: on each trace, then the mean. A trace on which it is not known of somebody
// is in nobody's mean (record.js): otherwise means would be over other traces for one allocator than for the next.
const MEMORY_MEASURES = {
  resident: {
    title: "peak resident \u00f7 system\u2019s",
    axis: "peak resident memory, \u00d7 system",
    of: (cell, baseline) => cell.resident_bytes_peak / baseline?.resident_bytes_peak,
  },
  held: {
    title: "peak held \u00f7 system\u2019s",
    axis: "peak held memory, \u00d7 system",
    isHeld: true,
    of: (cell, baseline) => cell.held_over_live_peak / baseline?.held_over_live_peak,
  },
  overLive: {
    title: "peak held \u00f7 peak live (#4)",
    axis: "peak held \u00f7 peak live",
    isHeld: true,
    of: (cell) => cell.held_over_live_peak,
  },
};

// An allocator's place over the chosen traces. One that failed or was not run on one of them has no
// means: a mean over the traces that it survived would reward failing on the hard ones.
function placeOf(table, allocator, traces, memory) {
  const cells = traces.map((trace) => table.cell(trace, allocator));
  const complete = cells.length > 0 && cells.every(isOk);
  const time = complete ? meanRatio(cells) : null;
  const { of, isHeld } = MEMORY_MEASURES[memory];
  const doubted = new Set((isHeld ? table.heldDoubts : table.residentDoubts).map(({ cell }) => cell.trace));
  const weighed = cells.filter((cell) => cell && !doubted.has(cell.trace));
  return {
    allocator,
    time,
    standing: allocator === BASELINE ? null : standingOfMean(time, cells, traces.map(table.noise)),
    count: cells.length,
    blocks: complete ? Math.min(...cells.map(blocksOf)) : 0,
    memory: complete ? geometricMean(weighed.map((cell) => of(cell, table.cell(cell.trace, BASELINE)))) : null,
    leads: cells.filter((cell) => isOk(cell) && cell.leads).length,
    failed: cells.filter((cell) => cell && !isOk(cell)),
    missing: cells.filter((cell) => !cell).length,
    judged: allocator === BASELINE ? [] : cells.filter((cell) => isOk(cell) && cell.standing),
  };
}

// Fastest first, those without a mean last, so that every chart and list has the same order.
function placesOf(table, traces, memory) {
  const rank = (one) => one.time?.ratio ?? Infinity;
  return table.allocators.map((allocator) => placeOf(table, allocator, traces, memory))
    .sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

// Whether `b` is known to be slower than `a`. Against system by the standing, which is of noise and blocks,
// too. Of two others: their intervals do not meet, and both have one. That is cautious, for both ratios share
// system's error, which their quotient would not have.
function isKnownSlower(b, a) {
  if (a.allocator === BASELINE) return b.standing === "slower";
  if (b.allocator === BASELINE) return a.standing === "faster";
  return isNumber(b.time.low) && isNumber(a.time.high) && b.time.low > a.time.high;
}

// Whether `b` needs so much more memory than `a` that it is not told as the same.
function needsMore(b, a) {
  return b.memory > a.memory * SAME_MEMORY_WITHIN;
}

// Those that need least, the least of all first.
function leanest(places) {
  const sorted = places.filter((one) => isNumber(one.memory)).sort((a, b) => a.memory - b.memory);
  return sorted.filter((one) => !needsMore(one, sorted[0]));
}

// Those that nobody beats in time and memory both: the sensible choices. Who is not known to be slower is
// not beaten; who is, and needs as much, is.
function unbeaten(places) {
  const ranked = places.filter((one) => one.time && isNumber(one.memory));
  return ranked.filter((one) => !ranked.some((other) => !needsMore(other, one) && isKnownSlower(one, other)));
}
