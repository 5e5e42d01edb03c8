import { OPEN_STATES, type PayoutState } from '../../../payouts/states.ts';
import type { Simulation } from '../simulation.ts';
import type { Earnings } from './earnings.ts';
import type { Mishaps } from './mishaps.ts';
import type { Operators } from './operators.ts';
import { changeDestination, type Person } from './person.ts';
import type { Returns } from './returns.ts';
import type { Workers } from './workers.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** More than a seed has … */
const ALL_DAYS = 30;
/** … and so many as anything is left alone between two comparisons. */
const LAST_DAYS = 3;

/** In these a payout still has somewhere to go by itself. */
const UNDER_WAY: readonly PayoutState[] = OPEN_STATES.filter((state) => state !== 'needs_review');

/** Who brings everything to its end, once nothing goes wrong any more. */
export interface LivenessOptions {
  readonly simulation: Simulation;
  readonly people: readonly Person[];
  readonly earnings: Earnings;
  readonly operators: Operators;
  readonly workers: Workers;
  readonly mishaps: Mishaps;
  readonly returns: Returns;
  /** The last instant: what is not done by then never is. */
  readonly deadline: number;
}

/** Puts right what is wrong, repeats what was lost, and lets everybody work until all is done. */
export async function finish(options: LivenessOptions): Promise<void> {
  const { simulation, mishaps, earnings, operators, workers, returns, deadline } = options;
  const { scheduler, chance } = simulation.parts;
  mishaps.end();
  await repeatLost(simulation);
  await earnings.fulfil();
  await verifyAll(options);
  for (let round = 1; ; round += 1) {
    await leaveBlockedDestinations(options);
    await operators.round();
    await mishaps.resumeAll();
    await payDebts(options);
    useAccounts(simulation, (round & 3) === 3 ? 'others' : 'own');
    await workers.run(chance.pick(simulation.parts.workers));
    // About once a day, as in life: some payments are seen in no other way.
    await workers.poll((round & 3) === 0 ? LAST_DAYS : 0);
    const isLate = scheduler.now > deadline;
    if (isLate || (returns.done && (await isDone(simulation)))) {
      await compareBooks(options);
      // What only the last run gave to people is theirs to decide, once nothing of it is under way any more; what they
      // name may have come back since.
      await scheduler.sleep(30 * MINUTE);
      if (await operators.round()) await compareBooks(options);
      if (isLate || (await isDone(simulation))) break;
    }
    await scheduler.sleep(round < 6 ? 30 * MINUTE : round < 12 ? 3 * HOUR : 8 * HOUR);
  }
  // What the last settlements told is delivered.
  await workers.poll(0);
}

/** What came back, or moved after all, is seen by whoever compares the books, with each of the credentials. */
async function compareBooks({ simulation, workers }: LivenessOptions): Promise<void> {
  if (useAccounts(simulation, 'others')) await workers.poll(ALL_DAYS);
  useAccounts(simulation, 'own');
  await workers.poll(ALL_DAYS);
}

/** Whoever learns that the store has forgotten what they did does it again, with the same keys. */
async function repeatLost(simulation: Simulation): Promise<void> {
  for (;;) {
    const lost = simulation.lost.shift();
    if (lost === undefined) return;
    await lost.repeat();
  }
}

async function verifyAll({ simulation, people }: LivenessOptions): Promise<void> {
  for (const person of people) {
    if (person.verified) continue;
    person.verified = true;
    // Their data reach the store with the next change of it.
    await changeDestination(simulation, person, person.destination);
  }
}

/** Money came back from there; whoever wants to be paid names another place. */
async function leaveBlockedDestinations({ simulation, people }: LivenessOptions): Promise<void> {
  const { providers } = simulation.parts;
  const blocked = new Set(
    providers.flatMap(({ provider }) =>
      provider
        .truth()
        .filter(({ returned }) => returned > 0n)
        .map(
          ({ reference, participant, destination }) => `${reference.program}\n${participant}\n${destination}`,
        ),
    ),
  );
  for (const person of people) {
    if (!blocked.has(`${person.program}\n${person.id}\n${person.destination}`)) continue;
    await changeDestination(simulation, person, `acct-${person.id}-${person.version + 1}`);
  }
}

/** Whoever owes something cannot be paid: they pay it. */
async function payDebts({ simulation, earnings }: LivenessOptions): Promise<void> {
  const { operator, scenario } = simulation.parts;
  for (const program of scenario.programs) {
    const input = { program, states: ['approved'] as const, limit: 100 };
    const listed = await simulation.insist([operator], program, 'list', input, (engine) =>
      engine.list(input),
    );
    if (listed.kind !== 'ok') continue;
    for (const participant of new Set(listed.value.payouts.map((payout) => payout.participant))) {
      const asked = { program, participant };
      const answer = await simulation.insist([operator], program, 'balance', asked, (engine) =>
        engine.balance(asked),
      );
      if (answer.kind !== 'ok') continue;
      for (const { currency, debt } of answer.value) {
        if (debt > 0n) await earnings.payDebt(program, participant, currency, debt);
      }
    }
  }
}

/** What was sent with other credentials can be looked up with those only. Says whether there are such. */
function useAccounts({ parts: { providers, swarm } }: Simulation, which: 'own' | 'others'): boolean {
  const others = which === 'others' && swarm.happened('account_switched');
  for (const { provider, account } of providers)
    provider.switchAccount(others ? `${account}-other` : account);
  return others;
}

/** Whether no payout is under way, seen from the store itself. */
async function isDone({ parts }: Simulation): Promise<boolean> {
  for (const program of parts.scenario.programs) {
    const open = await parts.bareStore.transact(program, (unit) =>
      unit.payouts.list({ states: UNDER_WAY }, { limit: 1 }),
    );
    if (open.length > 0) return false;
  }
  return true;
}
