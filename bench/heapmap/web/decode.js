// The embedded history, decoded once into typed arrays. README.md beside this folder has the format.

async function inflate(base64) {
  const text = atob(base64);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Calls take(index, value) for each of `count` numbers of a column. Products, not shifts: numbers have
// up to 53 bits here.
function forEachVarint(bytes, count, take) {
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    let byte = bytes[at];
    at += 1;
    let value = byte & 127;
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = bytes[at];
      at += 1;
      value += (byte & 127) * scale;
    }
    take(i, value);
  }
}

async function plainColumn(base64, count, Type) {
  const column = new Type(count);
  forEachVarint(await inflate(base64), count, (i, value) => { column[i] = value; });
  return column;
}

// Of differences: an even number is twice one upward, an odd one twice one downward, less one.
async function differenceColumn(base64, count, Type, unit = 1) {
  const column = new Type(count);
  let last = 0;
  forEachVarint(await inflate(base64), count, (i, value) => {
    last += value % 2 ? -(value + 1) / 2 : value / 2;
    column[i] = last * unit;
  });
  return column;
}

async function decodeTimes(packed, to) {
  const { count } = packed;
  const made = await differenceColumn(packed.made, count, Uint32Array);
  const ended = await plainColumn(packed.lifetime, count, Uint32Array);
  for (let i = 0; i < count; i += 1) ended[i] = ended[i] ? made[i] + ended[i] : to;
  return { count, made, ended };
}

async function decodeBlocks(packed, to) {
  const { count, unit } = packed;
  const times = await decodeTimes(packed, to);
  const offset = await differenceColumn(packed.place, count, Float64Array, unit);
  const requested = await plainColumn(packed.requested, count, Float64Array);
  const bytes = await plainColumn(packed.padding, count, Float64Array);
  for (let i = 0; i < count; i += 1) bytes[i] += requested[i];
  return { ...times, offset, requested, bytes };
}

async function decodeExtents(packed, to) {
  const times = await decodeTimes(packed, to);
  const offset = await differenceColumn(packed.place, packed.count, Float64Array);
  const bytes = await plainColumn(packed.bytes, packed.count, Float64Array);
  return { ...times, offset, bytes };
}

async function decodePeaks(packed) {
  const event = await differenceColumn(packed.event, packed.count, Uint32Array);
  return { count: packed.count, event, bytes: await differenceColumn(packed.bytes, packed.count, Float64Array) };
}

// Regions with the place on the axis at which each begins.
function decodeRegions(packed) {
  let offset = 0;
  return packed.map(({ address, bytes }) => {
    const region = { address, bytes, offset };
    offset += bytes;
    return region;
  });
}

async function decodeOverview(packed) {
  const { columns, rows } = packed;
  return { columns, rows, cells: await inflate(packed.cells) };
}

async function decodeHistory(data) {
  const regions = decodeRegions(data.regions);
  return {
    ...data,
    regions,
    axisBytes: regions.reduce((sum, region) => sum + region.bytes, 0),
    blocks: await decodeBlocks(data.blocks, data.to),
    overhead: await decodeExtents(data.overhead, data.to),
    held: await decodeExtents(data.held, data.to),
    arenaPeaks: await decodePeaks(data.arena_peaks),
  };
}
