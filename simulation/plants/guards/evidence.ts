import type { Plant } from '../plant.ts';

const SETTLE_OBJECT = 'engines/payouts/settle-object.ts';
const CHANGE = 'engines/payouts/change.ts';
const RECEIVE = 'engines/payouts/receive.ts';

/** What is booked by what a provider shows, and what comes back. */
export const EVIDENCE: readonly Plant[] = [
  {
    name: 'webhook-dedupe-off',
    removes: 'An event has its effect once: here each time that it comes.',
    edits: [{ file: RECEIVE, find: `if (isNew !== true) return { kind: 'duplicate' };`, replace: `` }],
  },
  {
    name: 'event-account-unchecked',
    own: true,
    removes: 'An event of another account is refused: here it is believed.',
    edits: [
      {
        file: RECEIVE,
        find: `if (event.account !== account.id || event.environment !== account.environment) {`,
        replace: `if (false) {`,
      },
    ],
  },
  {
    name: 'evidence-needs-reservation',
    removes: 'Evidence is booked in every state: here only while money is set aside.',
    edits: [
      {
        file: SETTLE_OBJECT,
        find: `change.bookMovement(provider.id, object.id, number, object.amount, 'available');`,
        replace: `if (!change.holdsReservation) return;
  change.bookMovement(provider.id, object.id, number, object.amount, 'available');`,
      },
    ],
  },
  {
    name: 'evidence-spares-reservation',
    own: true,
    removes: 'What was paid takes its reservation: here it is taken from what is available.',
    edits: [
      {
        file: SETTLE_OBJECT,
        find: `change.bookMovement(provider.id, object.id, number, object.amount, 'reserved');`,
        replace: `change.bookMovement(provider.id, object.id, number, object.amount, 'available');`,
      },
    ],
  },
  {
    name: 'evidence-booked-each-time',
    own: true,
    removes: 'A movement is booked once: here whenever it is seen.',
    edits: [
      {
        file: SETTLE_OBJECT,
        find: `if (known === undefined) bookNew(`,
        replace: `bookNew(`,
      },
    ],
  },
  {
    name: 'later-attempt-paid-anyway',
    removes: 'Evidence for an earlier attempt closes a later one that was not sent: here that is paid too.',
    edits: [
      {
        file: SETTLE_OBJECT,
        find: `const laterIsSent =`,
        replace: `if (payout.attempt > number && change.holdsReservation) {
    change.bookMovement(provider.id, object.id, number, object.amount, 'available');
    change.endAttempt(number, 'paid');
    return;
  }
  const laterIsSent =`,
      },
    ],
  },
  {
    name: 'later-sent-ignored',
    removes: 'Evidence leaves a later attempt that was sent its reservation: here it takes it.',
    edits: [
      {
        file: SETTLE_OBJECT,
        find: `&& (change.live?.sends ?? 0) > 0`,
        replace: `&& false`,
      },
    ],
  },
  {
    name: 'duplicate-not-booked',
    removes: 'A second movement of a payout is booked too: here it is overlooked.',
    edits: [
      {
        file: SETTLE_OBJECT,
        find: `change.bookMovement(provider.id, object.id, number, object.amount, 'available');`,
        replace: `if (laterIsSent || another || payout.state === 'completed' || payout.state === 'returned') return;
  change.bookMovement(provider.id, object.id, number, object.amount, 'available');`,
      },
    ],
  },
  {
    name: 'fee-charged-twice',
    removes: 'A payout has one fee: here it is charged double.',
    edits: [{ file: CHANGE, find: `asked: fee,`, replace: `asked: fee + fee,` }],
  },
  {
    name: 'fee-of-platform-charged-to-participant',
    own: true,
    removes: 'Who bears a fee was approved: here the participant bears every one.',
    edits: [
      {
        file: CHANGE,
        find: `debit: feeBearer === 'participant' ? debit : 'funding',`,
        replace: `debit: participantAccount(participant, 'available'),`,
      },
      {
        file: CHANGE,
        find: `kind: feeBearer === 'participant' && from === 'available' ? 'evidence' : 'fee',`,
        replace: `kind: 'evidence',`,
      },
    ],
  },
  {
    name: 'returns-added-up',
    removes: 'What a provider says has come back is cumulative: here it is added each time.',
    edits: [
      {
        file: SETTLE_OBJECT,
        find: `const upTo = object.returned < movement.moved ? object.returned : movement.moved;`,
        replace: `const sum = movement.returned + object.returned;
  const upTo = sum < movement.moved ? sum : movement.moved;`,
      },
    ],
  },
  {
    name: 'stale-return-read',
    removes: 'An older reading says nothing new: here it takes a return back.',
    edits: [
      {
        file: SETTLE_OBJECT,
        find: `if (upTo <= movement.returned) return;`,
        replace: `if (upTo === movement.returned) return;`,
      },
    ],
  },
  {
    name: 'partial-return-is-whole',
    own: true,
    removes: 'A part that came back is booked as a part: here as the whole.',
    edits: [
      {
        file: SETTLE_OBJECT,
        find: `const upTo = object.returned < movement.moved ? object.returned : movement.moved;`,
        replace: `const upTo = object.returned > 0n ? movement.moved : 0n;`,
      },
    ],
  },
  {
    name: 'return-counted-once-only',
    own: true,
    removes: 'Returns come in parts: here only the first is booked.',
    edits: [
      {
        file: SETTLE_OBJECT,
        find: `if (upTo <= movement.returned) return;`,
        replace: `if (upTo <= movement.returned || movement.returned > 0n) return;`,
      },
    ],
  },
  {
    name: 'return-credited-to-platform',
    own: true,
    removes: "What came back is the participant's again: here the platform keeps it.",
    edits: [
      {
        file: CHANGE,
        find: `credit: participantAccount(participant, 'available'),
        asked: toParticipant,`,
        replace: `credit: 'funding',
        asked: toParticipant,`,
      },
    ],
  },
  {
    name: 'reconcile-reports-only',
    own: true,
    removes:
      'What a comparison finds at the provider is booked: here only what is seen by workers and events is.',
    edits: [
      {
        file: 'engines/payouts/reconcile.ts',
        find: `await settleWithin(this.#context, unit, findings);`,
        replace: ``,
      },
    ],
  },
];
