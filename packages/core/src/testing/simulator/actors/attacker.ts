import type { Payouts } from '../../../engines/payouts/payouts.ts';
import type { Simulation } from '../simulation.ts';
import type { Webhooks } from './webhooks.ts';

/** A text that the attacker puts into everything; it may come out of nothing. */
export const CANARY = 'canary-4f1d';

/** Somebody who forges events and calls with inputs that make no sense. */
export class Attacker {
  readonly #simulation: Simulation;
  readonly #webhooks: Webhooks;

  constructor(simulation: Simulation, webhooks: Webhooks) {
    this.#simulation = simulation;
    this.#webhooks = webhooks;
  }

  /** Says of a payment that exists, or of none, what is not so, with a signature that is not right. */
  async forge(): Promise<void> {
    const { providers, chance } = this.#simulation.parts;
    const { provider, sign } = chance.pick(providers);
    const payment = provider.truth().at(-1);
    if (payment === undefined) return;
    const { body, headers } = sign(
      JSON.stringify({
        id: `forged-${CANARY}`,
        type: 'payment.returned',
        account: payment.account,
        environment: 'live',
        payment: { object: payment.object, reference: payment.reference },
      }),
    );
    // A byte that was changed after the signature, one of the signature itself, or the time.
    const raw = chance.pick([
      { body: body.replace('"live"', '"test"'), headers },
      {
        body,
        headers: mapped(headers, (text) => text.replace(/[0-9a-f]$/, (digit) => (digit === '0' ? '1' : '0'))),
      },
      { body, headers: mapped(headers, (text) => text.replace(/t=(\d)/, 't=9$1')) },
      { body, headers: {} },
    ]);
    await this.#webhooks.receive(provider.id, raw, true);
  }

  /** Calls something with an input that no types would let through. */
  async callMalformed(): Promise<void> {
    const { chance, apis, scenario } = this.#simulation.parts;
    const program = scenario.programs[0] ?? '';
    const name = chance.pick(METHODS);
    const inputs = nonsense(program);
    const input = inputs[chance.between(0, inputs.length - 1)];
    await this.#simulation.call(chance.pick(apis), program, name, input, (engine) =>
      askAnything(engine, name, input),
    );
  }
}

const METHODS = [
  'credit',
  'fulfil',
  'reverse',
  'adjust',
  'balance',
  'request',
  'approve',
  'reject',
  'cancel',
  'retry',
  'declareFailed',
  'claim',
  'completeManually',
  'payout',
  'list',
  'summary',
  'whyNot',
  'explain',
  'openBatch',
  'batch',
  'process',
  'receive',
  'reconcile',
  'stop',
  'resume',
  'raiseEpoch',
  'controls',
] as const satisfies readonly (keyof Payouts)[];

/** What callers without types send. */
function nonsense(program: string): readonly unknown[] {
  const base = {
    program,
    key: 'malformed',
    participant: 'u1',
    currency: 'USD',
    by: 'op-ann',
    reason: 'malformed',
  };
  const polluted: unknown = JSON.parse(`{"program":"${program}","__proto__":{"state":"completed"}}`);
  return [
    undefined,
    null,
    12,
    CANARY,
    [],
    polluted,
    { ...base, amount: '1e3', [CANARY]: true },
    { ...base, amount: 12, payout: '' },
    { ...base, amount: -1n, payout: 'no-such-payout', note: CANARY, state: 'completed' },
    { ...base, amount: 2n ** 70n, earning: '' },
    { ...base, participant: CANARY.repeat(1000) },
    { ...base, program: '\u0000' },
    { ...base, since: new Date(NaN), cursor: `%${CANARY}` },
    { program, credits: [{ ...base, amount: { unit: 'x', quantity: 'NaN', rate: '1', rounding: 'floor' } }] },
    { program, limit: -1, chunk: 0, concurrency: 1_000_000_000 },
    { provider: 'sim', raw: { body: CANARY, headers: { 'x-simulated-signature': 't=1,v1=00' } } },
  ];
}

/** A call as a caller without types makes it: whatever the engine's own checks let through happens. */
function askAnything(engine: Payouts, name: (typeof METHODS)[number], input: unknown): Promise<unknown> {
  const method: unknown = Reflect.get(engine, name);
  if (typeof method !== 'function') return Promise.resolve(undefined);
  const answer: unknown = Reflect.apply(method, engine, [input]);
  return Promise.resolve(answer);
}

function mapped(
  headers: Readonly<Record<string, string>>,
  change: (text: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, change(text)]));
}
