import type { Attempt, AttemptEnd, Environment } from '@payout-engines/core';
import type { Columns } from '../session/columns.ts';
import {
  instantColumn,
  integerColumn,
  keyColumn,
  RowSet,
  textColumn,
  writtenColumn,
} from '../session/row-set.ts';
import { anyText, milliseconds } from '../session/statement.ts';
import type { Writable } from '../session/writable.ts';

const ENVIRONMENTS: Readonly<Record<Environment, true>> = { live: true, test: true };

const ENDS: Readonly<Record<AttemptEnd, true>> = {
  paid: true,
  refused: true,
  absent: true,
  not_sent: true,
  declared_failed: true,
};

const KEY = {
  payout: keyColumn<Attempt>(({ payout }) => payout),
  number: integerColumn<Attempt>(({ number }) => number),
};

const FROZEN = {
  participant: textColumn<Attempt>(({ participant }) => participant),
  currency: textColumn<Attempt>(({ currency }) => currency),
  net: integerColumn<Attempt>(({ net }) => net),
  provider: textColumn<Attempt>(({ provider }) => provider),
  account: textColumn<Attempt>(({ account }) => account),
  environment: textColumn<Attempt>(({ environment }) => environment),
  key: textColumn<Attempt>(({ key }) => key),
  request: writtenColumn<Attempt>(({ request }) => request),
};

/** Not asked for by whoever puts an attempt again: it stays as it is. */
const OPENED = { opened_at: instantColumn<Attempt>(({ openedAt }) => openedAt) };

const CHANGES = {
  paid_by: textColumn<Attempt>(({ by }) => by),
  first_sent_at: instantColumn<Attempt>(({ firstSentAt }) => firstSentAt),
  last_sent_at: instantColumn<Attempt>(({ lastSentAt }) => lastSentAt),
  sends: integerColumn<Attempt>(({ sends }) => sends),
  not_executed: integerColumn<Attempt>(({ notExecuted }) => notExecuted),
  tries: integerColumn<Attempt>(({ tries }) => tries),
  absent_at: instantColumn<Attempt>(({ absentAt }) => absentAt),
  pending_object: textColumn<Attempt>(({ pendingObject }) => pendingObject),
  ended_as: textColumn<Attempt>(({ end }) => end),
  code: textColumn<Attempt>(({ code }) => code),
  ended_at: instantColumn<Attempt>(({ endedAt }) => endedAt),
};

/** The condition stands behind what was compared before; a trigger stands behind it, for whoever writes by hand. */
export const ATTEMPTS = new RowSet<Attempt>(
  'attempt',
  { ...KEY, ...FROZEN, ...OPENED, ...CHANGES },
  `ON CONFLICT (program, payout, number) DO UPDATE
   SET ${names(CHANGES, (name) => `${name} = excluded.${name}`)}
   WHERE (${names(FROZEN, (name) => `stored.${name}`)}) = (${names(FROZEN, (name) => `excluded.${name}`)}) RETURNING 1`,
);

function names(columns: object, part: (name: string) => string): string {
  return Object.keys(columns).map(part).join(', ');
}

/** What {@link readAttempt} reads. */
export const ATTEMPT_COLUMNS = `${anyText('payout')}, number, ${anyText('participant')}, ${anyText('currency')}, net,
  ${anyText('provider')}, ${anyText('account')}, environment, ${anyText('key')}, ${anyText('request')},
  ${milliseconds('opened_at')}, ${anyText('paid_by')}, ${milliseconds('first_sent_at')},
  ${milliseconds('last_sent_at')}, sends, not_executed, tries, ${milliseconds('absent_at')},
  ${anyText('pending_object')}, ended_as, ${anyText('code')}, ${milliseconds('ended_at')}`;

/** Field by field, as payouts are. */
export function readAttempt(columns: Columns): Attempt {
  const payout = columns.text();
  const number = columns.integer();
  const participant = columns.text();
  const currency = columns.text();
  const net = columns.bigint();
  const provider = columns.text();
  const account = columns.text();
  const environment = columns.word(ENVIRONMENTS);
  const key = columns.text();
  const request = columns.text();
  const openedAt = columns.instant();
  const by = columns.optionalText();
  const firstSentAt = columns.instant();
  const lastSentAt = columns.instant();
  const sends = columns.integer();
  const notExecuted = columns.integer();
  const tries = columns.integer();
  const absentAt = columns.optionalInstant();
  const pendingObject = columns.optionalText();
  const end = columns.optionalWord(ENDS);
  const code = columns.optionalText();
  const endedAt = columns.optionalInstant();
  const attempt: Writable<Attempt> = {
    payout,
    number,
    participant,
    currency,
    net,
    provider,
    account,
    environment,
    key,
    request,
    openedAt,
    firstSentAt,
    lastSentAt,
    sends,
    notExecuted,
    tries,
  };
  if (by !== undefined) attempt.by = by;
  if (absentAt !== undefined) attempt.absentAt = absentAt;
  if (pendingObject !== undefined) attempt.pendingObject = pendingObject;
  if (end !== undefined) attempt.end = end;
  if (code !== undefined) attempt.code = code;
  if (endedAt !== undefined) attempt.endedAt = endedAt;
  return attempt;
}
