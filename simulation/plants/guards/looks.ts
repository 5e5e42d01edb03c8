import type { Plant } from '../plant.ts';

const VERDICT = 'payouts/verdict.ts';
const CARRY_OUT = 'engines/payouts/carry-out.ts';

/** Looking before sending again, and what having found nothing proves. */
export const LOOKS: readonly Plant[] = [
  {
    name: 'no-lookup',
    removes: 'What may have been sent is looked up before it is sent again: here nothing is ever found.',
    edits: [
      {
        file: CARRY_OUT,
        find: `const objects = await provider.find({ program, payout, account: attempt.account });`,
        replace: `const objects: readonly PaymentObject[] = [];`,
      },
    ],
  },
  {
    name: 'lookup-error-is-absent',
    removes: 'A look that failed says nothing: here it says that there is nothing.',
    edits: [
      {
        file: CARRY_OUT,
        find: `answer: { kind: 'unknown', code: codeOf(error, 'lookup_failed') }`,
        replace: `answer: { kind: 'absent', lookedAt }`,
      },
    ],
  },
  {
    name: 'no-quiet-period',
    removes: 'Absence counts once everything under way has arrived: here at once.',
    edits: [{ file: VERDICT, find: `answer.lookedAt.getTime() < quietUntil`, replace: `false` }],
  },
  {
    name: 'look-dated-after-it',
    own: true,
    removes: 'A look is dated before it begins: here after it has ended.',
    edits: [
      {
        file: CARRY_OUT,
        find: `return { objects, answer: { kind: 'absent', lookedAt } };`,
        replace: `return {
      objects,
      answer: { kind: 'absent', lookedAt: await context.store.transact(program, (unit) => unit.now()) },
    };`,
      },
    ],
  },
  {
    name: 'quiet-from-first-send',
    own: true,
    removes: 'The quiet period counts from the last send: here from the first.',
    edits: [
      {
        file: VERDICT,
        find: `lastSentAt.getTime() + promises.inFlightMs + delayMs`,
        replace: `firstSentAt.getTime() + promises.inFlightMs + delayMs`,
      },
    ],
  },
  {
    name: 'quiet-period-without-lag',
    own: true,
    removes: 'The quiet period includes how long a lookup may lag: here it does not.',
    edits: [
      {
        file: VERDICT,
        find: `promises.inFlightMs + delayMs + marginMs + leaseMs;`,
        replace: `promises.inFlightMs;`,
      },
    ],
  },
  {
    name: 'absent-always-proves',
    removes: 'Absence proves only where a lookup is authoritative and sees far enough: here everywhere.',
    edits: [
      {
        file: VERDICT,
        find: `return authoritative && seesFarEnough ? 'proven' : 'not_proven';`,
        replace: `return 'proven';`,
      },
    ],
  },
  {
    name: 'no-lookup-is-absence',
    own: true,
    removes: 'A provider without a lookup proves nothing: here its silence is absence.',
    edits: [
      {
        file: VERDICT,
        find: `if (answer.kind === 'no_lookup' || promises.lookup === undefined) return 'not_proven';`,
        replace: `if (answer.kind === 'no_lookup' || promises.lookup === undefined) return 'proven';`,
      },
    ],
  },
  {
    name: 'epoch-ignored',
    removes: 'After a restore even first sends are looked up: here they are sent.',
    edits: [
      {
        file: 'engines/payouts/decide-claims.ts',
        find: `controls.epoch > 0 ? 'look' : 'send'`,
        replace: `'send'`,
      },
    ],
  },
];
