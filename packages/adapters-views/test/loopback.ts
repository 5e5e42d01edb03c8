import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An answer as it is sent. `never` is none, one that is `cutOff` ends with its connection, and `endless` repeats. */
export interface Sent {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly never?: true;
  readonly cutOff?: true;
  readonly endless?: string;
}

/** A service on the loopback interface. */
export interface Loopback {
  readonly baseUrl: string;
  readonly arrived: readonly Arrived[];
  close(): Promise<void>;
}

/** Serves real HTTP on the loopback interface. */
export async function loopback(answer: (request: Arrived) => Sent): Promise<Loopback> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const body = unpacked(Buffer.concat(chunks), request.headers['content-encoding']);
      const seen = { method: request.method ?? '', url, headers: request.headers, body };
      arrived.push(seen);
      const sent = answer(seen);
      if (sent.never) return;
      response.writeHead(sent.status ?? 200, {
        'content-type': 'application/json; charset=utf-8',
        ...sent.headers,
      });
      if (sent.cutOff) {
        response.write(sent.body ?? '', () => response.destroy());
        return;
      }
      if (sent.endless !== undefined) {
        const more = () => {
          while (!response.destroyed && response.write(sent.endless)) continue;
        };
        response.on('drain', more);
        more();
        return;
      }
      response.end(sent.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is an object; the cast is one of a test.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    arrived,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Clients pack larger bodies. */
function unpacked(body: Buffer, encoding: string | undefined): string {
  if (encoding === 'gzip') return gunzipSync(body).toString();
  return (encoding === 'br' ? brotliDecompressSync(body) : body).toString();
}
