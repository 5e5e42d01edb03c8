import { readClipUrl, type Platform, type ViewCount } from '@payout-engines/core';
import { failed } from '../failed.ts';
import { property } from '../json-object.ts';
import { readCount } from '../read-count.ts';
import type { ApifyActor } from './actors.ts';

/** The ids of the content that an item of a dataset can be about: the one it says, and those of its addresses. */
export function contentsOf(item: unknown, actor: ApifyActor, platform: Platform): ReadonlySet<string> {
  const contents = new Set<string>();
  for (const name of actor.ids) {
    const id = property(item, name);
    if (typeof id === 'string') contents.add(id);
  }
  for (const name of actor.urls) {
    const read = readClipUrl(property(item, name));
    if (read.kind === 'clip' && read.platform === platform) contents.add(read.content);
  }
  return contents;
}

/** The views that an item of a dataset tells. */
export function itemCount(item: unknown, actor: ApifyActor): ViewCount {
  const error = property(item, 'errorCode') ?? property(item, 'error');
  if (error !== undefined && error !== null) {
    return typeof error === 'string' && NOT_THERE.has(error)
      ? { kind: 'unknown', reason: 'missing' }
      : failed('unavailable');
  }
  const count = readCount(property(item, actor.count));
  if (count.kind !== 'unknown' || actor.uncounted === undefined) return count;
  const kind = property(item, actor.uncounted.property);
  return typeof kind === 'string' && actor.uncounted.values.includes(kind)
    ? { kind: 'unknown', reason: 'uncounted' }
    : count;
}

/** What actors say of a clip that was taken away, is private or never was: they cannot tell which. */
const NOT_THERE = new Set([
  'NOT_FOUND',
  'POST_NOT_FOUND',
  'not_found',
  'no_items',
  'Post not found or private.',
]);
