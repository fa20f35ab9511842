// Objects, strings, JSON, regular expressions, buffers and sorting, the same every time.
"use strict";

let state = 12345;
function next(bound) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % bound;
}

const records = [];
for (let i = 0; i < 4000; ++i) {
  records.push({ id: i, name: "name" + next(1000), tags: Array.from({ length: next(8) }, () => "t" + next(50)) });
}
const text = JSON.stringify(records);
const back = JSON.parse(text);
const byName = new Map();
for (const record of back) {
  if (!byName.has(record.name)) byName.set(record.name, []);
  byName.get(record.name).push(record);
}
const words = text.match(/name\d+/g).map((word) => word.toUpperCase()).sort();
let bytes = 0;
for (let i = 0; i < 3000; ++i) bytes += Buffer.alloc(4096 + next(20000)).length;
console.log(byName.size, words.length, words[0], bytes);
