import { basename } from 'node:path';
import { assertId, buildReferralGraph, type Referral, type ReferralGraph } from '@payout-engines/core';
import { at, attempt } from './errors.ts';
import { parseInstant } from './instants.ts';
import { type FileOptions, readRows } from './rows.ts';

const COLUMNS = { required: ['referrer', 'referred', 'since'], optional: [] };

/** Who invited whom, from a file: without cycles, and with one referrer for everyone. */
export async function readReferrals(
  file: string,
  timeZone: string,
  options: FileOptions,
): Promise<ReferralGraph> {
  const referrals: Referral[] = [];
  for await (const rows of readRows(file, COLUMNS, options)) {
    for (const { place, values } of rows) {
      const referral = attempt(place, options.onBadLine, () => readReferral(values(), timeZone));
      if (referral !== undefined) referrals.push(referral);
    }
  }
  return at(basename(file), () => buildReferralGraph(referrals));
}

function readReferral(
  [referrer = '', referred = '', since = '']: readonly string[],
  timeZone: string,
): Referral {
  assertId(referrer, 'referrer');
  assertId(referred, 'referred');
  return { referrer, referred, since: parseInstant(since, timeZone) };
}
