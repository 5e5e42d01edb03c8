import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../src/payouts/payout.ts';
import type { ProviderPromises } from '../../src/payouts/promises.ts';
import { backoffMs, DEFAULT_RETRY_POLICY } from '../../src/payouts/retry.ts';
import {
  type Answer,
  type Circumstances,
  keyKeptUntil,
  possiblyExecuted,
  verdict,
} from '../../src/payouts/verdict.ts';
import { FULL_ATTEMPT } from './payout-rows.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const noon = Date.UTC(2026, 9, 1, 12);
const after = (ms: number): Date => new Date(noon + ms);

const keys = { windowMs: DAY, lengthMax: 255, replaysFirstAnswer: true };
const lookup = { delayMs: MINUTE, authoritative: true };
const inFlightMs = 2 * MINUTE;

/** In the manner of Stripe: keys whose first answer is the answer, and a lookup that proves. */
const STRIPE: ProviderPromises = { keys, lookup, inFlightMs };
const KEYS_ONLY: ProviderPromises = { keys, inFlightMs };
const LOOKUP_ONLY: ProviderPromises = { lookup, inFlightMs };

/** Sent once, at noon. */
const { by: _by, absentAt: _absentAt, pendingObject: _object, end: _end, ...open } = FULL_ATTEMPT;
const SENT: Attempt = {
  ...open,
  ...{ openedAt: after(0), firstSentAt: after(0), lastSentAt: after(0), sends: 1, notExecuted: 0, tries: 0 },
};

const at = (ms: number, more: Partial<Circumstances> = {}): Circumstances => ({
  attempt: SENT,
  promises: STRIPE,
  retry: DEFAULT_RETRY_POLICY,
  now: after(ms),
  marginMs: MINUTE,
  leaseMs: 5 * MINUTE,
  openedAt: after(-HOUR),
  random: 0,
  ...more,
});

const refused = { kind: 'refused', scope: 'payout', code: 'account_closed' } as const;
const kept = { ...refused, stored: true } as const;
const limited = { kind: 'not_executed', code: 'rate_limit' } as const;
const unknown = { kind: 'unknown', code: 'timeout' } as const;
const notSent = { kind: 'not_sent' } as const;
const noLookup = { kind: 'no_lookup' } as const;
const absentAt = (ms: number) => ({ kind: 'absent', lookedAt: after(ms) }) as const;

const sentTwice: Attempt = { ...SENT, sends: 2, lastSentAt: after(10 * MINUTE) };
const CLOSED_REFUSED = { kind: 'closed', end: 'refused', scope: 'payout', code: 'account_closed' };
const CLOSED_ABSENT = { kind: 'closed', end: 'absent', scope: 'recipient', code: 'absent' };
const NEVER_EXECUTED = { kind: 'closed', end: 'not_sent', scope: 'recipient', code: 'never_executed' };
const review = (code: string) => ({ kind: 'review', code });

/** When a send after a key of noon must have been begun. */
/** Three hours are left alone, for a clock that fell behind. */
const KEPT_UNTIL = DAY - inFlightMs - MINUTE - 3 * HOUR;
/** When a send of noon has arrived or is lost, and what it moved can be seen. */
const QUIET = inFlightMs + MINUTE + MINUTE + 5 * MINUTE;

describe('a refusal', () => {
  it('of the only send ever made proves that nothing moved', () => {
    expect(verdict(refused, at(1000))).toEqual(CLOSED_REFUSED);
    expect(verdict({ ...refused, scope: 'run' }, at(1000))).toEqual({ ...CLOSED_REFUSED, scope: 'run' });
    expect(verdict(refused, at(1000, { promises: LOOKUP_ONLY }))).toEqual(CLOSED_REFUSED);
  });

  it('of the only send that may have been executed proves it too: the other was turned away by a rate limit', () => {
    const attempt = { ...sentTwice, notExecuted: 1 };
    expect(verdict(refused, at(11 * MINUTE, { attempt }))).toEqual(CLOSED_REFUSED);
  });

  it('of a second send says nothing of the first, whose answer was lost (A5)', () => {
    expect(verdict(refused, at(11 * MINUTE, { attempt: sentTwice }))).toEqual({
      kind: 'wait',
      ms: 15_000,
      attempt: { ...sentTwice, tries: 1 },
    });
  });

  it('that the provider keeps under the key is the answer of all sends, while the key is kept (A8)', () => {
    const circumstances = { attempt: sentTwice };
    expect(verdict(kept, at(KEPT_UNTIL - 1, circumstances))).toEqual(CLOSED_REFUSED);
    expect(verdict(kept, at(KEPT_UNTIL, circumstances)).kind).toBe('wait');
    expect(verdict({ ...refused, stored: false }, at(11 * MINUTE, circumstances)).kind).toBe('wait');
  });

  it('that is said to be kept proves nothing where the provider does not repeat its first answer', () => {
    const attempt = sentTwice;
    const forgetful = { ...STRIPE, keys: { ...keys, replaysFirstAnswer: false } };
    expect(verdict(kept, at(11 * MINUTE, { attempt, promises: forgetful })).kind).toBe('wait');
    expect(verdict(kept, at(11 * MINUTE, { attempt, promises: LOOKUP_ONLY })).kind).toBe('wait');
  });
});

describe('an answer that says nothing', () => {
  it('is waited after, longer each time, and after too many a person must look (A3, A21)', () => {
    const { triesMax } = DEFAULT_RETRY_POLICY;
    for (let tries = 0; tries < triesMax - 1; tries += 1) {
      const attempt = { ...SENT, tries };
      expect(verdict(unknown, at(1000, { attempt, random: 77 }))).toEqual({
        kind: 'wait',
        ms: backoffMs(DEFAULT_RETRY_POLICY, tries + 1, 77),
        attempt: { ...SENT, tries: tries + 1 },
      });
    }
    const attempt = { ...SENT, tries: triesMax - 1 };
    expect(verdict(unknown, at(1000, { attempt }))).toEqual(review('too_many_tries'));
    expect(verdict(refused, at(1000, { attempt: { ...attempt, sends: 2 } }))).toEqual(
      review('too_many_tries'),
    );
  });
});

describe('a send that was not executed', () => {
  it('is counted as such, and tried again no sooner than the provider says (A22)', () => {
    const counted = { ...SENT, notExecuted: 1, tries: 1 };
    expect(verdict(limited, at(1000))).toEqual({ kind: 'wait', ms: 15_000, attempt: counted });
    expect(verdict({ ...limited, retryAfterMs: 14_999 }, at(1000))).toMatchObject({ ms: 15_000 });
    expect(verdict({ ...limited, retryAfterMs: 15_001 }, at(1000))).toMatchObject({ ms: 15_001 });
  });

  it('closes the attempt after too many tries when no send was, and is left to a person when one may have been', () => {
    const tries = DEFAULT_RETRY_POLICY.triesMax - 1;
    expect(verdict(limited, at(1000, { attempt: { ...SENT, tries } }))).toEqual(NEVER_EXECUTED);
    expect(verdict(limited, at(1000, { attempt: { ...sentTwice, tries } }))).toEqual(
      review('too_many_tries'),
    );
  });

  it('was given up by its worker before it began: the next look comes at once, and counts no try', () => {
    expect(verdict(notSent, at(1000))).toEqual({ kind: 'wait', ms: 0, attempt: { ...SENT, notExecuted: 1 } });
  });

  it('is never counted more often than there were sends', () => {
    const attempt = { ...SENT, notExecuted: 1 };
    expect(verdict(notSent, at(1000, { attempt }))).toMatchObject({ attempt: { sends: 1, notExecuted: 1 } });
    expect(possiblyExecuted(attempt)).toBe(0);
    expect(possiblyExecuted({ ...SENT, sends: 5, notExecuted: 2 })).toBe(3);
  });
});

describe('having found nothing', () => {
  const send = (ms: number, attempt = SENT) => ({
    kind: 'send',
    attempt: { ...attempt, tries: 1, sends: attempt.sends + 1, lastSentAt: after(ms) },
  });

  it('has the attempt sent again under its key, while that is kept until the send arrives (A6)', () => {
    const last = KEPT_UNTIL - 5 * MINUTE - 1;
    expect(verdict(absentAt(MINUTE), at(MINUTE))).toEqual(send(MINUTE));
    expect(verdict(absentAt(last), at(last))).toEqual(send(last));
    expect(verdict(noLookup, at(last, { promises: KEYS_ONLY }))).toEqual(send(last));
    expect(verdict(absentAt(last + 1), at(last + 1))).toEqual(CLOSED_ABSENT);
    expect(verdict(noLookup, at(last + 1, { promises: KEYS_ONLY }))).toEqual(review('no_lookup'));
    expect(verdict(noLookup, at(last + 1))).toMatchObject({ kind: 'review' });
  });

  it('keeps the time of the first send, from which the window runs', () => {
    const attempt = { ...sentTwice, tries: 3 };
    expect(verdict(absentAt(HOUR), at(HOUR, { attempt }))).toEqual({
      kind: 'send',
      attempt: { ...sentTwice, tries: 4, sends: 3, firstSentAt: after(0), lastSentAt: after(HOUR) },
    });
    expect(keyKeptUntil(attempt, STRIPE, MINUTE)).toBe(noon + KEPT_UNTIL);
    // A key that is kept for less than half a day is used to its end, but for the margin.
    const short = { ...STRIPE, keys: { ...keys, windowMs: 12 * HOUR - 1 } };
    expect(keyKeptUntil(attempt, short, MINUTE)).toBe(noon + 12 * HOUR - 1 - inFlightMs - MINUTE);
    expect(keyKeptUntil(attempt, LOOKUP_ONLY, MINUTE)).toBeUndefined();
  });

  it('without a key proves that nothing moved, once whatever was under way has arrived and can be seen (A4)', () => {
    const promises = LOOKUP_ONLY;
    expect(verdict(absentAt(QUIET), at(QUIET, { promises }))).toEqual(CLOSED_ABSENT);
    expect(verdict(absentAt(QUIET - 1), at(QUIET, { promises }))).toEqual({
      kind: 'wait',
      ms: 1,
      attempt: SENT,
    });
    expect(verdict(absentAt(MINUTE), at(2 * MINUTE, { promises }))).toEqual({
      kind: 'wait',
      ms: QUIET - 2 * MINUTE,
      attempt: SENT,
    });
  });

  it('waits for the quiet of the last send, not of the first', () => {
    const [attempt, promises] = [sentTwice, LOOKUP_ONLY];
    const quiet = QUIET + 10 * MINUTE;
    expect(verdict(absentAt(QUIET), at(QUIET, { attempt, promises }))).toMatchObject({ ms: 10 * MINUTE });
    expect(verdict(absentAt(quiet), at(quiet, { attempt, promises }))).toEqual(CLOSED_ABSENT);
  });

  it('proves nothing where the lookup does not prove, or does not see as far back as the first send (A23)', () => {
    const weak = { inFlightMs, lookup: { ...lookup, authoritative: false } };
    expect(verdict(absentAt(HOUR), at(HOUR, { promises: weak }))).toEqual(review('absent_not_proven'));
    const short = { inFlightMs, lookup: { ...lookup, backMs: HOUR } };
    const last = HOUR - MINUTE - 1;
    expect(verdict(absentAt(last), at(last, { promises: short }))).toEqual(CLOSED_ABSENT);
    expect(verdict(absentAt(last + 1), at(last + 1, { promises: short }))).toEqual(
      review('absent_not_proven'),
    );
    expect(verdict(noLookup, at(HOUR, { promises: { inFlightMs } }))).toEqual(review('no_lookup'));
    expect(verdict(absentAt(HOUR), at(HOUR, { promises: { inFlightMs } }))).toEqual(review('no_lookup'));
  });

  it('closes an attempt of which no send was executed, when its key is not kept any more', () => {
    const attempt = { ...SENT, notExecuted: 1 };
    expect(verdict(noLookup, at(2 * DAY, { attempt, promises: KEYS_ONLY }))).toEqual(NEVER_EXECUTED);
    expect(verdict(absentAt(0), at(1, { attempt, promises: LOOKUP_ONLY }))).toEqual(NEVER_EXECUTED);
  });

  it('is no reason to send more often than the policy says', () => {
    const tries = DEFAULT_RETRY_POLICY.triesMax - 1;
    const often = (notExecuted: number, tries: number) =>
      at(MINUTE, { attempt: { ...SENT, notExecuted, tries } });
    expect(verdict(absentAt(MINUTE), often(0, tries))).toEqual(review('too_many_tries'));
    expect(verdict(absentAt(MINUTE), often(1, tries))).toEqual(NEVER_EXECUTED);
    expect(verdict(absentAt(MINUTE), often(0, tries - 1)).kind).toBe('send');
  });

  it('of a payment that is known to be under way says nothing, and nothing is sent', () => {
    const attempt = { ...SENT, pendingObject: 'tr_1' };
    for (const ms of [MINUTE, 2 * DAY]) {
      expect(verdict(absentAt(ms), at(ms, { attempt }))).toEqual({
        kind: 'wait',
        ms: 15_000,
        attempt: { ...attempt, tries: 1 },
      });
    }
  });
});

describe('a store that has forgotten what it sent', () => {
  /** Claimed anew at noon under a later epoch; opened an hour before. */
  const forgot: Attempt = { ...SENT, sends: 0 };

  it('sends as for the first time once it is proven that nothing was sent', () => {
    expect(verdict(absentAt(QUIET), at(QUIET, { attempt: forgot }))).toEqual({
      kind: 'send',
      attempt: { ...forgot, tries: 1, sends: 1, firstSentAt: after(QUIET), lastSentAt: after(QUIET) },
    });
    expect(verdict(absentAt(QUIET), at(QUIET, { attempt: forgot, promises: LOOKUP_ONLY })).kind).toBe('send');
  });

  it('waits before that for what a worker may still have under way', () => {
    const circumstances = { attempt: forgot, promises: LOOKUP_ONLY };
    expect(verdict(absentAt(QUIET - 1), at(QUIET - 1, circumstances))).toEqual({
      kind: 'wait',
      ms: 1,
      attempt: forgot,
    });
    const old = { attempt: forgot, openedAt: after(-2 * DAY) };
    expect(verdict(absentAt(MINUTE), at(MINUTE, old))).toMatchObject({ kind: 'wait', ms: QUIET - MINUTE });
  });

  it('sends at once under the key while that is kept since the opening, and counts what it may have forgotten', () => {
    const last = KEPT_UNTIL - HOUR - 5 * MINUTE - 1;
    for (const [answer, ms] of [
      [absentAt(MINUTE), MINUTE],
      [noLookup, MINUTE],
      [noLookup, last],
    ] as const) {
      expect(
        verdict(
          answer,
          at(ms, { attempt: forgot, promises: { ...KEYS_ONLY, ...(answer === noLookup ? {} : { lookup }) } }),
        ),
      ).toEqual({
        kind: 'send',
        attempt: { ...forgot, tries: 1, sends: 2, firstSentAt: after(-HOUR), lastSentAt: after(ms) },
      });
    }
    const later = at(last + 1, { attempt: forgot, promises: KEYS_ONLY });
    expect(verdict(noLookup, later)).toEqual(review('restored_and_not_proven'));
  });

  it('leaves it to a person where its lookup does not prove, or does not see as far back as the opening', () => {
    const circumstances = (lookup: ProviderPromises['lookup'] & object) => ({
      attempt: forgot,
      promises: { inFlightMs, lookup },
    });
    const weak = circumstances({ ...lookup, authoritative: false });
    expect(verdict(absentAt(MINUTE), at(MINUTE, weak))).toMatchObject({ kind: 'wait', ms: QUIET - MINUTE });
    expect(verdict(absentAt(QUIET), at(QUIET, weak))).toEqual(review('restored_and_not_proven'));
    const short = circumstances({ ...lookup, backMs: HOUR });
    expect(verdict(absentAt(QUIET), at(QUIET, short))).toEqual(review('restored_and_not_proven'));
    const farther = circumstances({ ...lookup, backMs: HOUR + MINUTE + QUIET });
    expect(verdict(absentAt(QUIET), at(QUIET, farther))).toEqual(review('restored_and_not_proven'));
    expect(verdict(absentAt(QUIET - 1), at(QUIET - 1, farther)).kind).toBe('wait');
    const far = circumstances({ ...lookup, backMs: HOUR + MINUTE + QUIET + 1 });
    expect(verdict(absentAt(QUIET), at(QUIET, far)).kind).toBe('send');
  });

  describe('and may have forgotten the payout itself', () => {
    /** The epoch was raised at noon; the payout was opened again under it, and is claimed two hours later. */
    const again: Attempt = { ...forgot, firstSentAt: after(2 * HOUR), lastSentAt: after(2 * HOUR) };
    const restored = { at: after(0), since: after(-DAY), remembersPayout: false };
    const circumstances = { attempt: again, restored, openedAt: after(HOUR) };
    const now = 2 * HOUR;

    it('counts from the raised epoch what may still be under way', () => {
      const sent = { ...again, tries: 1, sends: 1, firstSentAt: after(now), lastSentAt: after(now) };
      expect(verdict(absentAt(now), at(now, circumstances))).toEqual({ kind: 'send', attempt: sent });
      const early = { ...circumstances, promises: LOOKUP_ONLY };
      expect(verdict(absentAt(QUIET - 1), at(QUIET, early))).toMatchObject({ kind: 'wait', ms: 1 });
      expect(verdict(absentAt(QUIET), at(QUIET, early)).kind).toBe('send');
    });

    it('counts the window of the key from the earliest instant that it may have forgotten', () => {
      const promises = KEYS_ONLY;
      expect(verdict(noLookup, at(now, { ...circumstances, promises }))).toEqual(
        review('restored_and_not_proven'),
      );
      const lately = { ...restored, since: after(-HOUR) };
      expect(verdict(noLookup, at(now, { ...circumstances, promises, restored: lately }))).toEqual({
        kind: 'send',
        attempt: { ...again, tries: 1, sends: 2, firstSentAt: after(-HOUR), lastSentAt: after(now) },
      });
    });

    it('takes one look long after for enough, and one that sees nothing of it for a person to judge', () => {
      const weak = { inFlightMs, lookup: { ...lookup, authoritative: false } };
      expect(verdict(absentAt(now), at(now, { ...circumstances, promises: weak })).kind).toBe('send');
      expect(verdict(noLookup, at(now, { ...circumstances, promises: weak }))).toEqual(
        review('restored_and_not_proven'),
      );
      const remembered = { ...circumstances, restored: { ...restored, remembersPayout: true } };
      expect(verdict(absentAt(now), at(now, { ...remembered, promises: weak }))).toEqual(
        review('restored_and_not_proven'),
      );
    });
  });

  it('never concludes from failing looks alone that nothing was sent', () => {
    const tries = DEFAULT_RETRY_POLICY.triesMax - 1;
    expect(verdict(unknown, at(MINUTE, { attempt: { ...forgot, tries } }))).toEqual(review('too_many_tries'));
  });
});

describe('a store that has forgotten the latest sends of an attempt', () => {
  /** The epoch was raised an hour after the send that it remembers. */
  const restored = { at: after(HOUR), since: after(-DAY), remembersPayout: true };
  const now = HOUR + MINUTE;

  it('takes no refusal of one send for an answer to all, unless the provider keeps it', () => {
    expect(verdict(refused, at(now, { restored })).kind).toBe('wait');
    expect(verdict(kept, at(now, { restored }))).toEqual(CLOSED_REFUSED);
  });

  it('does not know that none was executed', () => {
    const attempt = { ...SENT, notExecuted: 1, tries: DEFAULT_RETRY_POLICY.triesMax - 1 };
    expect(verdict(unknown, at(now, { restored, attempt }))).toEqual(review('too_many_tries'));
    expect(verdict(absentAt(now), at(now, { restored, attempt }))).toEqual(review('too_many_tries'));
    const old = { restored, attempt: { ...attempt, tries: 0 }, promises: KEYS_ONLY };
    expect(verdict(noLookup, at(2 * DAY, old))).toEqual(review('no_lookup'));
  });

  it('waits for the quiet after its epoch was raised', () => {
    const circumstances = { restored, promises: LOOKUP_ONLY };
    const quiet = HOUR + QUIET;
    expect(verdict(absentAt(quiet - 1), at(quiet, circumstances))).toMatchObject({ kind: 'wait', ms: 1 });
    expect(verdict(absentAt(quiet), at(quiet, circumstances))).toEqual(CLOSED_ABSENT);
  });

  it('has forgotten nothing of an attempt that was opened since', () => {
    const since = { ...restored, at: after(-MINUTE - 1) };
    expect(verdict(refused, at(1000, { restored: since }))).toEqual(CLOSED_REFUSED);
    expect(verdict(refused, at(1000, { restored: { ...since, at: after(-MINUTE) } })).kind).toBe('wait');
    const attempt = { ...SENT, notExecuted: 1 };
    expect(verdict(noLookup, at(2 * DAY, { restored: since, attempt, promises: KEYS_ONLY }))).toEqual(
      NEVER_EXECUTED,
    );
  });
});

describe('all answers', () => {
  const answers: readonly Answer[] = [refused, kept, limited, notSent, unknown, absentAt(MINUTE), noLookup];

  it('leave the attempt that they were judged by as it was', () => {
    for (const answer of answers) {
      const circumstances = at(MINUTE);
      const before = structuredClone(circumstances);
      verdict(answer, circumstances);
      expect(circumstances).toEqual(before);
    }
  });
});
