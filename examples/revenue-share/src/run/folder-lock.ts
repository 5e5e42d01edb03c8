import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PayoutError } from '@payout-engines/core';

/**
 * Keeps a folder for this process. The embedded Postgres knows nothing of other processes: two on one folder would
 * write over each other.
 *
 * @returns what gives the folder back.
 * @throws PayoutError with code `STORE_UNAVAILABLE` while another process has it
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'lock');
  const own = join(folder, `lock-${process.pid}`);
  // A link appears with its content, so that nobody ever finds a lock that does not say whose it is.
  writeFileSync(own, `${process.pid}`);
  try {
    while (!linked(own, lock)) takeAwayIfAbandoned(lock);
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(lock, { force: true });
}

function linked(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** A process that was killed leaves its lock behind. */
function takeAwayIfAbandoned(lock: string): void {
  const owner = Number(contentOf(lock));
  if (isRunning(owner)) {
    throw new PayoutError('STORE_UNAVAILABLE', {
      reason: `process ${owner} is working on its folder (if it is not, remove ${lock})`,
    });
  }
  rmSync(lock, { force: true });
}

function contentOf(lock: string): string {
  try {
    return readFileSync(lock, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}

function isRunning(id: number): boolean {
  if (!Number.isSafeInteger(id) || id <= 0 || id === process.pid) return false;
  try {
    // Signal 0 only asks whether the process is there.
    return process.kill(id, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
