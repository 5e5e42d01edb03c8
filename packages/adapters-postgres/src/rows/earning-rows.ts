import {
  assertEarning,
  type Earning,
  type EarningKind,
  type EarningRows,
  isSameEarning,
  PayoutError,
} from '@payout-engines/core';
import { assertIds, byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { list, listed } from '../session/params.ts';
import { instantColumn, integerColumn, keyColumn, RowSet, textColumn } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText, milliseconds } from '../session/statement.ts';

const COLUMNS = `${anyText('id')}, ${anyText('participant')}, ${anyText('currency')}, amount, kind,
  ${anyText('subject')}, held, released, reversed, ${milliseconds('hold_until')}, hold_condition`;

const FIND = (s: string): string =>
  `SELECT ${COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.earning WHERE program = $1 AND id = k.wanted OFFSET 0) AS e`;

const ALL = (s: string): string => `SELECT ${COLUMNS} FROM ${s}.earning WHERE program = $1`;

const EARNINGS = new RowSet<Earning>('earning', {
  id: keyColumn(({ id }) => id),
  participant: textColumn(({ participant }) => participant),
  currency: textColumn(({ currency }) => currency),
  amount: integerColumn(({ amount }) => amount),
  kind: textColumn(({ kind }) => kind),
  subject: textColumn(({ subject }) => subject),
  held: integerColumn(({ held }) => held),
  released: integerColumn(({ released }) => released),
  reversed: integerColumn(({ reversed }) => reversed),
  hold_until: instantColumn(({ hold }) => hold?.until),
  hold_condition: textColumn(({ hold }) => hold?.condition),
});

/** No ON CONFLICT, which would cost a half more: an id that was taken meanwhile makes everything run again. */
const ADD = (s: string): string => EARNINGS.insert(s);

const KINDS: Readonly<Record<EarningKind, true>> = { share: true, referral_bonus: true };

/** The earnings of one program. */
export function earningRows(session: Session): EarningRows {
  return {
    add: (earnings) => session.operation(() => add(session, earnings)),
    find: (ids) =>
      session.operation(async () => {
        assertIds(ids, 'earning');
        const found = await find(session, ids);
        return ids.map((id) => found.get(id));
      }),
    all: async function* () {
      for await (const rows of session.stream(ALL)) yield rows.map(readEarning);
    },
  };
}

async function add(session: Session, earnings: readonly Earning[]): Promise<void> {
  for (const earning of earnings) assertEarning(earning);
  const ids = earnings.map(({ id }) => id);
  // A batch with an id twice could be refused for what is stored: it is looked at.
  const hopeful = session.hopeful(ids.length) && new Set(ids).size === ids.length;
  const added = newEarnings(earnings, hopeful ? new Map() : await find(session, ids));
  if (added.length === 0) return;
  await session.query(ADD, ...EARNINGS.params(inOrder(added, ({ id }) => id)));
}

/** Those that are not stored, each once. */
function newEarnings(earnings: readonly Earning[], stored: ReadonlyMap<string, Earning>): readonly Earning[] {
  const added = new Map<string, Earning>();
  for (const earning of earnings) {
    const earlier = added.get(earning.id) ?? stored.get(earning.id);
    if (earlier === undefined) added.set(earning.id, earning);
    else if (!isSameEarning(earlier, earning)) {
      throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'earning', id: earning.id });
    }
  }
  return [...added.values()];
}

async function find(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, Earning>> {
  if (ids.length === 0) return new Map();
  return byId((await session.query(FIND, list(ids))).map(readEarning));
}

function readEarning(row: unknown): Earning {
  const columns = new Columns(row);
  const earning = {
    id: columns.text(),
    participant: columns.text(),
    currency: columns.text(),
    amount: columns.bigint(),
    kind: columns.word(KINDS),
    subject: columns.text(),
    held: columns.bigint(),
    released: columns.bigint(),
    reversed: columns.bigint(),
  };
  const until = columns.optionalInstant();
  const conditional = columns.optionalText() !== undefined;
  if (until === undefined && !conditional) return earning;
  return {
    ...earning,
    hold: {
      ...(until === undefined ? {} : { until }),
      ...(conditional ? { condition: 'verified' as const } : {}),
    },
  };
}
