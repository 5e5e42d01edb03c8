import { PayoutError } from '../../errors.ts';
import { readFrozenRequest } from '../../payouts/frozen-request.ts';
import type { Attempt } from '../../payouts/payout.ts';
import { keyKeptUntil, type Answer } from '../../payouts/verdict.ts';
import type {
  PaymentObject,
  PaymentProvider,
  PaymentRequest,
  SendOutcome,
  StopSignal,
} from '../../ports/provider.ts';
import type { Controls } from '../../ports/store.ts';
import { availableOf } from './available.ts';
import { PayoutChange } from './change.ts';
import type { Task } from './claim.ts';
import { codeOf } from './code-of.ts';
import type { PayoutContext } from './context.ts';
import { settleAnswer } from './settle-answer.ts';
import { count, type Finding } from './settle-findings.ts';
import { Tally } from './tally.ts';
import { lockedViews, stopOf, writeChanges } from './write.ts';

/** Settles findings; several at once are one transaction. */
export type Settle = (finding: Finding) => Promise<void>;

/**
 * Carries out one claimed payout: looks for it where something may have been sent before, sends it where that is right,
 * and has what came of it settled.
 */
export async function carryOut(
  context: PayoutContext,
  task: Task,
  settle: Settle,
  pace: () => Promise<void>,
  isStopped: () => boolean,
): Promise<Tally> {
  const tally = new Tally();
  if (task.mode === 'send') {
    await send(context, task, settle, pace, isStopped, tally);
    return tally;
  }
  const looked = await look(context, task, tally);
  if (looked.answer.kind === 'unknown') {
    await settle(findingOf(task, [], looked.answer));
    return tally;
  }
  if (looked.objects.length > 0) await settle(findingOf(task, looked.objects));
  // What earlier attempts left behind says nothing of this one.
  if (looked.objects.some(({ reference }) => reference?.attempt === task.attempt.number)) return tally;
  const again = await afterLook(context, task, looked.answer, tally);
  if (again !== undefined) await send(context, again, settle, pace, isStopped, tally);
  return tally;
}

function findingOf(task: Task, objects: readonly PaymentObject[], answer?: Answer): Finding {
  const { program, payout, provider, attempt, fence, epoch } = task;
  return {
    program,
    payout,
    participant: attempt.participant,
    provider,
    objects,
    ...(answer === undefined ? {} : { told: { attempt: attempt.number, fence, epoch, answer } }),
  };
}

async function look(
  context: PayoutContext,
  { program, payout, provider, attempt }: Task,
  tally: Tally,
): Promise<{ readonly objects: readonly PaymentObject[]; readonly answer: Answer }> {
  if (provider.capabilities.lookup === undefined) return { objects: [], answer: { kind: 'no_lookup' } };
  // Of the store's clock, and before the look begins: what is found to be absent was absent at some time after this.
  const lookedAt = await context.store.transact(program, (unit) => unit.now());
  try {
    const objects = await provider.find({ program, payout, account: attempt.account });
    tally.add('looked');
    return { objects, answer: { kind: 'absent', lookedAt } };
  } catch (error) {
    // Not being able to look says nothing.
    return { objects: [], answer: { kind: 'unknown', code: codeOf(error, 'lookup_failed') } };
  }
}

/** What follows from having found nothing, and whether it is to send again: the intent is committed before. */
async function afterLook(
  context: PayoutContext,
  task: Task,
  answer: Answer,
  tally: Tally,
): Promise<Task | undefined> {
  const { program, payout: id, provider } = task;
  const started = context.timers.monotonic();
  const { again, counted } = await context.store.transact(program, async (unit) => {
    const counted = new Tally();
    const [view] = await lockedViews(unit, [id]);
    if (view === undefined) return { again: undefined, counted };
    const change = new PayoutChange(view, await unit.now());
    const { account } = task.attempt;
    const controls = await unit.controls.read();
    const stop = stopOf(
      haltsOf(controls, task.attempt),
      { provider: provider.id, account, currency: view.payout.currency },
      change.at,
    );
    if (stop !== undefined) counted.halted(view.payout, stop.reason);
    const available = await availableOf(unit, [view.payout]);
    const told = { attempt: task.attempt.number, fence: task.fence, epoch: task.epoch, answer };
    const before = change.payout.state;
    const verdict = settleAnswer(
      context,
      change,
      provider,
      { available: available(view.payout), controls },
      told,
    );
    // New sends are stopped: this one waits as it is. What can be concluded without sending is concluded all the same.
    if (verdict?.kind === 'send' && stop !== undefined) return { again: undefined, counted };
    count(counted, before, change);
    await writeChanges(unit, [change]);
    const { live, payout } = change;
    if (verdict?.kind !== 'send' || live === undefined) return { again: undefined, counted };
    return {
      again: {
        attempt: live,
        fence: payout.fence,
        remainingMs: remainingMs(context, provider, live, change.at),
      },
      counted,
    };
  });
  tally.merge(counted);
  if (again === undefined) return undefined;
  const { attempt, fence, remainingMs: remaining } = again;
  return { ...task, attempt, fence, mode: 'send', deadline: started + remaining };
}

/**
 * The stops that hold an attempt back. One that ends by itself spares sends that would only be refused. A send under a
 * key that was used is no such: whatever it is answered, a refusal too, says what became of those before it, and it can
 * be asked only while the key is kept.
 */
function haltsOf({ halts }: Controls, { sends }: Attempt): Controls['halts'] {
  return sends === 0 ? halts : halts.filter(({ until }) => until === undefined);
}

/** How long a send may take that is begun now: within the lease, and while its key is surely kept. */
function remainingMs(
  { rules }: PayoutContext,
  provider: PaymentProvider,
  attempt: Attempt,
  now: Date,
): number {
  const lease = rules.leaseMs - rules.marginMs;
  const keptUntil = keyKeptUntil(attempt, provider.capabilities, rules.marginMs);
  return keptUntil === undefined || attempt.sends === 1 ? lease : Math.min(lease, keptUntil - now.getTime());
}

async function send(
  context: PayoutContext,
  task: Task,
  settle: Settle,
  pace: () => Promise<void>,
  isStopped: () => boolean,
  tally: Tally,
): Promise<void> {
  await pace();
  const request = requestOf(task.attempt);
  const { timers } = context;
  const remaining = task.deadline - timers.monotonic();
  if (isStopped() || remaining <= 0) {
    await settle(findingOf(task, [], { kind: 'not_sent' }));
    return;
  }
  const outcome = await sendBefore(context, task, request, remaining);
  if (outcome === 'not_sent') {
    await settle(findingOf(task, [], { kind: 'not_sent' }));
    return;
  }
  tally.add('sent');
  if (outcome.kind === 'object') {
    const { reference } = outcome.object;
    // An object that does not say whose it is proves nothing of this payout.
    const isOurs = reference?.program === task.program && reference.payout === task.payout;
    await settle(
      isOurs
        ? findingOf(task, [outcome.object])
        : findingOf(task, [], { kind: 'unknown', code: 'not_a_payment' }),
    );
    return;
  }
  await settle(findingOf(task, [], outcome));
}

/** Sends, unless the deadline has passed by this worker's own clock, which is read in the same tick. */
async function sendBefore(
  { timers }: PayoutContext,
  { provider, deadline }: Task,
  request: PaymentRequest,
  remaining: number,
): Promise<SendOutcome | 'not_sent'> {
  const limit = timers.deadline(remaining);
  try {
    if (timers.monotonic() >= deadline) return 'not_sent';
    return await Promise.race([provider.send(request, limit.signal), expiry(limit.signal)]);
  } catch (error) {
    return { kind: 'unknown', code: codeOf(error, 'send_failed') };
  } finally {
    limit.cancel();
  }
}

/** Rejects at the deadline, also where a provider does not look at its signal. */
function expiry(signal: StopSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const expire = (): void => {
      reject(new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'it did not answer in time' }));
    };
    if (signal.aborted) expire();
    else signal.addEventListener('abort', expire);
  });
}

function requestOf(attempt: Attempt): PaymentRequest {
  const {
    program,
    payout,
    attempt: number,
    key,
    account,
    participant,
    destination,
    currency,
    amount,
  } = readFrozenRequest(attempt);
  return {
    program,
    payout,
    attempt: number,
    key,
    account,
    participant,
    ...(destination === undefined ? {} : { destination: destination.id }),
    currency,
    amount,
    frozen: attempt.request,
  };
}
