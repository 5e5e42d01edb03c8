import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildReferralGraph, isNewReferral } from '../../src/referrals/graph.ts';
import type { Referral } from '../../src/referrals/referral.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const since = new Date('2026-01-31T00:00:00Z');
const refers = (referrer: string, referred: string): Referral => ({ referrer, referred, since });

/** Any referrals among few people: most such sets have a cycle, a second referrer or a self-referral. */
const person = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '__proto__', 'constructor');
const anyReferrals = fc.array(
  fc.tuple(person, person).map(([from, to]) => refers(from, to)),
  { maxLength: 10 },
);

/** Referrals from earlier to later people only, each person brought once: never a cycle. */
const forest = fc
  .array(fc.nat(), { maxLength: 30 })
  .chain((picks) =>
    fc.shuffledSubarray(
      picks.flatMap((pick, index) => (index === 0 ? [] : [refers(`p${pick % index}`, `p${index}`)])),
    ),
  );

/** Whether following referrers from someone leads back to them: looked at for everyone, each from the start. */
function hasCycle(referrals: readonly Referral[]): boolean {
  return referrals.some(({ referred }) => {
    let at: string | undefined = referred;
    for (let step = 0; step <= referrals.length && at !== undefined; step++) {
      at = referrals.find((referral) => referral.referred === at)?.referrer;
      if (at === referred) return true;
    }
    return false;
  });
}

describe('a referral graph', () => {
  it('finds for each participant the referral that brought them', () => {
    fc.assert(
      fc.property(forest, (referrals) => {
        const { byReferred } = buildReferralGraph(referrals);
        expect([...byReferred.values()]).toEqual(referrals);
        for (const referral of referrals) expect(byReferred.get(referral.referred)).toEqual(referral);
      }),
      runs(200),
    );
  });

  it('never has a self-referral, a second referrer or a cycle, and refuses nothing else', () => {
    fc.assert(
      fc.property(anyReferrals, (referrals) => {
        const referrers = new Map<string, Set<string>>();
        for (const { referrer, referred } of referrals) {
          referrers.set(referred, (referrers.get(referred) ?? new Set()).add(referrer));
        }
        const isSelf = referrals.some(({ referrer, referred }) => referrer === referred);
        const isSecond = [...referrers.values()].some(({ size }) => size > 1);
        if (!isSelf && !isSecond && !hasCycle(referrals)) {
          expect(buildReferralGraph(referrals).byReferred.size).toBe(referrers.size);
          return;
        }
        const { code } = refusal(() => buildReferralGraph(referrals));
        if (code === 'SELF_REFERRAL') expect(isSelf).toBe(true);
        else if (code === 'REFERRER_ALREADY_SET') expect(isSecond).toBe(true);
        else expect([code, isSelf, isSecond]).toEqual(['REFERRAL_CYCLE', false, false]);
      }),
      runs(1_000),
    );
  });

  it('names the participants of a cycle and no one else, from referrer to referred, the lowest id first', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'abcdeXYZ'), minLength: 1, maxLength: 3 }), {
          minLength: 2,
          maxLength: 9,
        }),
        fc.nat({ max: 20 }),
        fc.nat(),
        (ring, tail, pick) => {
          const cycle = ring.map((id, index) => refers(id, ring[(index + 1) % ring.length] ?? ''));
          const entry = ring[pick % ring.length] ?? '';
          const hanging = Array.from({ length: tail }, (_, index) =>
            refers(index === 0 ? entry : `t${index - 1}`, `t${index}`),
          );
          for (const referrals of [
            [...cycle, ...hanging],
            [...hanging.toReversed(), ...cycle.toReversed()],
          ]) {
            const error = refusal(() => buildReferralGraph(referrals));
            const lowest = ring.indexOf([...ring].sort()[0] ?? '');
            expect(error.code).toBe('REFERRAL_CYCLE');
            expect(error.details).toEqual({
              participants: [...ring.slice(lowest), ...ring.slice(0, lowest)],
            });
          }
        },
      ),
      runs(200),
    );
  });

  it('ignores a referral that comes again, and refuses it with another beginning', () => {
    const again = { ...refers('alice', 'bob'), since: new Date(since) };
    expect(buildReferralGraph([refers('alice', 'bob'), again]).byReferred.size).toBe(1);
    const later = { ...again, since: new Date(since.getTime() + 1) };
    const error = refusal(() => buildReferralGraph([again, later]));
    expect(error.code).toBe('IDEMPOTENCY_CONFLICT');
    expect(error.details).toEqual({ kind: 'referral', id: 'bob' });
  });

  it('keeps what it was built from, whatever is done to that later', () => {
    const referral = { referrer: 'alice', referred: 'bob', since: new Date(since) };
    const { byReferred } = buildReferralGraph([referral]);
    referral.since.setTime(0);
    referral.referrer = 'mallory';
    expect(byReferred.get('bob')).toEqual(refers('alice', 'bob'));
  });

  it('a million deep is walked without recursion, and its cycle found', () => {
    const chain = Array.from({ length: 1_000_000 }, (_, index) => refers(`u${index}`, `u${index + 1}`));
    const error = refusal(() => buildReferralGraph([...chain, refers('u1000000', 'u0')]));
    expect(error.code).toBe('REFERRAL_CYCLE');
    expect(error.message.length).toBeLessThan(300);
  });

  it('has no one who refers themselves', () => {
    const error = refusal(() => buildReferralGraph([refers('alice', 'alice')]));
    expect(error.code).toBe('SELF_REFERRAL');
    expect(error.details).toEqual({ participant: 'alice' });
    expect(refusal(() => isNewReferral(refers('alice', 'alice'), () => undefined)).code).toBe(
      'SELF_REFERRAL',
    );
  });

  it.each([
    [{ referrer: '' }, 'INVALID_ID'],
    [{ referred: 5 }, 'INVALID_ID'],
    [{ since: new Date(NaN) }, 'INVALID_INSTANT'],
    [{ since: '2026-01-31' }, 'INVALID_INSTANT'],
  ])('refuses a referral with %j', (change, code) => {
    const referral = { ...refers('alice', 'bob'), ...change };
    // @ts-expect-error callers without a type checker
    expect(refusal(() => buildReferralGraph([referral])).code).toBe(code);
    // @ts-expect-error callers without a type checker
    expect(refusal(() => isNewReferral(referral, () => undefined)).code).toBe(code);
  });
});

describe('one more referral', () => {
  it('is taken or refused exactly as if the whole graph were built with it', () => {
    fc.assert(
      fc.property(anyReferrals, (referrals) => {
        const stored = new Map<string, Referral>();
        for (const referral of referrals) {
          const taken = [...stored.values()];
          const add = (): boolean => isNewReferral(referral, (id) => stored.get(id));
          const build = (): unknown => buildReferralGraph([...taken, referral]);
          const outcome = (call: () => unknown): unknown => {
            try {
              call();
              return 'taken';
            } catch {
              const { code, details } = refusal(call);
              return { code, details };
            }
          };
          const result = outcome(add);
          expect(result).toEqual(outcome(build));
          if (result !== 'taken') continue;
          expect(add()).toBe(!stored.has(referral.referred));
          stored.set(referral.referred, referral);
        }
      }),
      runs(500),
    );
  });

  it('closes no cycle of two that each alone would be fine, when the second sees the first', () => {
    const stored = new Map([['bob', refers('alice', 'bob')]]);
    const error = refusal(() => isNewReferral(refers('bob', 'alice'), (id) => stored.get(id)));
    expect(error.details).toEqual({ participants: ['alice', 'bob'] });
  });

  it('halts when the stored referrals have a cycle already, instead of walking for ever', () => {
    const stored = new Map([
      ['a', refers('b', 'a')],
      ['b', refers('a', 'b')],
    ]);
    expect(refusal(() => isNewReferral(refers('a', 'new'), (id) => stored.get(id))).code).toBe(
      'INVARIANT_BROKEN',
    );
  });
});
