import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import Decimal from 'decimal.js';
import * as dinero from 'dinero.js';
import * as dineroBigint from 'dinero.js/bigint';
import { plainBigint, plainDecimal } from './split-baselines.ts';

/** A total and weights, in the forms in which the libraries take them, so that no one pays for a conversion. */
export interface Case {
  readonly total: bigint;
  readonly weights: Float64Array;
  readonly numbers: readonly number[];
  readonly bigints: readonly bigint[];
  readonly decimals: readonly Decimal[];
}

/** One way to divide a total, called as its users call it, and how to read what it answers. */
export interface Contender {
  readonly name: string;
  /** Whether it is a published package, as opposed to a baseline of this file. */
  readonly published: boolean;
  /** The largest number of participants at which it is run. */
  readonly atMost: number;
  run(input: Case): unknown;
  amounts(result: never): readonly (number | bigint)[];
}

interface JsMoney {
  new (amount: number, currency: string): { allocate(ratios: readonly number[]): { amount: number }[] };
}
interface Apportionment {
  hamilton(populations: readonly number[], seats: number): { apportionment: number[] };
}
interface Spreadable {
  spread(total: number): number[];
}

const require = createRequire(import.meta.url);
const Money = plainly(() => require('js-money') as JsMoney);
const { hamilton } = plainly(() => silently(() => require('apportionment') as Apportionment));
// Adds Array.prototype.spread.
plainly(() => require('largest-remainder-round') as unknown);

/** Every package in use here with its version. */
export function versions(): string {
  const packages = ['dinero.js', 'js-money', 'apportionment', 'largest-remainder-round', 'decimal.js'];
  const version = (name: string): string => {
    const file = readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url), 'utf8');
    return `${name} ${(JSON.parse(file) as { version: string }).version}`;
  };
  return packages.map(version).join(', ');
}

export const CONTENDERS: readonly Contender[] = [
  {
    name: 'dinero.js',
    published: true,
    atMost: 1e6,
    run: ({ total, numbers }) =>
      dinero.allocate(dinero.dinero({ amount: Number(total), currency: dineroCurrency(2) }), [...numbers]),
    amounts: (result: readonly dinero.Dinero<number>[]) =>
      result.map((share) => dinero.toSnapshot(share).amount),
  },
  {
    name: 'dinero.js/bigint',
    published: true,
    atMost: 1e6,
    run: ({ total, bigints }) =>
      dineroBigint.allocate(dineroBigint.dinero({ amount: total, currency: bigintCurrency() }), [...bigints]),
    amounts: (result: readonly dineroBigint.Dinero<bigint>[]) =>
      result.map((share) => dineroBigint.toSnapshot(share).amount),
  },
  {
    name: 'js-money',
    published: true,
    atMost: 1e6,
    run: ({ total, numbers }) => new Money(Number(total), 'EUR').allocate(numbers),
    amounts: (result: readonly { amount: number }[]) => result.map((share) => share.amount),
  },
  {
    name: 'apportionment',
    published: true,
    atMost: 1e6,
    run: ({ total, numbers }) => hamilton(numbers, Number(total)),
    amounts: (result: { apportionment: number[] }) => result.apportionment,
  },
  {
    name: 'largest-remainder-round',
    published: true,
    atMost: 1e6,
    run: ({ total, numbers }) => (numbers as unknown as Spreadable).spread(Number(total)),
    amounts: (result: readonly number[]) => result,
  },
  {
    name: 'plain BigInt, full sort',
    published: false,
    atMost: 1e6,
    run: ({ total, bigints }) => plainBigint(total, bigints),
    amounts: (result: readonly bigint[]) => result,
  },
  {
    name: 'decimal.js, full sort',
    published: false,
    atMost: 1e5,
    run: ({ total, decimals }) => plainDecimal(new Decimal(total.toString()), decimals),
    amounts: (result: readonly Decimal[]) => result.map((share) => BigInt(share.toFixed(0))),
  },
];

function dineroCurrency(exponent: number): dinero.DineroCurrency<number> {
  return { code: 'EUR', base: 10, exponent };
}

function bigintCurrency(): dineroBigint.DineroCurrency<bigint> {
  return { code: 'EUR', base: 10n, exponent: 2n };
}

/** The package prints a leftover of its author's when it is loaded. */
function silently<T>(load: () => T): T {
  const { log } = console;
  console.log = () => undefined;
  try {
    return load();
  } finally {
    console.log = log;
  }
}

interface ModuleInternals {
  readonly _extensions: Record<
    string,
    (module: { _compile(source: string, name: string): void }, name: string) => void
  >;
}

/**
 * Loads CommonJS without the loader that runs this TypeScript. That loader reads it with WebAssembly, whose memory
 * grows with a large file; V8 then checks at every access to any typed array whether its memory is gone, which would
 * slow down our side of the comparison only.
 */
function plainly<T>(load: () => T): T {
  const { _extensions: extensions } = Module as unknown as ModuleInternals;
  const loader = extensions['.js'];
  extensions['.js'] = (module, name) => module._compile(readFileSync(name, 'utf8'), name);
  try {
    return load();
  } finally {
    if (loader !== undefined) extensions['.js'] = loader;
  }
}
