import type { ViewCount } from '@payout-engines/core';
import { property } from '../json-object.ts';
import { readCount } from '../read-count.ts';

/** The views of a video as `videos.list` shows it. Its count is text, and left out where nobody is to see it. */
export function videoCount(video: unknown): ViewCount {
  const status = property(video, 'status');
  const upload = property(status, 'uploadStatus');
  if (upload === 'deleted' || upload === 'rejected' || upload === 'failed') {
    return { kind: 'unknown', reason: 'removed' };
  }
  // Only credentials of its owner are shown a private video; its views are nobody's to be paid for.
  if (property(status, 'privacyStatus') === 'private') return { kind: 'unknown', reason: 'private' };
  return readCount(property(property(video, 'statistics'), 'viewCount'));
}
