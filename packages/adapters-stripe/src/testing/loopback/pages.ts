import { type Answer, done, invalid, missing } from './answer.ts';
import { type Form, textOf, wholeOf } from './form.ts';

/** The parameters that every list takes. */
export const PAGING = ['limit', 'starting_after', 'ending_before', 'expand'] as const;

/** A page of a list, newest first. */
export function pageOf(oldestFirst: readonly Record<string, unknown>[], form: Form, url: string): Answer {
  const all = [...oldestFirst].reverse();
  const limit = wholeOf(textOf(form, 'limit') ?? '10');
  if (limit === undefined || limit < 1 || limit > 100) {
    return invalid({ code: 'parameter_invalid_integer', message: 'Invalid limit.', param: 'limit' });
  }
  const after = textOf(form, 'starting_after');
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && from === 0) return missing('object', after, 'starting_after', 400);
  const data = all.slice(from, from + limit);
  return done({ object: 'list', data, has_more: from + limit < all.length, url });
}

/** The instant that a list begins with, in milliseconds. */
export function createdSince(form: Form): number {
  const { created } = form;
  const since = typeof created === 'object' ? textOf(created, 'gte') : created;
  return since === undefined ? 0 : (wholeOf(since) ?? 0) * 1000;
}
