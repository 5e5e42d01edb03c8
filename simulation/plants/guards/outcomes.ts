import type { Plant } from '../plant.ts';

const VERDICT = 'payouts/verdict.ts';
const CARRY_OUT = 'engines/payouts/carry-out.ts';

/** What may be concluded from an answer, and from none. */
export const OUTCOMES: readonly Plant[] = [
  {
    name: 'timeout-is-failure',
    removes: 'An unknown outcome proves nothing: here it closes the attempt as failed.',
    edits: [
      {
        file: VERDICT,
        find: `case 'unknown':`,
        replace: `case 'unknown':
      return { kind: 'closed', end: 'refused', scope: 'payout', code: answer.code };`,
      },
    ],
  },
  {
    name: 'timeout-is-not-sent',
    own: true,
    removes: 'A send that threw may have been executed: here it counts as one that was never begun.',
    edits: [
      {
        file: CARRY_OUT,
        find: `return { kind: 'unknown', code: codeOf(error, 'send_failed') };`,
        replace: `return 'not_sent';`,
      },
    ],
  },
  {
    name: 'refusal-of-resend-is-final',
    removes: 'A refusal of a second send says nothing of the first: here it closes the attempt.',
    edits: [
      {
        file: VERDICT,
        find: `if (possiblyExecuted(attempt) <= 1 && !mayBeForgotten(circumstances, attempt)) return true;`,
        replace: `return true;`,
      },
    ],
  },
  {
    name: 'unstored-refusal-is-final',
    removes: 'Only a refusal that is kept under the key answers all its sends: here any refusal does.',
    edits: [{ file: VERDICT, find: `    stored &&\n`, replace: `` }],
  },
  {
    name: 'refusal-is-final-without-replay',
    own: true,
    removes:
      'Only a provider that replays its first answer makes a kept refusal final: here every provider does.',
    edits: [{ file: VERDICT, find: `promises.keys?.replaysFirstAnswer === true &&`, replace: `` }],
  },
  {
    name: 'refusal-is-final-after-the-window',
    own: true,
    removes: 'A kept refusal is final while its key is kept: here for ever.',
    edits: [{ file: VERDICT, find: `    now.getTime() < keptUntil\n`, replace: `    true\n` }],
  },
  {
    name: 'not-executed-counted-twice',
    removes: 'One refusal to execute is about one send: here it clears two.',
    edits: [
      {
        file: VERDICT,
        find: `Math.min(attempt.notExecuted + 1, attempt.sends)`,
        replace: `Math.min(attempt.notExecuted + 2, attempt.sends)`,
      },
    ],
  },
  {
    name: 'too-many-tries-is-failure',
    removes: 'After too many tries a person must look: here the attempt is closed as one that moved nothing.',
    edits: [
      {
        file: VERDICT,
        find: `return { kind: 'review', code: 'too_many_tries' };`,
        replace: `return { kind: 'closed', end: 'refused', scope: 'payout', code: 'too_many_tries' };`,
      },
    ],
  },
  {
    name: 'not-a-payment-accepted',
    removes:
      'An answer that does not say whose payment it is proves nothing: here it is taken for this payout.',
    edits: [
      { file: CARRY_OUT, find: `const isOurs =`, replace: `const isOurs = true ||` },
      {
        file: CARRY_OUT,
        find: `? findingOf(task, [outcome.object])`,
        replace: `? findingOf(task, [
            {
              ...outcome.object,
              reference: { program: task.program, payout: task.payout, attempt: task.attempt.number },
              status: 'moved',
              account: task.attempt.account,
              environment: task.attempt.environment,
              currency: task.attempt.currency,
              amount: task.attempt.net,
              destination: request.destination,
              returned: 0n,
            },
          ])`,
      },
    ],
  },
  {
    name: 'pending-object-forgotten',
    own: true,
    removes:
      'A payment that exists and has not ended is only waited for: here it is forgotten when a look misses it.',
    edits: [
      {
        file: VERDICT,
        find: `if (attempt.pendingObject !== undefined) return fruitless(circumstances, attempt);`,
        replace: ``,
      },
    ],
  },
  {
    name: 'pending-is-paid',
    own: true,
    removes: 'A payment that is under way has not moved: here it is booked as if it had.',
    edits: [
      {
        file: 'engines/payouts/settle-object.ts',
        find: `if (object.status === 'moved') bookMoved`,
        replace: `if (object.status !== 'failed') bookMoved`,
      },
    ],
  },
];
