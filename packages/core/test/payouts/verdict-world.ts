import type { Attempt } from '../../src/payouts/payout.ts';
import type { ProviderPromises } from '../../src/payouts/promises.ts';
import type { RetryPolicy } from '../../src/payouts/retry.ts';
import {
  type Answer,
  keyKeptUntil,
  type Restored,
  type Verdict,
  verdict,
} from '../../src/payouts/verdict.ts';

/** Draws a whole number from the least to the most. */
export type Draw = (least: number, most: number) => number;

/** What a history is played under. Times are small, so that windows, waits and losses meet. */
export interface Setting {
  readonly promises: ProviderPromises;
  readonly retry: RetryPolicy;
  readonly marginMs: number;
  readonly leaseMs: number;
  /** How long after its opening a payout is claimed. */
  readonly claimedAfterMs: number;
  /** After so many steps the store forgets the attempt, or its latest steps, and its epoch is raised. */
  readonly forgets: { readonly afterSteps: number; readonly what: 'attempt' | 'steps' } | undefined;
}

/** How a history ended, and what really happened. */
export interface History {
  /** The last verdict, or what ended it otherwise. */
  readonly end: Verdict | { readonly kind: 'found' | 'endless' };
  /** Payments that moved or may still move, once everything that was under way has arrived. */
  readonly movements: number;
  readonly verdicts: readonly Verdict['kind'][];
}

interface Payment {
  readonly at: number;
  readonly visibleAt: number;
  readonly pendingUntil: number;
  readonly fails: boolean;
}

type Said = Answer | 'payment';

interface Arrival {
  readonly at: number;
  readonly tell: (said: Said) => void;
}

/** A provider that keeps its promises, to the millisecond and not further. */
class Provider {
  readonly payments: Payment[] = [];
  readonly #promises: ProviderPromises;
  readonly #draw: Draw;
  #arrivals: Arrival[] = [];
  #kept: { readonly until: number; readonly said: Said } | undefined;

  constructor(promises: ProviderPromises, draw: Draw) {
    this.#promises = promises;
    this.#draw = draw;
  }

  /** A request on its way. What it is told can be heard once time has come to its arrival. */
  receive(at: number, tell: (said: Said) => void): void {
    this.#arrivals.push({ at, tell });
  }

  /** Lets everything happen that happens until then. */
  runUntil(time: number): void {
    const due = this.#arrivals.filter(({ at }) => at <= time).sort((left, right) => left.at - right.at);
    this.#arrivals = this.#arrivals.filter(({ at }) => at > time);
    for (const { at, tell } of due) tell(this.#execute(at));
  }

  visible(time: number): readonly Payment[] {
    const { backMs = Infinity } = this.#promises.lookup ?? {};
    return this.payments.filter(({ at, visibleAt }) => visibleAt <= time && at >= time - backMs);
  }

  #execute(at: number): Said {
    const { keys } = this.#promises;
    const first = this.#draw(0, 9);
    if (first === 0) return { kind: 'not_executed', code: 'rate_limit' };
    if (first === 1) return { kind: 'refused', scope: 'run', code: 'unauthorized' };
    if (keys !== undefined && this.#kept !== undefined && at < this.#kept.until) return this.#kept.said;
    const said = this.#decide(at);
    const isKept = keys?.replaysFirstAnswer === true ? said.keep : said.moved;
    // A key is kept for as long as was promised, from its first use, and forgotten in the next millisecond.
    if (keys !== undefined && isKept) this.#kept = { until: at + keys.windowMs, said: said.said };
    return said.said;
  }

  #decide(at: number): { readonly said: Said; readonly keep: boolean; readonly moved: boolean } {
    const replays = this.#promises.keys?.replaysFirstAnswer === true;
    switch (this.#draw(0, 9)) {
      case 0:
        return { said: { kind: 'unknown', code: '500' }, keep: true, moved: false };
      case 1:
        this.#pay(at);
        return { said: { kind: 'unknown', code: '500' }, keep: true, moved: true };
      case 2:
        return { said: { kind: 'refused', scope: 'payout', code: 'invalid' }, keep: false, moved: false };
      case 3:
      case 4:
      case 5: {
        const said = { kind: 'refused', scope: 'recipient', code: 'not_ready' } as const;
        return { said: replays ? { ...said, stored: true } : said, keep: true, moved: false };
      }
      default:
        this.#pay(at);
        return { said: 'payment', keep: true, moved: true };
    }
  }

  #pay(at: number): void {
    const { delayMs = 0 } = this.#promises.lookup ?? {};
    const pendingMs = this.#draw(0, 3) === 0 ? this.#draw(1, 200) : 0;
    this.payments.push({
      at,
      visibleAt: at + this.#draw(0, delayMs),
      pendingUntil: at + pendingMs,
      fails: pendingMs > 0 && this.#draw(0, 1) === 0,
    });
  }
}

/**
 * Plays one attempt to its end as the engine does: the intent first, a deadline for each send, a takeover once the lease
 * is over, a look before each further send; under crashes, pauses, losses, and clocks that differ by up to the margin.
 */
export function playAttempt(setting: Setting, draw: Draw): History {
  const { promises, retry, marginMs, leaseMs } = setting;
  const provider = new Provider(promises, draw);
  const verdicts: Verdict['kind'][] = [];
  let time = 1_000_000;
  /** The store's clock now. */
  const read = (): Date => new Date(time + draw(0, marginMs));
  const openedAt = read();
  time += setting.claimedAfterMs;
  let claimStarted = time;
  const claimedAt = read();
  let attempt = newAttempt(claimedAt, 1);
  let dueAt = claimedAt.getTime() + leaseMs;
  let restored: Restored | undefined;
  const remembered: Attempt[] = [attempt];
  let deadline: number | undefined = claimStarted + leaseMs - marginMs;

  for (let step = 0; step < 60; step += 1) {
    if (deadline === undefined) {
      const offset = draw(0, marginMs);
      const isLate = draw(0, 5) === 0;
      time = Math.max(time, dueAt - offset + draw(0, isLate ? 1500 : 20));
      dueAt = time + offset + leaseMs;
    }
    if (restored === undefined && step === setting.forgets?.afterSteps) {
      // What a worker has under way goes on, whatever the store has forgotten.
      if (deadline !== undefined && deadline > time) send(deadline);
      time += draw(0, 5);
      restored = { at: read(), since: draw(0, 1) === 0 ? openedAt : claimedAt, remembersPayout: true };
      time += draw(0, draw(0, 3) === 0 ? 1500 : 10);
      const older = remembered[draw(0, remembered.length - 1)];
      const now = read();
      attempt = setting.forgets.what === 'attempt' || older === undefined ? newAttempt(now, 0) : older;
      dueAt = now.getTime() + leaseMs;
      deadline = undefined;
    }
    const answer = deadline === undefined ? look() : hear(deadline);
    deadline = undefined;
    if (answer === undefined) continue;
    if (answer === 'payment') return ended({ kind: 'found' });
    claimStarted = time;
    time += draw(0, 3);
    const now = read();
    const found = verdict(answer, {
      ...{ attempt, promises, retry, now, marginMs, leaseMs, openedAt },
      ...(restored === undefined ? {} : { restored }),
      random: draw(0, 4_294_967_295),
    });
    verdicts.push(found.kind);
    if (found.kind === 'closed' || found.kind === 'review') return ended(found);
    attempt = found.attempt;
    remembered.push(attempt);
    if (found.kind === 'wait') {
      dueAt = now.getTime() + found.ms;
      continue;
    }
    dueAt = now.getTime() + leaseMs;
    const keptUntil = keyKeptUntil(attempt, promises, marginMs);
    const lease = leaseMs - marginMs;
    deadline =
      claimStarted +
      (keptUntil === undefined || attempt.sends === 1 ? lease : Math.min(lease, keptUntil - now.getTime()));
  }
  return ended({ kind: 'endless' });

  /** Sends before the deadline, at once or late; what is not lost arrives while it may be under way. */
  function send(until: number): { readonly begun: number; readonly arrives: number; said?: Said } {
    const begun = draw(0, 2) === 0 ? draw(time, until - 1) : time;
    const arrives = draw(0, 9) === 0 ? Infinity : begun + draw(0, draw(0, 1) === 0 ? promises.inFlightMs : 0);
    const sent: { begun: number; arrives: number; said?: Said } = { begun, arrives };
    if (arrives < Infinity) provider.receive(arrives, (words) => (sent.said = words));
    return sent;
  }

  /** Sends, and says what the worker hears of it: nothing where it dies. */
  function hear(until: number): Said | undefined {
    const fate = draw(0, 9);
    if (fate === 0) return undefined;
    if (until <= time || fate === 1) {
      time = Math.max(time, until);
      return { kind: 'not_sent' };
    }
    const sent = send(until);
    time = sent.begun;
    if (fate === 2) return undefined;
    if (sent.arrives > until || fate === 3) {
      // No answer: the connection broke at once, or nothing came until the deadline.
      if (draw(0, 1) === 0) time = until;
      return { kind: 'unknown', code: 'timeout' };
    }
    time = sent.arrives;
    provider.runUntil(time);
    return sent.said;
  }

  function look(): Said | undefined {
    if (promises.lookup === undefined) return { kind: 'no_lookup' };
    if (draw(0, 9) === 0) return undefined;
    const lookedAt = read();
    time += draw(0, 5);
    if (draw(0, 9) === 0) return { kind: 'unknown', code: 'lookup_failed' };
    provider.runUntil(time);
    const seen = provider.visible(time);
    const [pending] = seen.filter(({ pendingUntil }) => pendingUntil > time);
    if (seen.length > (pending === undefined ? 0 : 1)) return 'payment';
    if (pending === undefined) {
      time += draw(0, 5);
      return { kind: 'absent', lookedAt };
    }
    attempt = { ...attempt, pendingObject: 'object', tries: 0 };
    dueAt = time + draw(1, 100);
    return undefined;
  }

  function ended(end: History['end']): History {
    provider.runUntil(Infinity);
    const movements = provider.payments.filter(({ fails }) => !fails).length;
    return { end, movements, verdicts };
  }
}

function newAttempt(at: Date, sends: number): Attempt {
  return {
    ...{
      payout: 'p',
      number: 1,
      participant: 'u',
      currency: 'USD',
      net: 100n,
      provider: 'sim',
      account: 'a',
    },
    ...{ environment: 'test', key: 'k', request: '[]', openedAt: at, firstSentAt: at, lastSentAt: at },
    ...{ sends, notExecuted: 0, tries: 0 },
  };
}
