import { serve } from '@hono/node-server';
import type { KitApp } from './kit-app.tsx';

/** An app that answers requests. */
export interface Listening {
  readonly url: string;
  /** Takes no new requests, and resolves when those under way are answered. */
  close(): Promise<void>;
}

/** Serves an app on this machine. Port 0 is any free one. */
export async function listen(app: KitApp, port: number, hostname = '127.0.0.1'): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname }, (address) => {
      resolve({
        url: `http://${hostname}:${address.port}`,
        close: () =>
          new Promise((closed, failed) => {
            server.close((error) => {
              if (error === undefined) closed();
              else failed(error);
            });
            if ('closeIdleConnections' in server) server.closeIdleConnections();
          }),
      });
    });
    server.on('error', reject);
  });
}
