import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer } from '@payout-engines/example-kit';
import { openServices, type Services, type ServicesOptions } from '../src/services.ts';

/** What the app runs on, with a PostgreSQL server of its own that goes with it. */
export interface Opened {
  readonly services: Services;
  /** Ends the workers and all connections, stops the server and removes its data. */
  close(): Promise<void>;
}

/** Starts a server in a folder of its own, and opens the app’s services on it. */
export async function open(options: Omit<ServicesOptions, 'url'> = {}): Promise<Opened> {
  const folder = await mkdtemp(path.join(tmpdir(), 'creator-batches-'));
  const server = await startServer(folder, { durable: false });
  const services = await openServices({ url: server.url, ...options });
  return {
    services,
    close: async () => {
      await services.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
