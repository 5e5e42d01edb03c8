import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PayoutEngineRules } from '../../src/engines/payouts/rules.ts';
import { PayoutError } from '../../src/errors.ts';
import type { Earning } from '../../src/ledger/earning.ts';
import type { Transfer, TransferRequest } from '../../src/ledger/transfer.ts';
import { memoryStore } from '../../src/memory/memory-store.ts';
import { approvalDigest } from '../../src/payouts/approval.ts';
import type { Attempt, Movement, Payout } from '../../src/payouts/payout.ts';
import { PAYOUT_EDGES, PAYOUT_STATES } from '../../src/payouts/states.ts';
import type { Notification } from '../../src/ports/notifier.ts';
import type { Participant } from '../../src/ports/directory.ts';
import type { Controls, UnitOfWork } from '../../src/ports/store.ts';
import type { ChangingMovement } from '../../src/providers/simulated-movement.ts';
import type { SeenRequest } from '../../src/providers/simulated-provider.ts';
import {
  type Call,
  type Checker,
  createChecker,
  Violation,
  type World,
} from '../../src/testing/simulator/checker/checker.ts';
import { LEGAL_STEPS } from '../../src/testing/simulator/checker/edges.ts';

const PROGRAM = 'acme';
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** What one transaction of a story writes. */
interface Rows {
  readonly earnings?: readonly Earning[];
  readonly transfers?: readonly TransferRequest[];
  readonly payouts?: readonly Payout[];
  readonly attempts?: readonly Attempt[];
  readonly movements?: readonly Movement[];
  readonly participants?: readonly Participant[];
  readonly controls?: Controls;
  /** Whether anybody is told of the payouts. */
  readonly told?: boolean;
}

/** As the engine does: whoever is concerned is told of each payout, unless the rows say that nobody was. */
function tellings({ payouts = [], told = true }: Rows): readonly Notification[] {
  if (!told) return [];
  return payouts.map((payout): Notification => ({
    ...{ id: `told/${payout.id}/${payout.state}`, kind: 'payout', participant: payout.participant },
    ...{ payout: payout.id, state: payout.state, currency: payout.currency },
    ...{ amount: payout.amount.toString(), fee: payout.fee.toString(), returned: payout.returned.toString() },
  }));
}

/** How a commit came about. */
interface About {
  readonly program?: string;
  readonly call?: number;
}

const RULES: PayoutEngineRules = {
  thresholds: { currencies: { USD: { minimum: 0n } } },
  require: { active: true, verified: false, destination: true, noOpenPayout: false },
  environment: 'test',
  approval: { mode: 'manual', fourEyes: true },
  destinationHoldDays: 7,
};

/** A run that is written by hand: a store, a provider and a checker that watches both. */
class Story {
  now = START;
  readonly store = memoryStore({ clock: () => new Date(this.now), keepCommits: 100 });
  readonly truth: ChangingMovement[] = [];
  readonly requests: SeenRequest[] = [];
  readonly checker: Checker;

  constructor(more: Partial<World> = {}) {
    this.checker = createChecker({
      store: this.store,
      programs: [PROGRAM, 'other'],
      providers: [{ id: 'sim', truth: () => this.truth, requests: () => this.requests }],
      rules: RULES,
      now: () => this.now,
      ...more,
    });
  }

  /** A commit that the checker is told of. */
  tell(rows: Rows, about: About = {}): void {
    const transfers = (rows.transfers ?? []).map((request): Transfer => ({
      moved: request.asked,
      at: new Date(this.now),
      ...request,
    }));
    this.checker.committed({
      ...{
        program: PROGRAM,
        at: this.now,
        actor: 'worker-1',
        payouts: [],
        attempts: [],
        movements: [],
        earnings: [],
      },
      notifications: tellings(rows),
      ...rows,
      ...about,
      transfers,
    });
  }

  /** A commit that really happens in the store, and that the checker is told of. */
  async write(rows: Rows, about: About = {}): Promise<void> {
    const { program = PROGRAM } = about;
    const transfers = await this.store.transact(program, (unit) => put(unit, rows));
    this.checker.committed({
      ...{ program, at: this.now, actor: 'worker-1', payouts: [], attempts: [], movements: [], earnings: [] },
      notifications: tellings(rows),
      ...rows,
      ...about,
      transfers,
    });
  }

  call(name: string, more: Partial<Call> = {}): void {
    this.checker.called({
      ...{ actor: 'user', program: PROGRAM, name, input: {}, outcome: 'ok', at: this.now },
      ...more,
    });
  }

  /** A request that leaves for the provider, as its attempt says. */
  send(attempt: Attempt, changes: Partial<SeenRequest['request']> = {}): void {
    this.requests.push({
      request: {
        ...{ program: PROGRAM, payout: attempt.payout, attempt: attempt.number, key: attempt.key },
        ...{ participant: attempt.participant, destination: 'acct', currency: attempt.currency },
        ...{ amount: attempt.net, frozen: attempt.request, account: attempt.account },
        ...changes,
      },
      account: attempt.account,
      at: new Date(this.now),
    });
    this.checker.event();
  }

  /** Money that moves, as the attempt says. */
  move(attempt: Attempt, changes: Partial<ChangingMovement> = {}): ChangingMovement {
    const movement: ChangingMovement = {
      ...{ object: `tr_${this.truth.length + 1}`, key: attempt.key, participant: attempt.participant },
      reference: { program: PROGRAM, payout: attempt.payout, attempt: attempt.number },
      ...{ account: attempt.account, environment: attempt.environment, destination: 'acct' },
      ...{ currency: attempt.currency, amount: attempt.net, at: new Date(this.now), status: 'moved' },
      ...{ returned: 0n, frozen: attempt.request },
      ...changes,
    };
    this.truth.push(movement);
    this.checker.event();
    return movement;
  }

  /** Up to an attempt that was claimed and may be sent. */
  claimed(amount = 500n): { readonly payout: Payout; readonly attempt: Attempt } {
    this.tell(credit('e1', 1000n));
    this.tell(opening(aPayout({ amount })));
    const payout = approved(aPayout({ amount }));
    this.tell({ payouts: [payout] });
    const attempt = anAttempt(payout);
    const processing = claim(payout);
    this.tell({ payouts: [processing], attempts: [attempt] });
    return { payout: processing, attempt };
  }
}

async function put(unit: UnitOfWork, rows: Rows): Promise<readonly Transfer[]> {
  const { earnings = [], payouts = [], movements = [] } = rows;
  const knownEarnings = await unit.earnings.find(earnings.map(({ id }) => id));
  for (const [position, earning] of earnings.entries()) {
    await (knownEarnings[position] === undefined
      ? unit.earnings.add([earning])
      : unit.earnings.update([earning]));
  }
  const transfers = await unit.ledger.post(rows.transfers ?? []);
  for (const payout of payouts) {
    const [known] = await unit.payouts.find([payout.id]);
    await (known === undefined ? unit.payouts.add([payout]) : unit.payouts.update([payout]));
  }
  await unit.attempts.put(rows.attempts ?? []);
  for (const movement of movements) {
    const [known] = await unit.movements.find(movement.provider, [movement.object]);
    await (known === undefined ? unit.movements.add([movement]) : unit.movements.update([movement]));
  }
  await unit.participants.put(rows.participants ?? []);
  if (rows.controls !== undefined) await unit.controls.put(rows.controls);
  return transfers;
}

// the parts of a story

function credit(id: string, amount: bigint, changes: Partial<Earning> = {}): Rows {
  const earning: Earning = {
    ...{
      id,
      participant: 'u1',
      currency: 'USD',
      amount,
      kind: 'sale',
      subject: 'order-1',
      held: 0n,
      released: amount,
    },
    reversed: 0n,
    ...changes,
  };
  const place = earning.held > 0n ? 'held' : 'available';
  return {
    earnings: [earning],
    transfers: [transfer(id, 'earning', 'funding', `participant/${earning.participant}/${place}`, amount)],
  };
}

function transfer(
  id: string,
  kind: TransferRequest['kind'],
  debit: TransferRequest['debit'],
  creditTo: TransferRequest['credit'],
  asked: bigint,
  reverses?: string,
): TransferRequest {
  return {
    id,
    kind,
    debit,
    credit: creditTo,
    currency: 'USD',
    asked,
    subject: 's',
    ...(reverses && { reverses }),
  };
}

function aPayout(changes: Partial<Payout> = {}): Payout {
  const at = new Date(START);
  return {
    ...{ id: 'p1', participant: 'u1', currency: 'USD', amount: 500n, fee: 0n, feeBearer: 'platform' },
    ...{
      requestedBy: 'u1',
      openedAt: at,
      state: 'pending',
      provider: 'sim',
      destination: { id: 'acct', version: 1 },
    },
    ...{ attempt: 1, fence: 0, dueAt: at, epoch: 0, paid: 0n, returned: 0n, updatedAt: at },
    ...changes,
  };
}

function opening(payout: Payout): Rows {
  const { id, participant, amount, attempt } = payout;
  return {
    transfers: [
      transfer(
        `reserve/${id}/${attempt}`,
        'reserve',
        `participant/${participant}/available`,
        `participant/${participant}/reserved`,
        amount,
      ),
    ],
    payouts: [payout],
  };
}

function approved(payout: Payout, by = 'operator', program = PROGRAM): Payout {
  const approval = { by, at: new Date(START), digest: approvalDigest(program, payout) };
  return { ...payout, state: 'approved', approval };
}

function claim(payout: Payout): Payout {
  return { ...payout, state: 'processing', fence: payout.fence + 1 };
}

function anAttempt(payout: Payout, changes: Partial<Attempt> = {}): Attempt {
  const at = new Date(START);
  return {
    ...{ payout: payout.id, number: payout.attempt, participant: 'u1', currency: 'USD', net: payout.amount },
    ...{
      provider: 'sim',
      account: 'platform',
      environment: 'test',
      key: `key/${payout.id}/${payout.attempt}`,
    },
    ...{
      request: `[["acct",1],"${payout.id}",${payout.attempt}]`,
      openedAt: at,
      firstSentAt: at,
      lastSentAt: at,
    },
    ...{ sends: 1, notExecuted: 0, tries: 0 },
    ...changes,
  };
}

function unreserve({ id, amount, attempt }: Payout): TransferRequest {
  const back = `reserve/${id}/${attempt}`;
  return transfer(
    `un${back}`,
    'unreserve',
    'participant/u1/reserved',
    'participant/u1/available',
    amount,
    back,
  );
}

function settled(payout: Payout, attempt: Attempt, object: string): Rows {
  const { amount } = payout;
  return {
    transfers: [
      transfer(`paid/${object}`, 'payout', 'participant/u1/reserved', 'participant/u1/paid/sim', amount),
    ],
    payouts: [{ ...payout, state: 'completed', paid: amount }],
    attempts: [{ ...attempt, end: 'paid', endedAt: new Date(START) }],
    movements: [movement(payout, attempt.number, object)],
  };
}

function movement(
  payout: Payout,
  attempt: number,
  object: string,
  changes: Partial<Movement> = {},
): Movement {
  return {
    ...{ provider: 'sim', object, payout: payout.id, attempt, moved: payout.amount, returned: 0n },
    bookedAt: new Date(START),
    ...changes,
  };
}

function failed(payout: Payout, attempt: Attempt, end: Attempt['end'] = 'absent'): Rows {
  return {
    transfers: [unreserve(payout)],
    payouts: [{ ...payout, state: 'failed' }],
    attempts: [{ ...attempt, ...(end && { end }), endedAt: new Date(START) }],
  };
}

/** Released for now, and reserved anew for the next attempt. */
function postponed(
  payout: Payout,
  attempt: Attempt,
  end: Attempt['end'] = 'refused',
): Rows & { readonly next: Payout } {
  const next: Payout = { ...payout, state: 'approved', attempt: payout.attempt + 1 };
  return {
    transfers: [unreserve(payout), ...(opening(next).transfers ?? [])],
    payouts: [next],
    attempts: [{ ...attempt, ...(end && { end }) }],
    next,
  };
}

/** Which invariant is found broken. */
async function broken(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof Violation) return error.invariant;
    throw error;
  }
  return 'none';
}

describe('the checker is silent', () => {
  it('over a payout that is credited, sent, settled and returned in part', async () => {
    const story = new Story();
    const { checker } = story;
    await story.write({
      participants: [{ id: 'u1', active: true, verified: true, destination: { id: 'acct', version: 1 } }],
    });
    await story.write(credit('e1', 1000n));
    await story.write(credit('e2', 300n, { held: 300n, released: 0n }));
    const payout = aPayout();
    story.call('request', { input: { key: 'k1' }, outcome: 'crashed', call: 7 });
    await story.write(opening(payout), { call: 8 });
    story.call('request', { input: { key: 'k1' }, value: payout, call: 8 });
    const ready = approved(payout);
    await story.write({ payouts: [ready] });
    const attempt = anAttempt(ready);
    const processing = claim(ready);
    await story.write({ payouts: [processing], attempts: [attempt] });
    story.send(attempt);
    story.send(attempt);
    const moved = story.move(attempt);
    await checker.full();
    const rows = settled(processing, attempt, moved.object);
    await story.write(rows);
    moved.returned = 200n;
    const [completed] = rows.payouts ?? [];
    await story.write({
      transfers: [
        transfer(
          'return/1',
          'return',
          'participant/u1/paid/sim',
          'participant/u1/available',
          200n,
          `paid/${moved.object}`,
        ),
      ],
      payouts: [{ ...(completed ?? payout), state: 'returned', returned: 200n }],
      movements: [movement(payout, 1, moved.object, { returned: 200n })],
    });
    await checker.full();
    await checker.quiescent();
  });

  it('over an attempt that was refused, and the next one that pays', async () => {
    const story = new Story();
    const { payout, attempt } = story.claimed();
    story.send(attempt);
    const { next, ...rows } = postponed(payout, attempt);
    story.tell(rows);
    const second = anAttempt(next);
    const processing = claim(next);
    story.tell({ payouts: [processing], attempts: [second] });
    story.send(second);
    const moved = story.move(second);
    story.tell(settled(processing, second, moved.object));
  });

  it('over a failover that loses an attempt, whose payment is found and booked', async () => {
    const story = new Story();
    await story.write(credit('e1', 1000n));
    await story.write(opening(aPayout()));
    const ready = approved(aPayout());
    await story.write({ payouts: [ready] });
    const attempt = anAttempt(ready);
    await story.write({ payouts: [claim(ready)], attempts: [attempt] });
    story.send(attempt);
    const moved = story.move(attempt);
    story.store.lose(1);
    await story.checker.lost();
    expect(await broken(() => story.send(attempt))).toBe('I4');
    await story.write({ payouts: [claim(ready)], attempts: [attempt] });
    await story.write(settled(claim(ready), attempt, moved.object));
    await story.checker.quiescent();
  });

  it('over a payout that the store lost for good, once operators were told of what it had moved', async () => {
    const story = new Story();
    await story.write(credit('e1', 1000n));
    await story.write(opening(aPayout()));
    const ready = approved(aPayout());
    await story.write({ payouts: [ready] });
    await story.write({ payouts: [claim(ready)], attempts: [anAttempt(ready)] });
    const { object } = story.move(anAttempt(ready));
    story.store.lose(3);
    await story.checker.lost();
    expect(await broken(() => story.checker.quiescent())).toBe('I2');
    const disagreements = [{ kind: 'missing_here', payout: 'p1', object, amount: 500n }];
    story.call('reconcile', { value: { looked: 1, settled: 0, disagreements, errors: [] } });
    await story.checker.quiescent();
  });

  it('over fees of both bearers, adjustments and a policy that approves and claims at once, read again after a loss', async () => {
    const story = new Story({ rules: { ...RULES, approval: { mode: 'automatic' } } });
    await story.write(credit('e1', 1000n));
    await story.write({
      transfers: [transfer('adjustment/a', 'adjustment', 'funding', 'participant/u1/available', 40n)],
    });
    const payout = aPayout({ fee: 20n, feeBearer: 'participant' });
    await story.write(opening(payout));
    const processing = claim(approved(payout, 'policy'));
    const attempt = anAttempt(payout, { net: 480n });
    await story.write({ payouts: [processing], attempts: [attempt] });
    story.send(attempt);
    const moved = story.move(attempt);
    await story.write({
      transfers: [
        transfer('paid/1', 'payout', 'participant/u1/reserved', 'participant/u1/paid/sim', 480n),
        transfer('fee/1', 'fee', 'participant/u1/reserved', 'fees/sim', 20n),
      ],
      payouts: [{ ...processing, state: 'completed', paid: 480n }],
      attempts: [{ ...attempt, end: 'paid', endedAt: new Date(START) }],
      movements: [movement(payout, 1, moved.object, { moved: 480n })],
    });
    await story.write(credit('e2', 5n));
    story.store.lose(1);
    await story.checker.lost();
    await story.checker.quiescent();
  });

  it('over an approval that is refused because the destination has changed', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    story.tell(opening(aPayout()));
    story.tell({ payouts: [aPayout({ destination: { id: 'new', version: 1 } })] }, { call: 6 });
    story.call('approve', { call: 6, outcome: 'refused', value: 'APPROVAL_REFUSED: look again' });
  });

  it('over a second payment after a person was wrong that the first had not moved', async () => {
    const story = new Story();
    await story.write(credit('e1', 1000n));
    await story.write(opening(aPayout()));
    const ready = approved(aPayout());
    await story.write({ payouts: [ready] });
    const [first, processing] = [anAttempt(ready), claim(ready)];
    await story.write({ payouts: [processing], attempts: [first] });
    story.send(first);
    const review: Payout = { ...processing, state: 'needs_review' };
    await story.write({ payouts: [review] });
    await story.write(failed(review, first, 'declared_failed'));
    story.call('declareFailed', { input: { payout: 'p1' } });
    const next: Payout = { ...review, state: 'approved', attempt: 2 };
    await story.write(opening(next));
    const [second, again] = [anAttempt(next), claim(next)];
    await story.write({ payouts: [again], attempts: [second] });
    story.send(second);
    const [late, moved] = [story.move(first), story.move(second)];
    await story.write(settled(again, second, moved.object));
    await story.write({
      transfers: [
        transfer('paid/late', 'evidence', 'participant/u1/available', 'participant/u1/paid/sim', 500n),
      ],
      payouts: [{ ...again, state: 'completed', paid: 1000n }],
      attempts: [{ ...first, end: 'paid', endedAt: new Date(START) }],
      movements: [movement(again, 1, late.object)],
    });
    await story.checker.quiescent();
  });
});

describe('the checker finds', () => {
  it('I1: two movements of one payout, under one key or two', async () => {
    const story = new Story();
    const { attempt } = story.claimed();
    story.move(attempt);
    expect(await broken(() => story.move(attempt))).toBe('I1');
  });

  it('I2: an earning that was not credited, or not in full', async () => {
    const { earnings = [], transfers = [] } = credit('e1', 1000n);
    expect(await broken(() => new Story().tell({ earnings }))).toBe('I2');
    const short = transfers.map((request) => ({ ...request, asked: 999n }));
    expect(await broken(() => new Story().tell({ earnings, transfers: short }))).toBe('I2');
  });

  it('I2: money that appears, leaves or goes to another for no reason', async () => {
    const gift = transfer('gift', 'deposit', 'funding', 'participant/u1/available', 5n);
    expect(await broken(() => new Story().tell({ transfers: [gift] }))).toBe('I2');
    const story = new Story();
    story.tell(credit('e1', 1000n));
    const across = transfer('x', 'release', 'participant/u1/available', 'participant/u2/available', 5n);
    expect(await broken(() => story.tell({ transfers: [across] }))).toBe('I2');
  });

  it('I2: a payout that says it was paid, or an account that does, without a movement', async () => {
    const story = new Story();
    const { payout, attempt } = story.claimed();
    const { transfers = [], payouts = [], attempts = [] } = settled(payout, attempt, 'tr_1');
    expect(await broken(() => story.tell({ transfers, payouts, attempts }))).toBe('I2');
  });

  it('I2: a booking of another amount than moved, or of more returned than came back', async () => {
    const story = new Story();
    const { payout, attempt } = story.claimed();
    const { object } = story.move(attempt);
    const rows = settled(payout, attempt, object);
    const [booked] = rows.movements ?? [];
    const wrong = { ...(booked ?? movement(payout, 1, object)), moved: 499n };
    expect(await broken(() => story.tell({ ...rows, movements: [wrong] }))).toBe('I2');
  });

  it('I2: what moved and was never booked, and what was booked and never moved', async () => {
    const story = new Story();
    await story.write(credit('e1', 1000n));
    await story.write(opening(aPayout()));
    const ready = approved(aPayout());
    await story.write({ payouts: [ready] });
    await story.write({ payouts: [claim(ready)], attempts: [anAttempt(ready)] });
    story.move(anAttempt(ready));
    expect(await broken(() => story.checker.quiescent())).toBe('I2');

    const other = new Story();
    await other.write(credit('e1', 1000n));
    await other.write(opening(aPayout()));
    await other.write({ payouts: [ready] });
    await other.write({ payouts: [claim(ready)], attempts: [anAttempt(ready)] });
    await other.write(settled(claim(ready), anAttempt(ready), 'tr_9'));
    expect(await broken(() => other.checker.quiescent())).toBe('I2');
  });

  it('I2: a stored balance that is not the sum of its transfers', async () => {
    const inner = memoryStore();
    const story = new Story({
      store: {
        transact: (program, work) =>
          inner.transact(program, (unit) =>
            work({ ...unit, ledger: { ...unit.ledger, accounts: () => drifted(unit) } }),
          ),
      },
    });
    await inner.transact(PROGRAM, async (unit) => {
      const transfers = await put(unit, credit('e1', 1000n));
      const notifications: never[] = [];
      story.checker.committed({
        ...{
          program: PROGRAM,
          at: START,
          actor: 'user',
          payouts: [],
          attempts: [],
          movements: [],
          notifications,
        },
        ...{ earnings: credit('e1', 1000n).earnings ?? [], transfers },
      });
    });
    expect(await broken(() => story.checker.full())).toBe('I2');
  });

  it('I3: a balance below zero without a cause that may leave a debt', async () => {
    const story = new Story();
    story.tell(credit('e1', 100n));
    expect(await broken(() => story.tell(opening(aPayout())))).toBe('I3');
    const budget = transfer('v', 'earning', 'campaign/c1', 'participant/u1/available', 5n);
    const { earnings = [] } = credit('v', 5n);
    expect(await broken(() => new Story().tell({ earnings, transfers: [budget] }))).toBe('I3');
  });

  it('I3: reserved money that no open payout holds, and an open payout that holds none', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    expect(await broken(() => story.tell({ payouts: [aPayout()] }))).toBe('I3');
    const other = new Story();
    other.tell(credit('e1', 1000n));
    other.tell(opening(aPayout()));
    expect(await broken(() => other.tell({ payouts: [{ ...aPayout(), state: 'cancelled' }] }))).toBe('I3');
  });

  it('I3: a release of what has moved, of what moves later, and of what has not ended', async () => {
    const story = new Story();
    const { payout, attempt } = story.claimed();
    story.move(attempt);
    expect(await broken(() => story.tell(failed(payout, attempt)))).toBe('I3');

    const late = new Story();
    const second = late.claimed();
    late.tell(failed(second.payout, second.attempt));
    expect(await broken(() => late.move(second.attempt))).toBe('I3');

    const open = new Story();
    const third = open.claimed();
    const { attempts: _attempts, ...rows } = failed(third.payout, third.attempt);
    expect(await broken(() => open.tell(rows))).toBe('I3');
  });

  it('I3: a debt that is left beside an unclaimed payout, and a failure that nobody declared', async () => {
    const ready = approved(aPayout());
    const story = new Story();
    story.tell(credit('e1', 500n));
    story.tell(opening(aPayout()));
    story.tell({ payouts: [ready] });
    // What nobody has claimed is cancelled before a debt is left.
    const { earnings: [earning] = [] } = credit('e1', 500n);
    const reversal: Rows = {
      earnings: earning ? [{ ...earning, reversed: 100n }] : [],
      transfers: [transfer('r', 'reversal', 'participant/u1/available', 'funding', 100n, 'e1')],
    };
    expect(await broken(() => story.tell(reversal))).toBe('I3');

    const other = new Story();
    await other.write(credit('e1', 1000n));
    await other.write(opening(aPayout()));
    await other.write({ payouts: [ready] });
    await other.write({ payouts: [claim(ready)], attempts: [anAttempt(ready)] });
    // While the library can still find out, it is nobody's to declare.
    const declared = failed(claim(ready), anAttempt(ready), 'declared_failed');
    expect(await broken(() => other.tell(declared))).toBe('I3');
    const review = new Story();
    await review.write(credit('e1', 1000n));
    await review.write(opening(aPayout()));
    await review.write({ payouts: [ready] });
    await review.write({ payouts: [claim(ready)], attempts: [anAttempt(ready)] });
    await review.write({ payouts: [{ ...claim(ready), state: 'needs_review' }] });
    await review.write(declared);
    expect(await broken(() => review.checker.quiescent())).toBe('I3');
  });

  it('I4: a request before its attempt is committed, and an attempt whose payout was not claimed', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    story.tell(opening(aPayout()));
    const ready = approved(aPayout());
    story.tell({ payouts: [ready] });
    expect(await broken(() => story.send(anAttempt(ready)))).toBe('I4');
    expect(await broken(() => story.tell({ payouts: [ready], attempts: [anAttempt(ready)] }))).toBe('I4');
  });

  it('I4: money that moved under no key of ours, and a request for a payout that is not processing', async () => {
    const story = new Story();
    const { payout, attempt } = story.claimed();
    story.tell({ payouts: [{ ...payout, state: 'needs_review' }] });
    expect(await broken(() => story.send(attempt))).toBe('I4');
    expect(await broken(() => story.move({ ...attempt, key: 'a-key-of-nobody' }))).toBe('I4');
  });

  it('I5: a fence or an epoch that falls, and a claim that raises none', async () => {
    const story = new Story();
    const { payout } = story.claimed();
    expect(await broken(() => story.tell({ payouts: [{ ...payout, fence: 0 }] }))).toBe('I5');
    const other = new Story();
    other.tell(credit('e1', 1000n));
    other.tell(opening(aPayout()));
    const ready = approved(aPayout());
    other.tell({ payouts: [ready] });
    const claimed: Payout = { ...ready, state: 'processing' };
    expect(await broken(() => other.tell({ payouts: [claimed], attempts: [anAttempt(ready)] }))).toBe('I5');
    other.tell({ controls: { epoch: 2, halts: [] } });
    expect(await broken(() => other.tell({ controls: { epoch: 1, halts: [] } }))).toBe('I5');
  });

  it('I6: other bytes, another key, a key of two attempts, and a request under the key of another', async () => {
    const story = new Story();
    const { payout, attempt } = story.claimed();
    expect(await broken(() => story.send(attempt, { frozen: 'other' }))).toBe('I6');
    expect(await broken(() => story.send(attempt, { attempt: 2 }))).toBe('I6');
    expect(await broken(() => story.tell({ attempts: [{ ...attempt, key: 'new' }] }))).toBe('I6');
    const other = new Story();
    const first = other.claimed();
    const { next, ...rows } = postponed(first.payout, first.attempt);
    other.tell(rows);
    const same = anAttempt(next, { key: first.attempt.key });
    expect(await broken(() => other.tell({ payouts: [claim(next)], attempts: [same] }))).toBe('I6');
    expect(payout.id).toBe('p1');
  });

  it('I6: a key that is another one after the attempt was lost and committed again', async () => {
    const story = new Story();
    await story.write(credit('e1', 1000n));
    await story.write(opening(aPayout()));
    const ready = approved(aPayout());
    await story.write({ payouts: [ready] });
    await story.write({ payouts: [claim(ready)], attempts: [anAttempt(ready)] });
    story.store.lose(1);
    await story.checker.lost();
    const random = anAttempt(ready, { key: 'made of the time' });
    expect(await broken(() => story.tell({ payouts: [claim(ready)], attempts: [random] }))).toBe('I6');
  });

  it('I6: an attempt opened beside a live one, or a number left out', async () => {
    const story = new Story();
    const { payout } = story.claimed();
    const next: Payout = { ...payout, fence: 2, attempt: 2 };
    expect(await broken(() => story.tell({ payouts: [next], attempts: [anAttempt(next)] }))).toBe('I6');
    const other = new Story();
    const { payout: third, attempt } = other.claimed();
    const { next: second, ...rows } = postponed(third, attempt);
    other.tell(rows);
    const far: Payout = { ...claim(second), attempt: 3 };
    expect(await broken(() => other.tell({ payouts: [far], attempts: [anAttempt(far)] }))).toBe('I6');
  });

  it('I7: an attempt that is sent after its end, or opened again', async () => {
    const story = new Story();
    const { payout, attempt } = story.claimed();
    story.tell(failed(payout, attempt));
    expect(await broken(() => story.send(attempt))).toBe('I7');
    expect(await broken(() => story.tell({ attempts: [attempt] }))).toBe('I7');
    const paid = new Story();
    const second = paid.claimed();
    const { object } = paid.move(second.attempt);
    paid.tell(settled(second.payout, second.attempt, object));
    paid.send(second.attempt);
    paid.now += DAY;
    expect(await broken(() => paid.send(second.attempt))).toBe('I7');
  });

  it('I7: a payout that goes back to approved with the attempt that was closed', async () => {
    const story = new Story();
    const { payout, attempt } = story.claimed();
    const back: Payout = { ...payout, state: 'approved' };
    expect(
      await broken(() => story.tell({ payouts: [back], attempts: [{ ...attempt, end: 'refused' }] })),
    ).toBe('I7');
  });

  it('I9: what is left at rest: under way, approved, in review for nothing, or not told', async () => {
    for (const left of ['approved', 'processing', 'needs_review'] as const) {
      const story = new Story();
      await story.write(credit('e1', 1000n));
      await story.write(opening(aPayout()));
      const ready = approved(aPayout());
      await story.write({
        participants: [{ id: 'u1', active: true, verified: true, destination: { id: 'acct', version: 1 } }],
      });
      await story.write({ payouts: [ready] });
      if (left !== 'approved') await story.write({ payouts: [claim(ready)], attempts: [anAttempt(ready)] });
      if (left === 'needs_review') await story.write({ payouts: [{ ...claim(ready), state: left }] });
      expect(await broken(() => story.checker.quiescent())).toBe('I9');
    }
    const silent = new Story();
    const { payout, attempt } = silent.claimed();
    expect(await broken(() => silent.tell({ ...failed(payout, attempt), told: false }))).toBe('I9');

    const story = new Story();
    await story.store.transact(PROGRAM, (unit) =>
      unit.outbox.add([{ id: 'n1', kind: 'operator', event: 'halted' }]),
    );
    expect(await broken(() => story.checker.quiescent())).toBe('I9');
  });

  it('I9: a payout that waits for an approval which is automatic, but for a hold', async () => {
    const automatic: PayoutEngineRules = { ...RULES, approval: { mode: 'automatic' } };
    for (const [days, expected] of [
      [8, 'I9'],
      [6, 'none'],
    ] as const) {
      const story = new Story({ rules: automatic });
      await story.write(credit('e1', 1000n));
      const destination = (id: string): Participant => ({
        id: 'u1',
        active: true,
        verified: true,
        destination: { id, version: 1 },
      });
      await story.write({ participants: [destination('old')] });
      await story.write({ participants: [destination('acct')] });
      await story.write(opening(aPayout()));
      story.now += days * DAY;
      expect(await broken(() => story.checker.quiescent())).toBe(expected);
    }
  });

  it('I10: a payout that is called off after it moved, or that moves after it was called off', async () => {
    const story = new Story();
    const { payout, attempt } = story.claimed();
    const { next, ...rows } = postponed(payout, attempt);
    story.tell(rows);
    story.tell({ transfers: [unreserve(next)], payouts: [{ ...next, state: 'cancelled' }] });
    expect(await broken(() => story.move(attempt))).toBe('I10');

    const other = new Story();
    const second = other.claimed();
    other.move(second.attempt);
    const called: Payout = { ...second.payout, state: 'cancelled' };
    expect(await broken(() => other.tell({ transfers: [unreserve(called)], payouts: [called] }))).toBe('I10');
  });

  it('I11: a batch that opens something after it was complete, or whose totals are wrong', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    story.tell(opening(aPayout({ batch: 'b1' })));
    const report = (count: number, amount: bigint) => ({ complete: true, totals: [{ count, amount }] });
    expect(
      await broken(() => story.call('openBatch', { input: { key: 'b1' }, value: report(1, 499n) })),
    ).toBe('I11');
    story.call('openBatch', { input: { key: 'b1' }, value: report(1, 500n) });
    story.tell(credit('e2', 1000n, { participant: 'u2' }));
    const late = aPayout({ id: 'p2', batch: 'b1', participant: 'u2' });
    expect(await broken(() => story.tell(opening(late)))).toBe('I11');
  });

  it('I13: an edge that there is not, and a payout that begins in the middle', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    story.tell(opening(aPayout()));
    const skipped = aPayout({ state: 'failed' });
    expect(await broken(() => story.tell({ payouts: [skipped] }))).toBe('I13');
    const begun = aPayout({ state: 'processing' });
    const other = new Story();
    other.tell(credit('e1', 1000n));
    expect(await broken(() => other.tell(opening(begun)))).toBe('I13');
  });

  it('I14: a digest of something else, a destination swapped after it, or no approval at all', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    story.tell(opening(aPayout()));
    const ready = approved(aPayout());
    const swapped = { id: 'thief', version: 1 };
    expect(await broken(() => story.tell({ payouts: [{ ...ready, destination: swapped }] }))).toBe('I14');
    const { approval: _approval, ...without } = ready;
    const other = new Story();
    other.tell(credit('e1', 1000n));
    other.tell(opening(aPayout()));
    expect(await broken(() => other.tell({ payouts: [without] }))).toBe('I14');
    const third = new Story();
    third.tell(credit('e1', 1000n));
    third.tell(opening(aPayout()));
    third.tell({ payouts: [ready] });
    const claimed = { ...claim(ready), destination: swapped };
    expect(await broken(() => third.tell({ payouts: [claimed], attempts: [anAttempt(ready)] }))).toBe('I14');
  });

  it('I14: a request or a movement to another destination, from another account, or of another amount', async () => {
    const story = new Story();
    const { attempt } = story.claimed();
    expect(await broken(() => story.send(attempt, { destination: 'thief' }))).toBe('I14');
    expect(await broken(() => story.send(attempt, { account: 'another' }))).toBe('I14');
    expect(await broken(() => story.move(attempt, { amount: 501n }))).toBe('I14');
  });

  it('I14: a claim for a destination that has been replaced, and a frozen request of another version', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    story.tell(opening(aPayout()));
    const ready = approved(aPayout());
    story.tell({ payouts: [ready] });
    const other = anAttempt(ready, { request: '[["acct",2]]' });
    story.tell({
      participants: [{ id: 'u1', active: true, verified: true, destination: { id: 'new', version: 1 } }],
    });
    expect(await broken(() => story.tell({ payouts: [claim(ready)], attempts: [anAttempt(ready)] }))).toBe(
      'I14',
    );
    const second = new Story();
    second.tell(credit('e1', 1000n));
    second.tell(opening(aPayout()));
    second.tell({ payouts: [ready] });
    expect(await broken(() => second.tell({ payouts: [claim(ready)], attempts: [other] }))).toBe('I14');
  });

  it('I14: a claim that nobody approved, where an operator must', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    story.tell(opening(aPayout()));
    const processing = claim(approved(aPayout(), 'policy'));
    const rows = { payouts: [processing], attempts: [anAttempt(processing)] };
    expect(await broken(() => story.tell(rows))).toBe('I14');
  });

  it('I14: an approval by who asked, and one to a destination that is on hold', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    story.tell(opening(aPayout()));
    expect(await broken(() => story.tell({ payouts: [approved(aPayout(), 'u1')] }))).toBe('I14');
    const other = new Story();
    const since = new Date(START - 6 * DAY);
    other.tell({
      participants: [
        { id: 'u1', active: true, verified: true, destination: { id: 'acct', version: 1, since } },
      ],
    });
    other.tell(credit('e1', 1000n));
    other.tell(opening(aPayout()));
    expect(await broken(() => other.tell({ payouts: [approved(aPayout())] }))).toBe('I14');
  });

  it('I15: an attempt or a movement in the other environment', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    story.tell(opening(aPayout()));
    const ready = approved(aPayout());
    story.tell({ payouts: [ready] });
    const live = anAttempt(ready, { environment: 'live' });
    expect(await broken(() => story.tell({ payouts: [claim(ready)], attempts: [live] }))).toBe('I15');
    const other = new Story();
    const { attempt } = other.claimed();
    expect(await broken(() => other.move(attempt, { environment: 'live' }))).toBe('I15');
  });

  it('I16: an event that has its effect twice, and I17: a forged one that is believed', async () => {
    const story = new Story();
    const input = { provider: 'sim', raw: { body: '{"id":"evt_1"}', headers: {} } };
    const value = { kind: 'settled', program: PROGRAM, payout: 'p1' };
    story.call('receive', { input, value });
    story.call('receive', { input, value: { kind: 'duplicate' } });
    expect(await broken(() => story.call('receive', { input, value }))).toBe('I16');
    const forged = { ...input, forged: true };
    story.call('receive', { input: forged, outcome: 'refused', value: 'EVENT_REFUSED: no' });
    expect(await broken(() => story.call('receive', { input: forged, value: { kind: 'duplicate' } }))).toBe(
      'I17',
    );
  });

  it('I17: a forged event in whose call something was committed', async () => {
    const story = new Story();
    story.tell(credit('e1', 10n), { call: 3 });
    const input = { provider: 'sim', event: 'evt_1', forged: true };
    expect(await broken(() => story.call('receive', { call: 3, input, outcome: 'crashed' }))).toBe('I17');
  });

  it('I18: a call that writes in another program, a row that no commit wrote, and a row without its payout', async () => {
    const story = new Story();
    story.tell(credit('e1', 10n), { program: 'other', call: 4 });
    expect(await broken(() => story.call('credit', { call: 4 }))).toBe('I18');
    const other = new Story();
    await other.store.transact('other', (unit) => put(unit, credit('e1', 10n)));
    expect(await broken(() => other.checker.full())).toBe('I18');
    expect(await broken(() => new Story().tell({ movements: [movement(aPayout(), 1, 'tr_1')] }))).toBe('I18');
  });

  it('I19: a failure without a code, a promise that is broken, and a refused call that has written', async () => {
    const story = new Story();
    const refused = (value: unknown, call?: number): Promise<string> =>
      broken(() => story.call('approve', { outcome: 'refused', value, ...(call && { call }) }));
    expect(await refused(new TypeError('x is not a function'))).toBe('I19');
    expect(await refused(new PayoutError('INVARIANT_BROKEN', { invariant: 'x' }))).toBe('I19');
    expect(await refused(new PayoutError('PAYOUT_NOT_FOUND', { payout: 'p1' }))).toBe('none');
    story.tell(credit('e1', 10n), { call: 5 });
    expect(await refused('WRONG_STATE', 5)).toBe('I19');
  });

  it('I19: evidence that a call has found before it refused is no effect of its own, and anything else is', async () => {
    const settling = async (name: string, more: Partial<Payout> = {}): Promise<string> => {
      const story = new Story();
      const { payout, attempt } = story.claimed();
      story.send(attempt);
      const rows = settled(payout, attempt, story.move(attempt).object);
      return broken(() => {
        story.tell(
          { ...rows, payouts: (rows.payouts ?? []).map((row) => ({ ...row, ...more })) },
          { call: 6 },
        );
        story.call(name, { call: 6, outcome: 'refused', value: 'WRONG_STATE' });
      });
    };
    expect(await settling('declareFailed')).toBe('none');
    expect(await settling('completeManually')).toBe('none');
    expect(await settling('approve')).toBe('I19');
    expect(await settling('declareFailed', { state: 'failed' })).not.toBe('none');
  });

  it('I20: two payouts of one request key, of one batch and participant, or one payout of two keys', async () => {
    const story = new Story();
    story.tell(credit('e1', 1000n));
    story.tell(opening(aPayout()), { call: 1 });
    story.call('request', { call: 1, input: { key: 'k1' }, outcome: 'crashed' });
    const value = aPayout();
    expect(await broken(() => story.call('request', { input: { key: 'k2' }, value }))).toBe('I20');
    expect(
      await broken(() => story.call('request', { input: { key: 'k1' }, value: { ...value, id: 'p2' } })),
    ).toBe('I20');
    const batch = new Story();
    batch.tell(credit('e1', 1000n));
    batch.tell(opening(aPayout({ batch: 'b1' })));
    expect(await broken(() => batch.tell(opening(aPayout({ id: 'p2', batch: 'b1' }))))).toBe('I20');
  });

  it('I22: an amount that does not fit 64 bits, or is no bigint', async () => {
    expect(await broken(() => new Story().tell(credit('e1', 2n ** 63n)))).toBe('I22');
    const story = new Story();
    story.tell(credit('e1', 2n ** 63n - 1n));
    expect(await broken(() => story.tell(credit('e2', 1n)))).toBe('I22');
    const float = JSON.parse('{"amount":0.5}') as { readonly amount: bigint };
    expect(await broken(() => new Story().tell(credit('e1', 1n, float)))).toBe('I22');
  });

  it('I26: reversals above their transfer, of another, or that the earning does not know of', async () => {
    const reversal = (id: string, amount: bigint): TransferRequest =>
      transfer(id, 'reversal', 'participant/u1/available', 'funding', amount, 'e1');
    const { earnings: [earning] = [] } = credit('e1', 100n);
    if (earning === undefined) throw new Error('there is an earning');
    const story = new Story();
    story.tell(credit('e1', 100n));
    story.tell({ earnings: [{ ...earning, reversed: 60n }], transfers: [reversal('r1', 60n)] });
    expect(
      await broken(() =>
        story.tell({ earnings: [{ ...earning, reversed: 100n }], transfers: [reversal('r2', 60n)] }),
      ),
    ).toBe('I26');
    const other = new Story();
    other.tell(credit('e1', 100n));
    expect(await broken(() => other.tell({ earnings: [earning], transfers: [reversal('r1', 60n)] }))).toBe(
      'I26',
    );
    const third = new Story();
    third.tell(credit('e1', 100n));
    third.tell(credit('e3', 100n, { participant: 'u2' }));
    const theirs = transfer('r1', 'reversal', 'participant/u2/available', 'funding', 60n, 'e1');
    expect(await broken(() => third.tell({ transfers: [theirs] }))).toBe('I26');
  });

  it('I26: held parts that are not the held account, parts that do not add up, and a reversal that was dropped', async () => {
    const wrong = credit('e1', 100n, { held: 90n, released: 0n });
    expect(await broken(() => new Story().tell(wrong))).toBe('I26');
    const story = new Story();
    await story.write(credit('e1', 100n));
    await story.store.transact(PROGRAM, (unit) =>
      unit.reversals.put([{ key: 'r1', earning: 'e1', amount: 50n, reason: 'refund' }]),
    );
    story.call('reverse', { input: { key: 'r1' } });
    expect(await broken(() => story.checker.quiescent())).toBe('I26');
  });

  it('I27: a bonus above its rate of what is left of its earning', async () => {
    const story = new Story();
    story.tell(credit('e1', 199n));
    const bonus = { participant: 'u2', bonusOf: { earning: 'e1', rate: '0.1' } };
    story.tell(credit('b1', 19n, bonus));
    expect(await broken(() => story.tell(credit('b2', 20n, bonus)))).toBe('I27');
    const { earnings: [earning] = [] } = credit('e1', 199n);
    const half = earning === undefined ? [] : [{ ...earning, reversed: 100n }];
    const taken = transfer('r1', 'reversal', 'participant/u1/available', 'funding', 100n, 'e1');
    const other = new Story();
    other.tell(credit('e1', 199n));
    other.tell(credit('b1', 19n, bonus));
    expect(await broken(() => other.tell({ earnings: half, transfers: [taken] }))).toBe('I27');
  });

  it('I29: a canary in an error or an event', async () => {
    const story = new Story({ canaries: ['canary-4711'] });
    const value = new PayoutError('INVALID_ID', { field: 'x', reason: 'canary-4711 is wrong' });
    expect(await broken(() => story.call('request', { outcome: 'refused', value }))).toBe('I29');
    expect(await broken(() => story.checker.observed({ kind: 'x', deep: [{ text: 'a canary-4711' }] }))).toBe(
      'I29',
    );
    expect(await broken(() => story.checker.observed({ kind: 'x' }))).toBe('none');
  });

  it('I30: a transfer or a movement that changes, and a transfer that is gone', async () => {
    const story = new Story();
    story.tell(credit('e1', 100n));
    expect(await broken(() => story.tell({ transfers: credit('e1', 90n).transfers ?? [] }))).toBe('I30');
    const { transfers: [request] = [] } = credit('e1', 100n);
    if (request === undefined) throw new Error('there is a transfer');
    expect(await broken(() => story.tell({ transfers: [{ ...request, subject: 'other' }] }))).toBe('I30');
    expect(await broken(() => story.checker.full())).toBe('I30');
    const other = new Story();
    const { payout, attempt } = other.claimed();
    const { object } = other.move(attempt);
    other.tell(settled(payout, attempt, object));
    expect(await broken(() => other.tell({ movements: [movement(payout, 1, object, { moved: 1n })] }))).toBe(
      'I30',
    );
  });

  it('I31: more than the cap leaving in 24 hours, and not more than that', async () => {
    const capped: PayoutEngineRules = { ...RULES, caps: { participant: { USD: 800n } } };
    for (const [wait, expected] of [
      [DAY - 120_000, 'I31'],
      [DAY, 'none'],
    ] as const) {
      const story = new Story({ rules: capped });
      const { attempt } = story.claimed();
      story.move(attempt);
      story.now += wait;
      const second = aPayout({ id: 'p2' });
      story.tell(opening(second));
      const ready = approved(second);
      story.tell({ payouts: [ready] });
      story.tell({ payouts: [claim(ready)], attempts: [anAttempt(ready)] });
      expect(await broken(() => story.move(anAttempt(ready)))).toBe(expected);
    }
  });
});

describe('the checker itself', () => {
  it('has the same edges as the table, though it wrote them down on its own', () => {
    for (const state of PAYOUT_STATES) {
      const others = Object.values(PAYOUT_EDGES[state]).filter((to) => to !== state);
      expect([...LEGAL_STEPS[state]].sort()).toEqual([...new Set(others)].sort());
    }
  });

  it('imports nothing but types of what it checks', () => {
    const folder = new URL('../../src/testing/simulator/checker/', import.meta.url);
    for (const file of readdirSync(folder)) {
      const text = readFileSync(new URL(file, folder), 'utf8');
      for (const [line] of text.matchAll(/^(?:import|export) (?:(?!;$)[^])*? from '[^']+';/gm)) {
        if (/^(?:import|export) type /.test(line)) continue;
        expect(line, file).toMatch(/ from '(?:\.\/[a-z-]+\.ts|@noble\/hashes\/[a-z0-9]+)';$/);
      }
    }
  });
});

async function* drifted(
  unit: UnitOfWork,
): AsyncGenerator<readonly { account: 'funding'; currency: string; balance: bigint }[]> {
  const [balance = 0n] = await unit.ledger.balances([{ account: 'funding', currency: 'USD' }]);
  yield [{ account: 'funding', currency: 'USD', balance: balance + 1n }];
}
