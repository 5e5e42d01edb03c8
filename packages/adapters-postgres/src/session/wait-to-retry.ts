const SHORTEST_MS = 8;
const DOUBLINGS = 6;

/** Waits a random time, about twice as long after each attempt, so that those who collided do not do so again. */
export async function waitToRetry(attempt: number): Promise<void> {
  const most = SHORTEST_MS << (attempt < DOUBLINGS ? attempt : DOUBLINGS);
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  const ms = ((random >>> 16) * most) >>> 16;
  await new Promise((resolve) => setTimeout(resolve, ms));
}
