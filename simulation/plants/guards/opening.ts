import type { Plant } from '../plant.ts';

const REQUEST = 'engines/payouts/request.ts';
const DECIDE = 'engines/payouts/decide.ts';
const OPEN = 'engines/payouts/open.ts';
const BATCH = 'engines/payouts/batch.ts';
const ELIGIBILITY = 'payouts/eligibility.ts';

/** Who gets a payout, once for each cause. */
export const OPENING: readonly Plant[] = [
  {
    name: 'request-key-not-unique',
    removes: 'One request key opens one payout: here each call opens its own.',
    edits: [
      {
        file: REQUEST,
        find: `requestedPayoutId(request.key)`,
        replace: `requestedPayoutId(\`\${request.key}-\${context.timers.monotonic()}\`)`,
      },
    ],
  },
  {
    name: 'request-key-checked-by-nobody',
    own: true,
    removes:
      'A repeated request is answered by its payout, whatever it asks for: here it is refused as a conflict.',
    edits: [
      {
        file: REQUEST,
        find: `const fresh = set.filter((_, index) => stored[index] === undefined);`,
        replace: `const fresh = set;`,
      },
      {
        file: REQUEST,
        find: `if (existing !== undefined) return answerOfStored(existing, request);`,
        replace: ``,
      },
    ],
  },
  {
    name: 'threshold-ignored',
    removes: 'Less than the threshold is not paid: here it is.',
    edits: [{ file: ELIGIBILITY, find: `if (available < threshold) {`, replace: `if (available < 1n) {` }],
  },
  {
    name: 'one-open-payout-ignored',
    removes: 'A participant has one open payout where the policy says so: here any number.',
    edits: [
      {
        file: ELIGIBILITY,
        find: `if (require.noOpenPayout && openPayout !== undefined)`,
        replace: `if (false)`,
      },
    ],
  },
  {
    name: 'unverified-paid',
    own: true,
    removes: 'Whoever is not verified or active opens no payout: here they do.',
    edits: [
      { file: ELIGIBILITY, find: `if (require.active && !active)`, replace: `if (false)` },
      { file: ELIGIBILITY, find: `if (require.verified && !verified)`, replace: `if (false)` },
    ],
  },
  {
    name: 'available-unchecked',
    removes: 'No more is opened than is available: here the ledger alone knows.',
    edits: [
      { file: DECIDE, find: `if (amount !== undefined && amount > available) {`, replace: `if (false) {` },
    ],
  },
  {
    name: 'batch-opens-again',
    removes: 'A batch opens a payout once for each participant and currency: here for each run.',
    edits: [
      {
        file: BATCH,
        find: `const request = parseInput(batchSchema, input);`,
        replace: `const asked = parseInput(batchSchema, input);
  const request = { ...asked, key: \`\${asked.key}-\${context.timers.monotonic()}\` };`,
      },
    ],
  },
  {
    name: 'batch-id-of-run',
    removes: 'The payouts of a batch have ids of their cause: here of the run.',
    edits: [
      {
        file: BATCH,
        find: `batchPayoutId(key, participant, currency)`,
        replace: `batchPayoutId(\`\${key}-\${context.timers.monotonic()}\`, participant, currency)`,
      },
    ],
  },
  {
    name: 'opened-without-reservation',
    own: true,
    removes: 'Opening a payout sets its money aside in the same transaction: here it does not.',
    edits: [{ file: OPEN, find: `change.reserve(payout.attempt);`, replace: `` }],
  },
];
