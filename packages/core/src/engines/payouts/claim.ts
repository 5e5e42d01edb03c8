import type { Attempt, Payout } from '../../payouts/payout.ts';
import type { PayoutState } from '../../payouts/states.ts';
import type { PaymentProvider } from '../../ports/provider.ts';
import type { DueCursor, UnitOfWork } from '../../ports/store.ts';
import { participantLock, type PayoutContext } from './context.ts';
import { Claims } from './decide-claims.ts';
import { peopleFor } from './people.ts';
import type { Accounts } from './provider-accounts.ts';
import type { Tally } from './tally.ts';

/** A payout that this worker has to itself, until the deadline: its intent is committed. */
export interface Task {
  readonly program: string;
  readonly payout: string;
  readonly attempt: Attempt;
  readonly fence: number;
  /** The store's epoch of the claim: after a restore fences are given out again. */
  readonly epoch: number;
  readonly provider: PaymentProvider;
  /** `send`: nothing was ever sent. `look`: something may have been. */
  readonly mode: 'send' | 'look';
  /** By the worker's own clock: from then on nothing is sent, and what is under way is no longer waited for. */
  readonly deadline: number;
}

/** What a look for due payouts came to. */
export interface Claimed {
  readonly tasks: readonly Task[];
  /** Where the next look goes on; nothing when all that was due has been seen. */
  readonly after: DueCursor | undefined;
}

/**
 * Claims up to `chunk` due payouts after a cursor. What is claimed is committed before anything is sent: the state, a
 * higher fence, the attempt with its key and its frozen request, and the date until when no other worker takes it.
 */
export async function claimDue(
  context: PayoutContext,
  program: string,
  accounts: Accounts,
  chunk: number,
  after: DueCursor | undefined,
  tally: Tally,
): Promise<Claimed> {
  // Before the transaction begins: its commit may take long to be told, and the lease runs from its clock.
  const started = context.timers.monotonic();
  const due = await context.store.transact(program, (unit) => readDue(context, unit, chunk, after));
  if (due === 'clock_behind') {
    tally.halted({ provider: '*', currency: '*' }, 'clock_behind');
    return { tasks: [], after: undefined };
  }
  const last = due.at(-1);
  if (last === undefined) return { tasks: [], after: undefined };
  const people = await peopleFor(
    context,
    program,
    due.map(({ participant }) => participant),
  );
  const { claims, counted } = await context.store.transact(program, async (unit) => {
    const locks = [...new Set(due.map(({ participant }) => participantLock(participant)))];
    const taken = new Set(await unit.locks.tryTake(locks));
    const mine = due.filter(({ participant }) => taken.has(participantLock(participant)));
    const transaction = new Claims(context, unit, accounts);
    const claims =
      mine.length === 0
        ? []
        : await transaction.claim(
            mine.map(({ id }) => id),
            await people(unit),
          );
    return { claims, counted: transaction.tally };
  });
  tally.merge(counted);
  return {
    tasks: claims.map(({ attempt, fence, epoch, provider, mode, remainingMs }) => ({
      program,
      payout: attempt.payout,
      attempt,
      fence,
      epoch,
      provider,
      mode,
      deadline: started + remainingMs,
    })),
    after: due.length < chunk ? undefined : { dueAt: last.dueAt, id: last.id },
  };
}

/** A clock behind what it has said before cannot be trusted with windows and leases: nothing is claimed by it. */
async function readDue(
  context: PayoutContext,
  unit: UnitOfWork,
  limit: number,
  after: DueCursor | undefined,
): Promise<readonly Payout[] | 'clock_behind'> {
  const at = await unit.now();
  const [newest] = await unit.payouts.list({}, { limit: 1 });
  if (newest !== undefined && at.getTime() + context.rules.marginMs < newest.openedAt.getTime())
    return 'clock_behind';
  return unit.payouts.due({
    states: statesDue(context),
    at,
    limit,
    ...(after === undefined ? {} : { after }),
  });
}

function statesDue({ rules }: PayoutContext): readonly PayoutState[] {
  return rules.approval.mode === 'automatic'
    ? ['pending', 'approved', 'processing']
    : ['approved', 'processing'];
}
