import { describe, expect, it } from 'vitest';
import { lintCode } from './lint-code.mjs';

const CORE = 'packages/core/src';
const POSTGRES = 'packages/adapters-postgres/src';

const VALID = [
  ['a step down', `${CORE}/split/split.ts`, "import { money } from '../money/money.ts';"],
  ['two steps down', `${CORE}/engines/payouts/process.ts`, "import { split } from '../../split/index.ts';"],
  ['its own folder', `${CORE}/money/money.ts`, "export * from './range.ts';"],
  ['errors from everywhere', `${CORE}/money/money.ts`, "import { PayoutError } from '../errors.ts';"],
  ['a package', `${CORE}/periods/period.ts`, "import { addDays } from 'date-fns';"],
  ['zod where it is allowed', `${CORE}/schemas/money.ts`, "import * as z from 'zod';"],
  ['schemas in an engine', `${CORE}/engines/payouts.ts`, "import { schema } from '../schemas/index.ts';"],
  ['ports in a provider', `${CORE}/providers/manual.ts`, "import type { Clock } from '../ports/clock.ts';"],
  ['a provider in testing', `${CORE}/testing/simulator.ts`, "import '../providers/simulated.ts';"],
  ['ports in the memory store', `${CORE}/memory/store.ts`, "import type { Store } from '../ports/store.ts';"],
  [
    'everything in testing',
    `${CORE}/testing/simulator.ts`,
    "import '../engines/payouts.ts'; import '../memory/store.ts';",
  ],
  [
    'everything in the index',
    `${CORE}/index.ts`,
    "export { a } from './engines/payouts.ts'; export { b } from './memory/store.ts';",
  ],
  [
    'a lower floor in types',
    `${CORE}/ports/store.ts`,
    "export type A = import('../ledger/account.ts').Account;",
  ],
  [
    'the core in an adapter',
    `${POSTGRES}/store.ts`,
    "import '@payout-engines/core'; import '@payout-engines/core/money';",
  ],
  [
    'node and a driver in an adapter',
    `${POSTGRES}/pool.ts`,
    "import 'node:crypto'; import 'pg'; import './sql.ts';",
  ],
  [
    'anything in a test',
    'packages/core/test/money/money.test.ts',
    "import '../../src/engines/payouts.ts'; import 'node:fs';",
  ],
];

const INVALID = [
  ['a step up', `${CORE}/money/money.ts`, "import { split } from '../split/index.ts';", 'uphill'],
  [
    'a step up in types',
    `${CORE}/money/money.ts`,
    "import type { Split } from '../split/index.ts';",
    'uphill',
  ],
  [
    'a step up in a type import',
    `${CORE}/ledger/a.ts`,
    "export type A = import('../ports/store.ts').Store;",
    'uphill',
  ],
  [
    'a step up by re-export',
    `${CORE}/money/index.ts`,
    "export { split } from '../split/index.ts';",
    'uphill',
  ],
  ['a step up by re-export of all', `${CORE}/money/index.ts`, "export * from '../split/index.ts';", 'uphill'],
  [
    'a step up at run time',
    `${CORE}/money/money.ts`,
    "export const a = import('../split/index.ts');",
    'uphill',
  ],
  ['a sibling', `${CORE}/scoring/score.ts`, "import '../periods/period.ts';", 'uphill'],
  ['ports in a pure folder', `${CORE}/payouts/states.ts`, "import '../ports/store.ts';", 'uphill'],
  ['an engine in a port', `${CORE}/ports/store.ts`, "import '../engines/payouts.ts';", 'uphill'],
  ['an engine in the memory store', `${CORE}/memory/store.ts`, "import '../engines/payouts.ts';", 'uphill'],
  ['an engine in a provider', `${CORE}/providers/manual.ts`, "import '../engines/payouts.ts';", 'uphill'],
  ['a provider in an engine', `${CORE}/engines/payouts.ts`, "import '../providers/manual.ts';", 'uphill'],
  ['a provider in a port', `${CORE}/ports/provider.ts`, "import '../providers/manual.ts';", 'uphill'],
  ['the memory store in an engine', `${CORE}/engines/payouts.ts`, "import '../memory/store.ts';", 'uphill'],
  ['schemas in a pure folder', `${CORE}/ledger/transfer.ts`, "import '../schemas/index.ts';", 'uphill'],
  ['testing outside of it', `${CORE}/memory/store.ts`, "import '../testing/index.ts';", 'uphill'],
  ['the index', `${CORE}/engines/payouts.ts`, "import '../index.ts';", 'uphill'],
  ['the index as a folder', `${CORE}/engines/payouts.ts`, "import '..';", 'uphill'],
  ['anything in errors', `${CORE}/errors.ts`, "import './money/money.ts';", 'uphill'],
  ['a folder without a place', `${CORE}/money/money.ts`, "import '../utils/text.ts';", 'unplaced'],
  ['being a folder without a place', `${CORE}/utils/text.ts`, 'export {};', 'unplaced'],
  ['node in the core', `${CORE}/testing/simulator.ts`, "import { createHash } from 'node:crypto';", 'node'],
  ['node in the core by its bare name', `${CORE}/money/money.ts`, "import 'crypto';", 'node'],
  ['node in the core by require', `${CORE}/money/money.ts`, "const a = require('fs');", 'node'],
  ['zod in money', `${CORE}/money/money.ts`, "import * as z from 'zod';", 'zod'],
  ['zod in split, as mini', `${CORE}/split/split.ts`, "import * as z from 'zod/mini';", 'zod'],
  ['zod in errors', `${CORE}/errors.ts`, "import type { ZodError } from 'zod';", 'zod'],
  ['a path out of the core', `${CORE}/money/money.ts`, "import '../../test/laws.ts';", 'outside'],
  ['the core by its own name', `${CORE}/split/split.ts`, "import '@payout-engines/core/money';", 'self'],
  [
    'an adapter in the core',
    `${CORE}/engines/payouts.ts`,
    "import '@payout-engines/adapters-postgres';",
    'adapter',
  ],
  [
    'an adapter in an adapter',
    `${POSTGRES}/store.ts`,
    "import '@payout-engines/adapters-stripe';",
    'adapter',
  ],
  ['the core by path in an adapter', `${POSTGRES}/store.ts`, "import '../../core/src/index.ts';", 'outside'],
];

describe('downhill-imports', () => {
  const valid = lintCode(
    'downhill-imports',
    VALID.map(([, file, code]) => ({ file, code })),
  );
  it.each(VALID.map(([title], index) => [title, valid[index]]))('accepts %s', (_, messages) => {
    expect(messages).toEqual([]);
  });

  const invalid = lintCode(
    'downhill-imports',
    INVALID.map(([, file, code]) => ({ file, code })),
  );
  it.each(INVALID.map(([title, , , id], index) => [title, id, invalid[index]]))(
    'refuses %s',
    (_, id, messages) => {
      expect(messages).toEqual([id]);
    },
  );
});
