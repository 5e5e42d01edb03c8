import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

/** What closing one period in a process of its own took. */
export interface Closed {
  readonly planMs: number;
  readonly commitMs: number;
  readonly peakMb: number;
  readonly balanced: boolean;
  readonly transfers: number;
  readonly earnings: number;
}

/** From where the interactions of the period come: counted already, or the events that the store holds. */
export type Source = 'counts' | 'events';

/** Closes one period in a process of its own; without a server, in the memory store. */
export async function close(source: Source, participants: number, url?: string): Promise<Closed> {
  const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
  const parameters = [
    '--max-old-space-size=1400',
    ...process.execArgv.filter((flag) => !flag.startsWith('--max-old-space-size')),
    worker,
    source,
    String(participants),
    ...(url === undefined ? [] : [url]),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, parameters);
  const closed: Closed = JSON.parse(stdout);
  if (!closed.balanced)
    throw new Error(`${url === undefined ? 'memory' : 'PostgreSQL'}: the books do not balance`);
  return closed;
}
