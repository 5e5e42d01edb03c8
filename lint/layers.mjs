/**
 * The floors of packages/core/src, top to bottom of the hill: each may import what stands in its list, and nothing
 * else. A new folder is an error until it has its place here.
 */
const CALCULATIONS = ['scoring', 'referrals', 'commissions', 'campaigns', 'periods'];
/** Names and instants: single files that say what a valid one is. */
const WORDS = ['errors', 'id', 'instant'];
const ARITHMETIC = [...WORDS, 'money', 'split'];
const LEDGER = [...ARITHMETIC, ...CALCULATIONS];
const PAYOUTS = [...LEDGER, 'ledger'];
const PORTS = [...PAYOUTS, 'payouts'];

const LAYERS = {
  errors: [],
  id: ['errors'],
  instant: ['errors'],
  money: WORDS,
  split: [...WORDS, 'money'],
  // Siblings: they meet in the engines, never in each other.
  ...Object.fromEntries(CALCULATIONS.map((name) => [name, ARITHMETIC])),
  ledger: LEDGER,
  payouts: PAYOUTS,
  ports: PORTS,
  schemas: [...PORTS, 'ports'],
  providers: [...PORTS, 'ports'],
  engines: [...PORTS, 'ports', 'schemas'],
  memory: [...PORTS, 'ports', 'schemas'],
};

/** The two that see everything: what users import, and what adapter authors run. */
export const CORE_LAYERS = new Map([
  ...Object.entries(LAYERS),
  ['testing', Object.keys(LAYERS)],
  ['index', [...Object.keys(LAYERS), 'testing']],
]);

/** Importing these must bring no zod, and so must what they import. */
export const WITHOUT_ZOD = new Set([...WORDS, 'money', 'split']);
