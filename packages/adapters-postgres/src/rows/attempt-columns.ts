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

export function readAttempt(columns: Columns): Attempt {
  const opened = {
    payout: columns.text(),
    number: columns.integer(),
    participant: columns.text(),
    currency: columns.text(),
    net: columns.bigint(),
    provider: columns.text(),
    account: columns.text(),
    environment: columns.word(ENVIRONMENTS),
    key: columns.text(),
    request: columns.text(),
    openedAt: columns.instant(),
  };
  const by = columns.optionalText();
  const sent = {
    firstSentAt: columns.instant(),
    lastSentAt: columns.instant(),
    sends: columns.integer(),
    notExecuted: columns.integer(),
    tries: columns.integer(),
  };
  const absentAt = columns.optionalInstant();
  const pendingObject = columns.optionalText();
  const end = columns.optionalWord(ENDS);
  const code = columns.optionalText();
  const endedAt = columns.optionalInstant();
  return {
    ...opened,
    ...(by === undefined ? {} : { by }),
    ...sent,
    ...(absentAt === undefined ? {} : { absentAt }),
    ...(pendingObject === undefined ? {} : { pendingObject }),
    ...(end === undefined ? {} : { end }),
    ...(code === undefined ? {} : { code }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}
