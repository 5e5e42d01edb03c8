import { PayoutError } from '@payout-engines/core';
import { type JsonObject, jsonObject } from './events/json-object.ts';
import type { PageParams } from './stripe-client.ts';

const PAGE = 100;

/**
 * The pages of a list, to its end: what stands on a later page would otherwise be taken for absent. An answer that is not
 * a page is an error, never the end.
 */
export async function* pagesOf(
  list: (page: PageParams) => PromiseLike<unknown>,
): AsyncGenerator<readonly JsonObject[]> {
  let after: string | undefined;
  for (;;) {
    const answer = jsonObject(
      await list({ limit: PAGE, ...(after !== undefined && { starting_after: after }) }),
    );
    const data: unknown = answer?.['data'];
    if (answer?.['object'] !== 'list' || !Array.isArray(data) || typeof answer['has_more'] !== 'boolean') {
      throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'what it answered is not a list' });
    }
    const rows: readonly unknown[] = data;
    const page = rows.map(rowOf);
    yield page;
    const last: unknown = page.at(-1)?.['id'];
    if (!answer['has_more']) return;
    if (typeof last !== 'string' || last === after) {
      throw new PayoutError('PROVIDER_UNAVAILABLE', {
        reason: 'its list has more and does not say from where',
      });
    }
    after = last;
  }
}

function rowOf(row: unknown): JsonObject {
  const object = jsonObject(row);
  if (object === undefined)
    throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'what it answered is not a list of objects' });
  return object;
}
