import type { Plant } from '../plant.ts';

const BY_HAND = 'engines/payouts/by-hand.ts';
const STEPS = 'engines/payouts/steps.ts';

/** What people may do, and who is told. */
export const OPERATORS: readonly Plant[] = [
  {
    name: 'manual-completion-while-unknown',
    removes: 'Nobody completes by hand what a worker has sent: here anybody does.',
    edits: [
      {
        file: BY_HAND,
        find: `if (live === undefined || (state !== 'needs_review' && live.by === undefined)) {`,
        replace: `if (live === undefined) {`,
      },
    ],
  },
  {
    name: 'declare-failed-while-sent',
    removes: 'Nobody declares failed what a worker has sent and can still find out: here anybody does.',
    edits: [
      {
        file: STEPS,
        find: `if (state === 'processing' && change.live?.by === undefined) {`,
        replace: `if (false) {`,
      },
    ],
  },
  {
    name: 'two-operators',
    removes: 'A payout that one operator has claimed is theirs: here another may complete it.',
    edits: [
      {
        file: BY_HAND,
        find: `if (live.by !== undefined && live.by !== by)`,
        replace: `if (false)`,
      },
    ],
  },
  {
    name: 'transaction-used-twice',
    own: true,
    removes: 'A transaction id completes one payout: here any number.',
    edits: [
      { file: BY_HAND, find: `if (booked !== undefined)\n`, replace: `if (false)\n` },
      { file: BY_HAND, find: `if (booked?.payout === id) return;`, replace: `` },
    ],
  },
  {
    name: 'manual-claim-skips-digest',
    own: true,
    removes: 'Payment by hand is of what was approved: here of whatever the payout says now.',
    edits: [
      {
        file: BY_HAND,
        find: `if (payout.approval?.digest !== approvalDigest(unit.program, payout)) {`,
        replace: `if (false) {`,
      },
      {
        file: BY_HAND,
        find: `change.payout.state === 'approved' && hasOtherDestination(context, change.payout, person?.destination);`,
        replace: `false;`,
      },
    ],
  },
  {
    name: 'notifications-forgotten',
    removes: 'Whoever cares about a change is told of it: here nobody is.',
    edits: [
      {
        file: 'engines/payouts/write.ts',
        find: `if (told.length > 0) await unit.outbox.add(told);`,
        replace: ``,
      },
    ],
  },
  {
    name: 'epoch-not-kept',
    own: true,
    removes: 'The epoch of a restored store is kept: here it is forgotten as soon as it is raised.',
    edits: [
      {
        file: 'engines/payouts/stops.ts',
        find: `{ ...controls, epoch: controls.epoch + 1, restored: { at, since } }`,
        replace: `controls`,
      },
    ],
  },
];
