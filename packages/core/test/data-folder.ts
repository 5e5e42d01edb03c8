import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'vitest';

const PROJECT_ROOT = resolve(import.meta.dirname, '../../..');

/**
 * The folder of real data and published examples, if it is there: `PAYOUT_ENGINES_DATA`, or `../shared/data`, seen
 * from the root of the project. None of it is part of the project.
 */
export function dataFolder(): string | undefined {
  const folder = resolve(PROJECT_ROOT, process.env['PAYOUT_ENGINES_DATA'] ?? '../shared/data');
  return existsSync(folder) ? folder : undefined;
}

/**
 * The path of something in the data folder. Where the folder is absent the test says so and is skipped; where `CI` is
 * set it fails, so that no one takes for tested what was not.
 *
 * @example
 * ```ts
 * it('agrees with the published examples', (ctx) => {
 *   const examples = JSON.parse(readFileSync(needsData(ctx, 'worked-examples/tiers.json'), 'utf8'));
 * });
 * ```
 */
export function needsData(ctx: TestContext, path = '.'): string {
  const folder = dataFolder();
  if (folder !== undefined) return join(folder, path);
  const reason = 'the data folder is absent: set PAYOUT_ENGINES_DATA to where it is';
  if (process.env['CI'] !== undefined) throw new Error(reason);
  console.warn(`Skipped "${ctx.task.name}": ${reason}`);
  return ctx.skip(reason);
}
