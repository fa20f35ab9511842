// What is there at one event, and how to get to another.
//
// A Timeline is a list of lives (made, ended) with its order of ends. A Cursor holds the set of those
// that are there at its event: stepping to an event adds the lives made up to it and takes out those
// ended, or the other way round when it goes back. Far jumps begin at a snapshot, of which there are
// as many as SNAPSHOT_IDS lets in, so that no jump steps over more than a small part of the history.

const SNAPSHOT_IDS = 4e6;
const SNAPSHOTS_MOST = 256;

// The numbers of the lives that end before `to`, by the event that ends them: a counting sort.
function orderOfEnds(lives, from, to) {
  const starts = new Uint32Array(to - from + 1);
  let count = 0;
  for (let i = 0; i < lives.count; i += 1) {
    if (lives.ended[i] >= to) continue;
    starts[lives.ended[i] - from] += 1;
    count += 1;
  }
  for (let e = 0, sum = 0; e < starts.length; e += 1) {
    const here = starts[e];
    starts[e] = sum;
    sum += here;
  }
  const order = new Uint32Array(count);
  for (let i = 0; i < lives.count; i += 1) {
    if (lives.ended[i] >= to) continue;
    const slot = lives.ended[i] - from;
    order[starts[slot]] = i;
    starts[slot] += 1;
  }
  return order;
}

class Timeline {
  // `weight` is what a cursor sums up: an array by life.
  constructor(lives, from, to, weight) {
    this.lives = lives;
    this.weight = weight;
    this.from = from;
    this.ends = orderOfEnds(lives, from, to);
    this.snapshots = [];
    this.peaks = new Float64Array(lives.count);
    this.takeSnapshots(from, to);
  }

  // Goes once through the history; also notes the largest sum up to each birth.
  takeSnapshots(from, to) {
    const cursor = new Cursor(this);
    const { made } = this.lives;
    let peak = 0;
    let alive = 0;
    for (let i = 0; i < this.lives.count; i += 1) {
      cursor.seek(Math.max(made[i], from));
      peak = Math.max(peak, cursor.sum);
      this.peaks[i] = peak;
      alive += cursor.count;
    }
    const mean = Math.max(1, alive / Math.max(1, this.lives.count));
    const wanted = Math.max(1, Math.min(SNAPSHOTS_MOST, Math.floor(SNAPSHOT_IDS / mean)));
    const every = Math.max(1024, Math.ceil((to - from) / wanted));
    const again = new Cursor(this);
    for (let event = from + every; event < to; event += every) {
      again.seek(event);
      this.snapshots.push(again.snapshot());
    }
  }

  // The largest sum from the beginning up to where `cursor` is.
  peakAt(cursor) {
    return cursor.born ? this.peaks[cursor.born - 1] : 0;
  }
}

class Cursor {
  constructor(timeline) {
    this.timeline = timeline;
    this.event = -1;
    this.born = 0;  // how many lives were made by now
    this.dead = 0;  // how many of timeline.ends have come
    this.ids = new Uint32Array(1024);
    this.count = 0;
    this.place = new Uint32Array(timeline.lives.count);  // in ids, of those that are there
    this.sum = 0;
    this.watch = null;  // told of every change: {add(id), remove(id), reset()}
  }

  add(id) {
    if (this.count === this.ids.length) {
      const more = new Uint32Array(this.ids.length * 2);
      more.set(this.ids);
      this.ids = more;
    }
    this.ids[this.count] = id;
    this.place[id] = this.count;
    this.count += 1;
    this.sum += this.timeline.weight[id];
    if (this.watch) this.watch.add(id);
  }

  remove(id) {
    this.count -= 1;
    const last = this.ids[this.count];
    const place = this.place[id];
    this.ids[place] = last;
    this.place[last] = place;
    this.sum -= this.timeline.weight[id];
    if (this.watch) this.watch.remove(id);
  }

  snapshot() {
    const { event, born, dead, sum, count } = this;
    return { event, born, dead, sum, ids: this.ids.slice(0, count) };
  }

  restore({ event, born, dead, sum, ids }) {
    if (this.ids.length < ids.length) this.ids = new Uint32Array(ids.length * 2);
    this.ids.set(ids);
    for (let i = 0; i < ids.length; i += 1) this.place[ids[i]] = i;
    Object.assign(this, { event, born, dead, sum, count: ids.length });
    if (this.watch) this.watch.reset();
  }

  // The snapshot nearest to `event`, if it is much nearer than this cursor.
  jump(event) {
    const { snapshots } = this.timeline;
    if (!snapshots.length) return;
    const every = snapshots[0].event - this.timeline.from;
    if (Math.abs(event - this.event) <= every) return;
    const index = Math.min(Math.round((event - this.timeline.from) / every), snapshots.length) - 1;
    if (index < 0) {
      this.restore({ event: -1, born: 0, dead: 0, sum: 0, ids: [] });
    } else {
      this.restore(snapshots[index]);
    }
  }

  seek(event) {
    this.jump(event);
    const { lives: { made, ended, count }, ends } = this.timeline;
    while (this.born < count && made[this.born] <= event) {
      this.add(this.born);
      this.born += 1;
    }
    while (this.dead < ends.length && ended[ends[this.dead]] <= event) {
      this.remove(ends[this.dead]);
      this.dead += 1;
    }
    while (this.dead > 0 && ended[ends[this.dead - 1]] > event) {
      this.dead -= 1;
      this.add(ends[this.dead]);
    }
    while (this.born > 0 && made[this.born - 1] > event) {
      this.born -= 1;
      this.remove(this.born);
    }
    this.event = event;
  }
}
