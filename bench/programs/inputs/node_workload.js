// A log service's hour: objects, JSON, regular expressions, sorting, and buffers that are packed and
// hashed. Runs as many rounds as its argument says, and prints what it found, which depends on
// nothing else.
"use strict";
const crypto = require("crypto");
const zlib = require("zlib");

let state = 12345;
function below(bound) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % bound;
}

function makeEntries(count) {
  const entries = [];
  for (let i = 0; i < count; ++i) {
    const tags = Array.from({ length: below(8) }, () => "t" + below(50));
    entries.push({ id: i, name: "name" + below(700), tags, text: "x".repeat(below(60)) });
  }
  return entries;
}

function oneRound(digest, kept) {
  const text = JSON.stringify(makeEntries(1500));
  const byName = new Map();
  for (const entry of JSON.parse(text)) {
    if (!byName.has(entry.name)) byName.set(entry.name, []);
    byName.get(entry.name).push(entry);
  }
  const words = text.match(/name\d+/g).map((word) => word.toUpperCase()).sort();
  // Memory outside of the garbage collector's heap: this is what malloc sees of node.
  const packets = [];
  for (let i = 0; i < 400; ++i) {
    const from = below(text.length - 9000);
    packets.push(Buffer.from(text.slice(from, from + 1000 + below(8000))));
  }
  const all = Buffer.concat(packets);
  // A raw stream of deflate says nothing about the system that made it.
  digest.update(zlib.deflateRawSync(all.subarray(0, 200000), { level: 1 }));
  digest.update(all).update(`${byName.size} ${words.length} ${words[0]}`);
  kept.push(packets);
  if (kept.length > 3) kept.shift();
}

const digest = crypto.createHash("sha256");
const kept = [];
for (let rounds = Number(process.argv[2]); rounds > 0; --rounds) oneRound(digest, kept);
console.log(digest.digest("hex"), kept.flat().reduce((sum, packet) => sum + packet.length, 0));
