import { beforeAll, describe, expect, it } from 'vitest';
import type { SeenRequest } from '../../src/testing/index.ts';
import { doEverything } from './everything.ts';
import { type SdkShape, sdkTypes } from './sdk-types.ts';

const sdk = sdkTypes();

/** Which shape a request has, and which the objects have that are answered. */
const SHAPES: readonly (readonly [string, RegExp, SdkShape | undefined, SdkShape])[] = [
  ['POST', /^\/v1\/transfers$/, 'AskedTransfer', 'ShownTransfer'],
  ['GET', /^\/v1\/transfers$/, 'AskedTransfers', 'ShownTransfer'],
  ['POST', /^\/v1\/transfers\/[^/]+\/reversals$/, 'AskedReversal', 'ShownReversal'],
  ['GET', /^\/v1\/transfers\/[^/]+\/reversals$/, 'AskedReversals', 'ShownReversal'],
  ['POST', /^\/v1\/payouts$/, 'AskedPayout', 'ShownPayout'],
  ['GET', /^\/v1\/payouts$/, 'AskedPayouts', 'ShownPayout'],
  ['GET', /^\/v1\/balance$/, undefined, 'ShownBalance'],
  ['POST', /^\/v1\/account_links$/, 'AskedLink', 'ShownLink'],
  ['POST', /^\/v1\/accounts$/, 'AskedAccount', 'ShownAccount'],
  ['GET', /^\/v1\/accounts\/[^/]+$/, undefined, 'ShownAccount'],
  ['GET', /^\/v1\/account$/, undefined, 'ShownAccount'],
];

describe('by the types of the newest SDK', () => {
  const seen: { readonly request: SeenRequest; readonly status: number; readonly body: unknown }[] = [];
  beforeAll(async () => {
    await doEverything({
      answered: (request, { status, body }) =>
        seen.push({ request, status, body: JSON.parse(JSON.stringify(body)) as unknown }),
    });
  });

  it.each(SHAPES)(
    '%s %s is asked and answered as they say',
    (method, path, asked, shown) => {
      const these = seen.filter(
        ({ request, status }) => request.method === method && path.test(request.path) && status === 200,
      );
      expect(these.length).toBeGreaterThan(0);
      for (const { request, body } of these) {
        if (asked !== undefined) expect(sdk.problemsWith(asked, request.body)).toEqual([]);
        else expect(request.body).toBe('');
        const { object, data } = body as { readonly object: string; readonly data?: readonly unknown[] };
        for (const one of object === 'list' ? (data ?? []) : [body]) {
          expect(sdk.problemsWith(shown, one)).toEqual([]);
        }
      }
    },
    60_000,
  );

  it('what is not as they say is noticed', () => {
    expect(sdk.problemsWith('AskedTransfer', 'amount=1&currency=usd&destination=a&bogus=1')).not.toEqual([]);
    expect(sdk.problemsWith('AskedTransfer', 'amount=1&currency=usd')).not.toEqual([]);
    expect(sdk.problemsWith('ShownTransfer', { object: 'transfer' })).not.toEqual([]);
    expect(sdk.problemsWith('ShownAccount', { payouts_enabled: 'yes' })).not.toEqual([]);
  });
});
