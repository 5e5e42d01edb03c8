/** Works through numbers below a count, so many at once. Rejects with the first failure, after which no more begin. */
export async function inLanes(
  count: number,
  lanes: number,
  work: (number: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < count && !failed) {
      const number = next;
      next += 1;
      try {
        await work(number);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
