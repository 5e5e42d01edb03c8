import type { Plant } from '../plant.ts';

const DECIDE_CLAIMS = 'engines/payouts/decide-claims.ts';
const VERDICT = 'payouts/verdict.ts';
const CARRY_OUT = 'engines/payouts/carry-out.ts';
const CLAIM = 'engines/payouts/claim.ts';
const KEYS = 'payouts/keys.ts';

/** Keys, frozen requests, windows and deadlines. */
export const SENDS: readonly Plant[] = [
  {
    name: 'key-per-send',
    removes: 'Every send of an attempt carries its one key: here each has its own.',
    edits: [
      {
        file: CARRY_OUT,
        find: `frozen: attempt.request,`,
        replace: `frozen: attempt.request,
    key: \`\${key}-\${attempt.sends}\`,`,
      },
    ],
  },
  {
    name: 'key-without-attempt',
    removes: 'Each attempt has a key of its own: here all attempts of a payout share one.',
    edits: [
      {
        file: KEYS,
        find: `derivedId('attempt', program, payout, attempt.toString())`,
        replace: `derivedId('attempt', program, payout)`,
      },
    ],
  },
  {
    name: 'key-without-program',
    own: true,
    removes: 'The key names the program: here two programs with equal ids share keys.',
    edits: [
      {
        file: KEYS,
        find: `derivedId('attempt', program, payout, attempt.toString())`,
        replace: `derivedId('attempt', payout, attempt.toString())`,
      },
    ],
  },
  {
    name: 'key-of-amount',
    removes: 'The key is made of program, payout and number: here of participant and amount.',
    edits: [
      {
        file: 'engines/payouts/new-attempt.ts',
        find: `attemptKey(program, id, number)`,
        replace: `attemptKey(program, \`\${payout.participant}-\${net}\`, 1)`,
      },
    ],
  },
  {
    name: 'send-before-claim',
    removes: 'Nothing is sent inside a transaction: here the claiming one sends before it commits.',
    edits: [
      { file: CARRY_OUT, find: `function requestOf(`, replace: `export function requestOf(` },
      {
        file: CLAIM,
        find: `import { peopleFor } from './people.ts';`,
        replace: `import { peopleFor } from './people.ts';
import { requestOf } from './carry-out.ts';`,
      },
      {
        file: CLAIM,
        find: `return { claims, counted: transaction.tally };`,
        replace: `for (const { attempt, provider, mode } of claims) {
      if (mode === 'send') {
        await provider.send(requestOf(attempt), context.timers.deadline(60_000).signal).catch(() => undefined);
      }
    }
    return { claims, counted: transaction.tally };`,
      },
    ],
  },
  {
    name: 'attempt-request-rebuilt',
    removes:
      "Every send of an attempt carries its frozen bytes: here a resend is built for today's destination.",
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `import { netOf } from '../../payouts/fees.ts';`,
        replace: `import { netOf } from '../../payouts/fees.ts';
import { frozenRequest } from '../../payouts/frozen-request.ts';`,
      },
      {
        file: DECIDE_CLAIMS,
        find: `return this.#takeOver(change, controls);`,
        replace: `return this.#takeOver(change, controls, standing.person);`,
      },
      {
        file: DECIDE_CLAIMS,
        find: `#takeOver(change: PayoutChange, { epoch }: Controls)`,
        replace: `#takeOver(change: PayoutChange, { epoch }: Controls, person: Participant | undefined)`,
      },
      {
        file: DECIDE_CLAIMS,
        find: `    return {
      attempt: live,`,
        replace: `    const request = frozenRequest({
      program: this.#unit.program,
      payout: payout.id,
      attempt: live.number,
      key: live.key,
      participant: payout.participant,
      ...(person?.destination === undefined ? {} : { destination: person.destination }),
      currency: payout.currency,
      amount: live.net,
      account: live.account,
      environment: live.environment,
    });
    return {
      attempt: { ...live, request },`,
      },
      {
        file: CARRY_OUT,
        find: `attempt: live,`,
        replace: `attempt: { ...live, request: task.attempt.request },`,
      },
    ],
  },
  {
    name: 'no-key-window',
    removes: 'A key is used inside its window only: here for ever.',
    edits: [
      {
        file: VERDICT,
        find: `now.getTime() + leaseMs < keptUntil) return sendAgain(circumstances);`,
        replace: `keptUntil > 0) return sendAgain(circumstances);`,
      },
      { file: CARRY_OUT, find: `Math.min(lease, keptUntil - now.getTime())`, replace: `lease` },
    ],
  },
  {
    name: 'send-outlives-its-key',
    own: true,
    removes: 'A resend must arrive before its key is forgotten: here it need only begin before.',
    edits: [
      {
        file: VERDICT,
        find: `now.getTime() + leaseMs < keptUntil) return sendAgain(circumstances);`,
        replace: `now.getTime() < keptUntil + CLOCK_BEHIND_MS + marginMs + promises.inFlightMs) return sendAgain(circumstances);`,
      },
      { file: CARRY_OUT, find: `Math.min(lease, keptUntil - now.getTime())`, replace: `lease` },
    ],
  },
  {
    name: 'window-by-a-clock-that-fell-behind',
    removes:
      'The last hours of a key are left alone, as the clock may have fallen behind: here they are used.',
    edits: [
      {
        file: VERDICT,
        find: `keys.windowMs < KEPT_LONG_MS ? marginMs : marginMs + CLOCK_BEHIND_MS;`,
        replace: `marginMs;`,
      },
    ],
  },
  {
    name: 'window-from-last-send',
    own: true,
    removes: 'The window of a key runs from its first use: here each send begins it anew.',
    edits: [
      {
        file: VERDICT,
        find: `firstSentAt: attempt.sends === 0 ? now : attempt.firstSentAt,`,
        replace: `firstSentAt: now,`,
      },
    ],
  },
  {
    name: 'resend-not-counted',
    own: true,
    removes: 'Every send is counted before it is begun: here only the first.',
    edits: [
      {
        file: VERDICT,
        find: `sends: attempt.sends + 1,`,
        replace: `sends: attempt.sends === 0 ? 1 : attempt.sends,`,
      },
    ],
  },
  {
    name: 'no-send-deadline',
    removes: 'Nothing is sent after the deadline: here a worker that slept goes on.',
    edits: [
      { file: CARRY_OUT, find: `if (isStopped() || remaining <= 0)`, replace: `if (isStopped())` },
      { file: CARRY_OUT, find: `if (timers.monotonic() >= deadline) return 'not_sent';`, replace: `` },
      {
        file: CARRY_OUT,
        find: `timers.deadline(remaining)`,
        replace: `timers.deadline(Math.max(remaining, 60_000))`,
      },
    ],
  },
  {
    name: 'deadline-read-after-commit',
    removes: 'The deadline counts from before the claim: here from when its commit was told.',
    edits: [
      { file: CLAIM, find: `const started = context.timers.monotonic();`, replace: `` },
      {
        file: CLAIM,
        find: `tally.merge(counted);`,
        replace: `tally.merge(counted);
  const started = context.timers.monotonic();`,
      },
      { file: CARRY_OUT, find: `const started = context.timers.monotonic();`, replace: `` },
      {
        file: CARRY_OUT,
        find: `tally.merge(counted);`,
        replace: `tally.merge(counted);
  const started = context.timers.monotonic();`,
      },
    ],
  },
];
