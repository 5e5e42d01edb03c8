/** Texts that some parser of numbers accepts, or that break one. None is an amount in its one spelling. */
export const HOSTILE_TEXTS: readonly string[] = [
  ...['', ' ', '-', '+', '.', '-.', 'e', '0x', '0b', '0o'],
  ...['NaN', 'Infinity', '-Infinity', 'null', 'undefined', 'true', '[object Object]'],
  ...['1e3', '1E3', '1e-3', '0x10', '0b11', '0o7', '10n', '1_000', '1,000', '1.000,00', '1 000', '١٢٣'],
  ...[' 1', '1 ', '\t1', '1\n', '\u{a0}1', '\u{feff}1', '1\u{0}', '\u{0}1', '1\u{200b}'],
  ...['+1', '--1', '1-', '−1', '01', '00', '-01', '.5', '5.', '1..2', '1.2.3', '1.-2'],
  ...['１２３', '1２', '²', '½', '१', '𝟏', '$1', '1€', '1%', '(1)'],
  ...['1'.repeat(1_000_000), '-'.repeat(1_000_000), `0.${'0'.repeat(1_000_000)}`, ' '.repeat(1_000_000)],
];

/** Values that are no text, from callers without a type checker. */
export const NOT_TEXTS: readonly unknown[] = [
  ...[undefined, null, true, 0, 1.5, NaN, Infinity, 1n, [], ['1'], {}, Symbol('1'), () => '1', new Date(0)],
  { toString: () => '1' },
  new String('1'),
];
