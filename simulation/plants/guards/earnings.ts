import type { Plant } from '../plant.ts';

const CREDIT = 'engines/payouts/credit.ts';
const RELEASE = 'engines/payouts/release.ts';
const REVERSE = 'engines/payouts/reverse.ts';
const POSTING = 'ledger/posting.ts';

/** What is owed, what is taken back, and the ledger under both. */
export const EARNINGS_AND_LEDGER: readonly Plant[] = [
  {
    name: 'hold-released-early',
    removes: 'An earning is released when its hold is over: here two days before.',
    edits: [
      {
        file: RELEASE,
        find: `unit.earnings.due({ at: await unit.now(),`,
        replace: `unit.earnings.due({ at: new Date((await unit.now()).getTime() + 172_800_000),`,
      },
      {
        file: RELEASE,
        find: `if (hold?.until !== undefined && now.getTime() < hold.until.getTime()) return false;`,
        replace: ``,
      },
    ],
  },
  {
    name: 'condition-ignored',
    own: true,
    removes: 'An earning waits for its condition: here for its time alone.',
    edits: [
      {
        file: RELEASE,
        find: `return hold.condition === 'verified' && verified;`,
        replace: `return true;`,
      },
    ],
  },
  {
    name: 'credit-not-idempotent',
    removes: 'One credit key is one earning: here each call is one.',
    edits: [
      {
        file: CREDIT,
        find: `const asked = distinct(credits.map(earningOf));`,
        replace: `const asked = distinct(
    credits.map((credit) => ({
      ...earningOf(credit),
      id: creditedEarningId(\`\${credit.key}-\${context.timers.monotonic()}\`),
    })),
  );`,
      },
    ],
  },
  {
    name: 'stored-earning-credited-again',
    removes: 'An earning that is there is not credited again: here only the ledger and the rows know.',
    edits: [
      {
        file: CREDIT,
        find: `if (isSameEarning(stored, earning)) return false;`,
        replace: `if (isSameEarning(stored, earning)) return true;`,
      },
    ],
  },
  {
    name: 'early-reversal-dropped',
    removes: 'A reversal that comes before its earning is kept: here it is forgotten.',
    edits: [{ file: REVERSE, find: `await unit.reversals.put([record]);`, replace: `` }],
  },
  {
    name: 'early-reversal-not-applied',
    own: true,
    removes: 'A credit applies the reversals that wait for it: here it does not.',
    edits: [
      {
        file: CREDIT,
        find: `const waiting = await unit.reversals.waiting(added.map(({ id }) => id));`,
        replace: `const waiting: readonly ReversalRecord[] = [];`,
      },
    ],
  },
  {
    name: 'bonus-not-reversed',
    removes: 'A reversal takes the bonuses with it: here they stay.',
    edits: [{ file: REVERSE, find: `this.#reverseBonusesOf(earning.id, record);`, replace: `` }],
  },
  {
    name: 'bonus-of-bonus-not-reversed',
    own: true,
    removes: 'A reversal takes the bonuses of bonuses too: here the first ones only.',
    edits: [{ file: REVERSE, find: `this.#reverseBonusesOf(bonus.id, record);`, replace: `` }],
  },
  {
    name: 'bonus-rounded-up',
    own: true,
    removes: 'What is left of a bonus is rounded down: here up.',
    edits: [
      {
        file: REVERSE,
        find: `parseRate(bonus.bonusOf.rate), 'floor')`,
        replace: `parseRate(bonus.bonusOf.rate), 'ceiling')`,
      },
    ],
  },
  {
    name: 'reversal-leaves-unclaimed-payouts',
    removes: 'A reversal cancels unclaimed payouts before it leaves a debt: here they are paid.',
    edits: [
      {
        file: REVERSE,
        find: `if (fromAvailable > 0n) this.#makeAvailable(participant, currency, fromAvailable);`,
        replace: ``,
      },
    ],
  },
  {
    name: 'reversal-cancels-what-is-claimed',
    own: true,
    removes: 'A reversal leaves claimed payouts alone: here it cancels them too.',
    edits: [
      {
        file: REVERSE,
        find: `open.filter(({ state }) => state === 'pending' || state === 'approved')`,
        replace: `open`,
      },
      {
        file: 'payouts/states.ts',
        find: `give_up: 'needs_review',`,
        replace: `give_up: 'needs_review',
    cancel: 'cancelled',`,
      },
    ],
  },
  {
    name: 'held-part-not-taken-first',
    own: true,
    removes: 'A reversal takes what is held first: here it all comes from what is available.',
    edits: [
      {
        file: REVERSE,
        find: `const fromHeld = earning.held < amount ? earning.held : amount;`,
        replace: `const fromHeld = 0n;`,
      },
    ],
  },
  {
    name: 'reversal-bound-in-engine',
    removes: 'The engine takes back no more than is left: here what was asked for.',
    edits: [
      { file: REVERSE, find: `if (asked > left && !mayExceed) {`, replace: `if (false) {` },
      {
        file: REVERSE,
        find: `const applied = asked > left ? left : asked;`,
        replace: `const applied = asked;`,
      },
    ],
  },
  {
    name: 'reversal-bound-in-ledger',
    removes: 'The ledger reverses no more than was moved: here any amount.',
    edits: [{ file: POSTING, find: `if (reversed > original.moved) {`, replace: `if (false) {` }],
  },
  {
    name: 'reversal-bound-in-earnings',
    removes: 'A stored earning is not reversed by more than it is: here by any amount.',
    edits: [{ file: 'ledger/earning.ts', find: `reversed > amount\n`, replace: `false\n` }],
  },
  {
    name: 'never-negative',
    removes: 'The ledger lets no account fall below zero: here any.',
    edits: [
      {
        file: POSTING,
        find: `if (balance >= request.asked) return request.asked;`,
        replace: `return request.asked;`,
      },
    ],
  },
  {
    name: 'retry-without-money',
    own: true,
    removes: 'A retry needs its money to be available: here the ledger alone knows.',
    edits: [{ file: 'engines/payouts/steps.ts', find: `if (available < amount) {`, replace: `if (false) {` }],
  },
  {
    name: 'idempotency-of-transfers',
    removes: 'A transfer is posted once: here each time that it is asked for.',
    edits: [{ file: POSTING, find: `if (stored !== undefined) {`, replace: `if (false) {` }],
  },
];
