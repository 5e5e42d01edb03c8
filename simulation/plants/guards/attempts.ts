import type { Plant } from '../plant.ts';

const SETTLE_ANSWER = 'engines/payouts/settle-answer.ts';
const STEPS = 'engines/payouts/steps.ts';
const CHANGE = 'engines/payouts/change.ts';

/** From one attempt to the next, and the money that is set aside for each. */
export const ATTEMPTS: readonly Plant[] = [
  {
    name: 'closed-attempt-sends-again',
    removes: 'A refused attempt never sends again: here it is tried again under its own number and key.',
    edits: [
      {
        file: SETTLE_ANSWER,
        find: `  change.unreserve(attempt);
  change.reserve(attempt + 1);`,
        replace: ``,
      },
      {
        file: SETTLE_ANSWER,
        find: `change.take('refuse_for_now', { attempt: attempt + 1,`,
        replace: `change.take('refuse_for_now', {`,
      },
    ],
  },
  {
    name: 'retry-keeps-attempt-number',
    removes: 'A retry is a new attempt: here it is the old one.',
    edits: [
      { file: STEPS, find: `change.reserve(attempt + 1);`, replace: `change.reserve(attempt);` },
      {
        file: STEPS,
        find: `attempt: attempt + 1,`,
        replace: `attempt,`,
      },
    ],
  },
  {
    name: 'next-attempt-not-reserved',
    removes: 'The next attempt has its money set aside: here it has not.',
    edits: [{ file: SETTLE_ANSWER, find: `change.reserve(attempt + 1);`, replace: `` }],
  },
  {
    name: 'failure-does-not-unreserve',
    removes: 'A proven failure gives the money back: here it stays set aside.',
    edits: [
      {
        file: CHANGE,
        find: `this.endAttempt(attempt, end, code);
    this.unreserve(attempt);`,
        replace: `this.endAttempt(attempt, end, code);
    if (end === 'declared_failed') this.unreserve(attempt);`,
      },
    ],
  },
  {
    name: 'unreserve-twice',
    removes: 'A reservation is given back once: here twice, by a second transfer that names none.',
    edits: [
      {
        file: CHANGE,
        find: `      kind: 'unreserve',
      reverses: transferIds.reserve(this.#payout.id, number),
    });`,
        replace: `      kind: 'unreserve',
      reverses: transferIds.reserve(this.#payout.id, number),
    });
    this.#post({
      id: \`\${transferIds.unreserve(this.#payout.id, number)}-again\`,
      debit: participantAccount(participant, 'reserved'),
      credit: participantAccount(participant, 'available'),
      asked: amount,
      kind: 'unreserve',
    });`,
      },
    ],
  },
  {
    name: 'cancel-forgets-reservation',
    own: true,
    removes: 'A payout that is called off gives its money back: here it does not.',
    edits: [{ file: STEPS, find: `change.unreserve(change.payout.attempt);`, replace: `` }],
  },
  {
    name: 'declared-failed-keeps-reservation',
    own: true,
    removes: 'A payout that is declared failed gives its money back: here it does not.',
    edits: [
      {
        file: CHANGE,
        find: `this.endAttempt(attempt, end, code);
    this.unreserve(attempt);`,
        replace: `this.endAttempt(attempt, end, code);
    if (end !== 'declared_failed') this.unreserve(attempt);`,
      },
    ],
  },
  {
    name: 'earlier-payment-forgotten',
    removes:
      'A payout that an earlier attempt has paid after all ends there: here it fails with the newest, and can be sent again.',
    edits: [
      {
        file: CHANGE,
        find: `return this.attempts.some(({ end }) => end === 'paid');`,
        replace: `return false;`,
      },
    ],
  },
  {
    name: 'refused-with-debt-reserves-anyway',
    removes: 'A debt gets what a refused attempt gives back: here the next attempt does.',
    edits: [
      {
        file: SETTLE_ANSWER,
        find: `    available < 0n ||\n`,
        replace: ``,
      },
    ],
  },
  {
    name: 'earlier-failure-ends-later-attempt',
    own: true,
    removes:
      'An object says something of its own attempt only: here a failed one ends whichever is under way.',
    edits: [
      {
        file: SETTLE_ANSWER,
        find: `|| live?.number !== number || live.by`,
        replace: `|| live === undefined || live.by`,
      },
    ],
  },
  {
    name: 'cancel-while-sending',
    removes: 'What is being sent cannot be cancelled: here it can.',
    edits: [
      {
        file: 'payouts/states.ts',
        find: `give_up: 'needs_review',`,
        replace: `give_up: 'needs_review',
    cancel: 'cancelled',`,
      },
    ],
  },
  {
    name: 'cancelled-can-be-claimed',
    own: true,
    removes: 'A payout that was read as due is read again under the lock: here its state from before counts.',
    edits: [
      {
        file: 'engines/payouts/decide-claims.ts',
        find: `if (payout.state !== 'approved' && payout.state !== 'pending') return undefined;`,
        replace: `if (payout.state !== 'approved' && payout.state !== 'pending' && payout.state !== 'cancelled') return undefined;`,
      },
      {
        file: 'payouts/states.ts',
        find: `cancelled: { evidence: 'completed' },`,
        replace: `cancelled: { evidence: 'completed', claim: 'processing' },`,
      },
    ],
  },
];
