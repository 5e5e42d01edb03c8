import { splitTyped } from '@payout-engines/core/split';

/** Prints how many bytes per participant a split takes beside its input, for the kind of weights named. */

const COUNT = 10_000_000;
const wide = process.argv[2] === 'wide';

const warm = wide ? new BigUint64Array(100_000).fill(2n ** 62n) : new Float64Array(100_000).fill(7);
for (let round = 0; round < 20; round++) splitTyped(1_000_000_007n, warm);

const weights = wide ? new BigUint64Array(COUNT) : new Float64Array(COUNT);
const words = new Uint32Array(weights.buffer);
const numbers = new Float64Array(weights.buffer);
let state = 7;
for (let index = 0; index < COUNT; index++) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  if (wide) {
    words[2 * index] = Math.imul(state, 0x85ebca6b);
    words[2 * index + 1] = state >>> 1;
  } else {
    numbers[index] = 1 + (state >>> 13);
  }
}
const before = process.memoryUsage();
const { shares } = splitTyped(1_000_000_007n, weights);
const after = process.memoryUsage();
// Seen twice: by the operating system, which may take pages away in between, and by the engine, which frees nothing
// in so short a time. (The peak that the system reports begins with that of the parent process.)
const resident = after.rss - before.rss;
const allocated = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
console.log(String(Math.max(resident, allocated) / shares.length));
