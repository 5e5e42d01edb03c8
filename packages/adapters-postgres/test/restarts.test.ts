import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from './server.ts';
import { payThroughRestarts } from './trials/restarts.ts';

describe('a server that is restarted again and again', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('loses no payout and doubles none', async () => {
    const survived = await payThroughRestarts(server, { payouts: 300, every: { sends: 80 }, workers: 3 });
    expect(survived.paid).toBe(300);
    expect(survived.restarts).toBeGreaterThan(0);
  });
});
