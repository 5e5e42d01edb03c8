import type { Plant } from '../plant.ts';

const DECIDE_CLAIMS = 'engines/payouts/decide-claims.ts';
const SETTLE_ANSWER = 'engines/payouts/settle-answer.ts';
const CLAIM = 'engines/payouts/claim.ts';
const CARRY_OUT = 'engines/payouts/carry-out.ts';

/** Who has a payout, for how long, and what stops new sends. */
export const CLAIMS: readonly Plant[] = [
  {
    name: 'no-lease',
    removes: 'What another worker has is left alone until its lease ends: here it is taken at once.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (at.getTime() < payout.dueAt.getTime()) return undefined;`,
        replace: ``,
      },
      {
        file: CLAIM,
        find: `states: statesDue(context),
    at,`,
        replace: `states: statesDue(context),
    at: new Date(at.getTime() + context.rules.leaseMs),`,
      },
    ],
  },
  {
    name: 'no-fence',
    removes: 'A conclusion with an older fence changes nothing: here it counts.',
    edits: [
      {
        file: SETTLE_ANSWER,
        find: `change.payout.fence === told.fence && `,
        replace: ``,
      },
    ],
  },
  {
    name: 'fence-not-raised-by-conclusions',
    removes: 'A conclusion raises the fence: here two can be drawn under one.',
    edits: [
      {
        file: SETTLE_ANSWER,
        find: `change.set({ fence: change.payout.fence + 1 });`,
        replace: ``,
      },
      {
        file: 'engines/payouts/change.ts',
        find: `dueAt: NEVER, fence: fence + 1 });`,
        replace: `dueAt: NEVER });`,
      },
    ],
  },
  {
    name: 'outcome-booked-without-its-fence',
    removes: 'Evidence raises the fence: here whoever had the payout may still conclude.',
    edits: [
      {
        file: 'engines/payouts/settle-object.ts',
        find: `change.take('evidence', { ...more, dueAt: NEVER, fence: change.payout.fence + 1 });`,
        replace: `change.take('evidence', { ...more, dueAt: NEVER });`,
      },
    ],
  },
  {
    name: 'clock-behind-ignored',
    removes: 'A clock behind what it has said is not believed: here it is.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (this.#isFromTheFuture(change)) {`,
        replace: `if (false) {`,
      },
      {
        file: CLAIM,
        find: `at.getTime() + context.rules.marginMs < newest.openedAt.getTime()`,
        replace: `false`,
      },
    ],
  },
  {
    name: 'kill-switch-ignored',
    removes: 'A stop keeps new payouts from being sent: here it does not.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (stop !== undefined) {`,
        replace: `if (false) {`,
      },
    ],
  },
  {
    name: 'kill-switch-ignored-by-resends',
    removes: 'A stop keeps payouts from being sent again: here it does not.',
    edits: [
      { file: CARRY_OUT, find: `if (verdict?.kind === 'send' && stop !== undefined)`, replace: `if (false)` },
    ],
  },
  {
    name: 'account-switch-ignored',
    removes:
      'What was sent from another account is left until its credentials are back: here it is looked up and sent.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (account.id !== live.account || account.environment !== live.environment) {`,
        replace: `if (false) {`,
      },
      {
        file: CARRY_OUT,
        find: `account: attempt.account })`,
        replace: `account: (await provider.account()).id })`,
      },
    ],
  },
  {
    name: 'provider-account-unchecked',
    removes: 'The provider refuses a request for another account than its credentials: here it executes it.',
    edits: [
      {
        file: 'providers/simulated-provider.ts',
        find: `if (request.account !== account.id) return Promise.resolve(ANOTHER_ACCOUNT);`,
        replace: ``,
      },
    ],
  },
  {
    name: 'environment-ignored',
    removes: 'Credentials of the other environment send nothing: here they do.',
    edits: [
      {
        file: 'engines/payouts/provider-accounts.ts',
        find: `if (account.environment === context.rules.environment)`,
        replace: `if (true)`,
      },
    ],
  },
  {
    name: 'debt-does-not-block-claims',
    removes: 'Whoever owes is not paid: here they are.',
    edits: [{ file: DECIDE_CLAIMS, find: `if (available < 0n) return 'debt';`, replace: `` }],
  },
  {
    name: 'blocked-destination-used',
    removes: 'Nothing is sent to where money came back from: here it is.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (blocked) return 'destination_blocked';`,
        replace: ``,
      },
      {
        file: 'engines/payouts/decide.ts',
        find: `if (standing.blocked) reasons.push({ kind: 'destination_blocked' });`,
        replace: ``,
      },
    ],
  },
  {
    name: 'return-does-not-block',
    own: true,
    removes: 'A return blocks the destination that it came from: here it does not.',
    edits: [
      { file: 'engines/payouts/change.ts', find: `this.#blockDestination(attempt, provider);`, replace: `` },
    ],
  },
  {
    name: 'inactive-claimed',
    own: true,
    removes: 'Whoever has become inactive or is not verified is not paid: here they are.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (require.active && person?.active !== true) return 'inactive';`,
        replace: ``,
      },
      {
        file: DECIDE_CLAIMS,
        find: `if (require.verified && person?.verified !== true) return 'not_verified';`,
        replace: ``,
      },
    ],
  },
  {
    name: 'velocity-unchecked',
    removes: 'What leaves in 24 hours is capped: here it is not.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (velocity?.admit(payout.participant, payout.currency, netOf(payout)) === false) {`,
        replace: `if (false) {`,
      },
    ],
  },
  {
    name: 'velocity-counts-settled-only',
    removes: 'What may have left counts under the caps: here only what is known to have.',
    edits: [{ file: 'memory/attempt-rows.ts', find: `...found(open.of(OPEN)),`, replace: `` }],
  },
  {
    name: 'velocity-window-halved',
    own: true,
    removes: 'The caps are about 24 hours: here about twelve.',
    edits: [
      {
        file: 'engines/payouts/velocity-of.ts',
        find: `now.getTime() - VELOCITY_WINDOW_MS - marginMs`,
        replace: `now.getTime() - (VELOCITY_WINDOW_MS >> 1)`,
      },
    ],
  },
  {
    name: 'claims-of-one-run-uncounted',
    own: true,
    removes:
      'What one transaction claims counts for the next payout in it: here only what earlier ones claimed.',
    edits: [
      {
        file: 'payouts/velocity.ts',
        find: `    this.#add(participant, currency, amount);
    return true;`,
        replace: `    return true;`,
      },
    ],
  },
];
