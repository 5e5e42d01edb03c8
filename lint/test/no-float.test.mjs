import { describe, expect, it } from 'vitest';
import { lintCode } from './lint-code.mjs';

const FILE = 'packages/core/src/ledger/balance.ts';

const VALID = [
  ['products and sums of bigint', 'export const f = (a: bigint, b: bigint) => (a + b) * -a % 7n;'],
  ['powers of bigint', 'export const f = (a: bigint) => a ** 2n;'],
  ['whole numbers', 'export const days = 30 * 24 + 1_000;'],
  ['whole numbers compared', 'export const f = (a: number, b: number) => Math.max(Math.abs(a), b);'],
  [
    'checks that convert nothing',
    'export const f = (n: number) => Number.isSafeInteger(n) && !Number.isNaN(n);',
  ],
  ['strings of decimals', "export const rate = '0.05';"],
  ['the type number', 'export const f = (n: number): number => -n;'],
  ['the type Number', 'export type N = Number;'],
  ['a Number of its own', 'export function f(Number: (t: string) => bigint) { return Number("1"); }'],
  [
    'a method of its own named like a global',
    'export const f = (z: { parseInt(): bigint }) => z.parseInt();',
  ],
  ['slashes that divide nothing', 'export const f = (t: string) => /a\\/b/.test(t) // 1 / 2'],
  ['bits', 'export const f = (n: number) => Math.imul(n, 3) >>> 0;'],
];

const INVALID = [
  ['a conversion', 'export const f = (t: string) => Number(t);', ['convert']],
  ['a conversion by name only', 'export const f = (t: string[]) => t.map(Number);', ['convert']],
  [
    'a conversion behind an alias',
    'const { parseFloat: read } = Number; export const x = read;',
    ['convert'],
  ],
  ['Number.parseFloat', 'export const f = (t: string) => Number.parseFloat(t);', ['convert']],
  ["Number['parseFloat']", "export const f = (t: string) => Number['parseFloat'](t);", ['convert']],
  ['globalThis.Number', 'export const f = (t: string) => globalThis.Number(t);', ['convert']],
  ['parseFloat', 'export const f = (t: string) => parseFloat(t);', ['convert']],
  ['parseInt', 'export const f = (t: string) => parseInt(t, 10);', ['convert']],
  ['globalThis.parseInt', 'export const f = (t: string) => globalThis.parseInt(t, 10);', ['convert']],
  ['a minus before a string', 'export const f = (t: string) => -t;', ['convert']],
  ['a unary plus', 'export const f = (t: string) => +t;', ['plus']],
  ['toFixed', 'export const f = (n: number) => n.toFixed(2);', ['method']],
  ['toFixed without a call', 'export const f = (n: number) => n.toFixed;', ['method']],
  ['toPrecision in brackets', "export const f = (n: number) => n['toPrecision'](2);", ['method']],
  ['toFixed on a maybe', 'export const f = (n?: number) => n?.toFixed(2);', ['method']],
  ['Math.round', 'export const f = (n: number) => Math.round(n);', ['math']],
  ['Math.floor by name only', 'export const f = (n: number[]) => n.map(Math.floor);', ['math']],
  ['Math.random', 'export const f = () => Math.random();', ['math']],
  ['Math taken apart', 'const { round } = Math; export const x = round;', ['math']],
  ['a quotient of numbers', 'export const f = (a: number, b: number) => a / b;', ['operator']],
  ['a quotient in place', 'export function f(a: number) { a /= 2; return a; }', ['operator']],
  ['a remainder of numbers', 'export const f = (a: number) => a % 2;', ['operator']],
  ['a power of numbers', 'export const f = (n: number) => 10 ** n;', ['operator']],
  ['a quotient of a branded number', 'export const f = (a: number & { brand: 1 }) => a / 2;', ['operator']],
  ['a quotient of a type parameter', 'export const f = <N extends number>(a: N) => a / a;', ['operator']],
  ['a quotient of a union', 'export const f = (a: 1 | 2) => a / 2;', ['operator']],
  ['a fraction', 'export const rate = 0.05;', ['literal']],
  ['a fraction in an exponent', 'export const rate = 5e-2;', ['literal']],
  ['a bigint quotient', 'export const f = (a: bigint) => a / 2n;', ['division']],
  ['a bigint quotient in place', 'export function f(a: bigint) { a /= 2n; return a; }', ['division']],
];

describe('no-float', () => {
  const valid = lintCode(
    'no-float',
    VALID.map(([, code]) => ({ file: FILE, code })),
  );
  it.each(VALID.map(([title], index) => [title, valid[index]]))('accepts %s', (_, messages) => {
    expect(messages).toEqual([]);
  });

  const invalid = lintCode(
    'no-float',
    INVALID.map(([, code]) => ({ file: FILE, code })),
  );
  it.each(INVALID.map(([title, , ids], index) => [title, ids, invalid[index]]))(
    'refuses %s',
    (_, ids, messages) => {
      expect(messages).toEqual(ids);
    },
  );

  it('accepts bigint division where the option names it, and still no number', () => {
    const [messages] = lintCode('no-float', [
      {
        file: FILE,
        code: 'export const f = (a: bigint) => a / 2n + BigInt(1 / 2);',
        options: [{ bigintDivision: true }],
      },
    ]);
    expect(messages).toEqual(['operator']);
  });
});
