import { describe, expect, it } from 'vitest';
import { type ProviderCase, providerCases, registerProviderCases } from '../../src/testing/index.ts';
import { EVERY_ABILITY, openSimulated } from '../providers/simulated.ts';
import { WRONG_PROVIDERS } from '../providers/wrong-providers.ts';

function caseOf(id: string): ProviderCase {
  const found = providerCases.find((providerCase) => providerCase.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
}

describe('the contract suite of the PaymentProvider port', () => {
  it('has cases with ids and titles of their own', () => {
    expect(new Set(providerCases.map(({ id }) => id)).size).toBe(providerCases.length);
    expect(new Set(providerCases.map(({ title }) => title)).size).toBe(providerCases.length);
    for (const { id, title } of providerCases) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(title).toMatch(/^[a-z].*[^.]$/);
    }
  });

  it('closes what it opened, also when a case fails', async () => {
    let open = 0;
    const failing = caseOf('payment-answers-what-was-asked').run({
      abilities: EVERY_ABILITY,
      open: async () => {
        open += 1;
        const opened = openSimulated();
        const send = () => Promise.reject(new Error('broken'));
        return { ...opened, provider: { ...opened.provider, send }, close: async () => void (open -= 1) };
      },
    });
    await expect(failing).rejects.toThrow('broken');
    expect(open).toBe(0);
  });

  it('says when a harness declares an ability without its function', async () => {
    const { giveBack: _, ...opened } = openSimulated();
    const harness = { abilities: EVERY_ABILITY, open: async () => opened };
    await expect(caseOf('payment-returns-add-up').run(harness)).rejects.toThrow('has no giveBack');
  });

  it('names what a provider cannot do, and never passes it in silence', async () => {
    const titles: string[] = [];
    const skipped: string[] = [];
    const harness = {
      abilities: { ...EVERY_ABILITY, events: false, time: false },
      open: async () => openSimulated(),
    };
    const [event, late] = [caseOf('event-genuine'), caseOf('key-late-in-its-window')];
    registerProviderCases((title) => titles.push(title), [event, late], harness);
    expect(titles).toEqual([
      `${event.title} (not supported by this provider: events)`,
      `${late.title} (not supported by this provider: time)`,
    ]);
    registerProviderCases((title) => titles.push(title), [event], {
      ...harness,
      skip: (title, reason) => skipped.push(`${title}: ${reason}`),
    });
    expect(titles).toHaveLength(2);
    expect(skipped).toEqual([`${event.title}: not supported by this provider: events`]);
  });
});

describe('the simulated provider', () => {
  registerProviderCases(it, providerCases, { open: async () => openSimulated(), abilities: EVERY_ABILITY });
});

describe('a simulated provider that tries refused payments again, and looks late', () => {
  registerProviderCases(it, providerCases, {
    open: async () => openSimulated({ replaysFirstAnswer: false, lookupDelayMs: 60_000 }),
    abilities: EVERY_ABILITY,
  });
});

describe('a simulated provider without keys', () => {
  registerProviderCases(it, providerCases, {
    open: async () => openSimulated({ keys: false }),
    abilities: { ...EVERY_ABILITY, keys: false },
  });
});

describe('a simulated provider without a lookup', () => {
  registerProviderCases(it, providerCases, {
    open: async () => openSimulated({ lookup: false }),
    abilities: { ...EVERY_ABILITY, lookup: false },
  });
});

describe('a provider with a planted bug', () => {
  for (const { bug, caughtBy, open } of WRONG_PROVIDERS) {
    it(`that ${bug} is caught`, async () => {
      const failure = caseOf(caughtBy).run({ open: async () => open(), abilities: EVERY_ABILITY });
      await expect(failure).rejects.toHaveProperty('name', 'CaseFailure');
    });
  }

  it('is planted against every case', () => {
    const caught = new Set(WRONG_PROVIDERS.map(({ caughtBy }) => caughtBy));
    expect(providerCases.map(({ id }) => id).filter((id) => !caught.has(id))).toEqual([]);
  });
});
