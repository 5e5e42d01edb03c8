import type { Plant } from '../plant.ts';

const DECIDE_CLAIMS = 'engines/payouts/decide-claims.ts';
const STEPS = 'engines/payouts/steps.ts';
const APPROVED = 'engines/payouts/approved.ts';
const OPEN = 'engines/payouts/open.ts';

/** What was approved is what is paid. */
export const APPROVALS: readonly Plant[] = [
  {
    name: 'approval-digest-unchecked',
    removes: 'A claim compares what it sends with what was approved: here it does not.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (payout.approval?.digest !== approvalDigest(this.#unit.program, payout)) {`,
        replace: `if (false) {`,
      },
    ],
  },
  {
    name: 'destination-read-at-send',
    removes: 'A changed destination takes a payout back to be approved: here the claim just sends it there.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (hasOtherDestination(this.#context, payout, person?.destination)) {`,
        replace: `if (person?.destination !== undefined) {
      const { id, version } = person.destination;
      change.set({ destination: { id, version } });
    }
    if (false) {`,
      },
    ],
  },
  {
    name: 'destination-change-unnoticed',
    own: true,
    removes: 'A claim looks at where the participant wants their money now: here it does not.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (hasOtherDestination(this.#context, payout, person?.destination)) {`,
        replace: `if (false) {`,
      },
    ],
  },
  {
    name: 'destination-version-ignored',
    own: true,
    removes: 'A destination is its id and its version: here its id alone.',
    edits: [{ file: STEPS, find: `payout.destination.version !== destination.version ||`, replace: `` }],
  },
  {
    name: 'four-eyes-off',
    removes: 'Whoever asked for a payout cannot approve it: here they can.',
    edits: [{ file: STEPS, find: `approval.fourEyes &&`, replace: `false &&` }],
  },
  {
    name: 'destination-hold-off',
    removes: 'A destination that replaced another is held: here it is not.',
    edits: [
      {
        file: APPROVED,
        find: `if (destination?.since === undefined || rules.destinationHoldMs === 0) return undefined;`,
        replace: `return undefined;`,
      },
    ],
  },
  {
    name: 'hold-only-for-people',
    removes: 'The policy waits for the hold of a destination, as people must: here only people do.',
    edits: [
      {
        file: OPEN,
        find: `if (heldUntil !== undefined && now.getTime() < heldUntil.getTime()) {`,
        replace: `if (false) {`,
      },
      {
        file: DECIDE_CLAIMS,
        find: `if (heldUntil !== undefined && change.at.getTime() < heldUntil.getTime()) {`,
        replace: `if (false) {`,
      },
      {
        file: STEPS,
        find: `const mayBeApprovedAt = heldUntil ?? change.at;`,
        replace: `const mayBeApprovedAt = change.at;`,
      },
    ],
  },
  {
    name: 'hold-unchecked-at-claim',
    removes: 'The policy looks at the hold again when the payout is due: here it trusts the date.',
    edits: [
      {
        file: DECIDE_CLAIMS,
        find: `if (heldUntil !== undefined && change.at.getTime() < heldUntil.getTime()) {`,
        replace: `if (false) {`,
      },
    ],
  },
  {
    name: 'changed-destination-due-at-once',
    removes: 'A changed destination comes due when its hold is over: here at once.',
    edits: [
      {
        file: STEPS,
        find: `const mayBeApprovedAt = heldUntil ?? change.at;`,
        replace: `const mayBeApprovedAt = change.at;`,
      },
    ],
  },
  {
    name: 'approver-ignores-hold',
    own: true,
    removes: 'A person cannot approve to a destination that is held: here they can.',
    edits: [
      {
        file: STEPS,
        find: `if (heldUntil !== undefined && at.getTime() < heldUntil.getTime()) {`,
        replace: `if (false) {`,
      },
    ],
  },
  {
    name: 'changed-destination-stays-approved',
    own: true,
    removes: 'A changed destination voids the approval: here the payout is approved anew at once, by nobody.',
    edits: [
      {
        file: STEPS,
        find: `change.forget('approval', 'destination');`,
        replace: `change.forget('destination');`,
      },
      {
        file: 'payouts/states.ts',
        find: `reject: 'rejected',
    destination_changed: 'pending',`,
        replace: `reject: 'rejected',
    destination_changed: 'approved',`,
      },
    ],
  },
];
