import { connect, createServer, type Socket } from 'node:net';

/** Where a connection is cut: a COMMIT on its way to the server, or the server's answer on its way back. */
export type Cut = 'COMMIT' | 'answer of COMMIT';

/** Stands between a pool and a server and cuts a connection once, at a chosen COMMIT. */
export interface CommitCuttingProxy {
  /** The server's address, by way of the proxy. */
  readonly url: string;
  /** How many COMMITs it has seen on the chosen way, the one that it cut at included. */
  seen(): number;
  /** Whether it has cut. */
  hasCut(): boolean;
  close(): Promise<void>;
}

/** As both sides write it: the whole text of a statement, or the tag of a command that is complete. */
const COMMIT = Buffer.from('COMMIT\0');

/** @param time at which COMMIT it cuts, counted from 1 */
export async function commitCuttingProxy(
  serverUrl: string,
  cut: Cut,
  time: number,
): Promise<CommitCuttingProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let seen = 0;
  let done = false;

  /** Passes on what comes, up to the chosen COMMIT; neither side hears anything after that. */
  const pass = (from: Socket, to: Socket, isCutHere: boolean): void => {
    from.on('data', (data) => {
      if (isCutHere && data.includes(COMMIT)) {
        seen += 1;
        if (seen === time) {
          done = true;
          from.destroy();
          to.destroy();
          return;
        }
      }
      to.write(data);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    sockets.add(from);
  };

  const proxy = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    // Small messages go at once; gathering them would make each statement as slow as a distant server's.
    for (const socket of [client, server]) socket.setNoDelay(true);
    pass(client, server, cut === 'COMMIT');
    pass(server, client, cut === 'answer of COMMIT');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const url = new URL(serverUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    seen: () => seen,
    hasCut: () => done,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
