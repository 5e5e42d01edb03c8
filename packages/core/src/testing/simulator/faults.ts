import type { Rate } from './chance.ts';

/** What can go wrong, as data: at most how often, and what it does. */
export interface FaultKind {
  /** At most so many times in 65,536 chances; each seed draws its own rate up to here. */
  readonly rate?: Rate;
  /** Or at most so many times a seed, at instants that are drawn. */
  readonly times?: number;
  readonly what: string;
}

/** Every fault by its name. */
export const FAULTS = {
  // the provider, send by send
  request_lost: { rate: 5000, what: 'a send is lost before it arrives' },
  response_lost: { rate: 5000, what: 'a send is executed and its answer lost' },
  executed_late: { rate: 8000, what: 'a send is executed after its caller has lost it' },
  error_500_stored: { rate: 2500, what: 'an error before execution, kept under the key' },
  error_500_executed: { rate: 3500, what: 'an error after execution, kept under the key' },
  rate_limited: { rate: 6000, what: 'a send is not executed, for its rate' },
  key_in_use: { rate: 3000, what: 'a send is not executed, for another of its key' },
  refused_not_stored: { rate: 6000, what: 'a send is refused as not valid, and the refusal not kept' },
  balance_insufficient: { rate: 2500, what: 'a send is refused for want of money, and the refusal kept' },
  recipient_not_ready: { rate: 2500, what: 'a send is refused for its recipient, and the refusal kept' },
  hidden_resend: { rate: 3500, what: 'a client sends twice, and tells of the second only' },
  not_a_payment: { rate: 2500, what: 'an answer that is no payment' },
  keys_pruned: { times: 1, what: 'keys are forgotten as soon as they may be' },
  payment_pending: { rate: 4000, what: 'a payment exists and is under way for a while' },
  payment_failed_later: { rate: 2500, what: 'a payment exists and fails later' },
  // the provider, otherwise
  lookup_error: { rate: 12_000, what: 'a lookup fails' },
  lookup_lags: { rate: 20_000, what: 'a lookup does not see what is young' },
  account_error: { rate: 1500, what: 'the account cannot be asked for' },
  account_switched: { times: 1, what: 'other credentials for some hours' },
  credentials_of_live: { times: 1, what: 'credentials of the other environment for some hours' },
  balance_empty: { times: 1, what: 'the account of the platform has run dry for some hours' },
  provider_outage: { times: 1, what: 'for hours or days, sends and lookups are lost, executed or not' },
  movement_returned: { rate: 5000, what: 'a payment comes back whole' },
  movement_returned_in_parts: { rate: 5000, what: 'a payment comes back in parts' },
  event_duplicated: { rate: 12_000, what: 'an event is delivered twice' },
  event_under_two_ids: { rate: 4000, what: 'two events of one thing' },
  event_dropped: { rate: 65_536, what: 'an event is never delivered' },
  event_early: { rate: 12_000, what: 'an event comes before the answer that it is about' },
  event_reordered: { rate: 8000, what: 'an event comes after a later one' },
  event_delayed: { rate: 12_000, what: 'an event comes hours late' },
  event_forged: { rate: 4000, what: 'an event with the signature of somebody else' },
  event_forged_by_attacker: { times: 3, what: 'an event that was changed after it was signed' },
  event_wrong_account: { rate: 3000, what: 'a genuine event of another account' },
  // the store
  error_before_commit: { rate: 900, what: 'a transaction fails before it is committed' },
  acknowledgement_lost: { rate: 900, what: 'a transaction is committed and nobody told' },
  serialization_failure: { rate: 1800, what: 'a transaction collides and is run again' },
  slow_transaction: { rate: 900, what: 'time passes inside a transaction' },
  failover: { times: 2, what: 'the store loses its last commits' },
  clock_forward: { times: 3, what: "the store's clock jumps ahead" },
  clock_back: { times: 3, what: "the store's clock jumps back" },
  // processes
  worker_crash: { rate: 160, what: 'a process dies at a port call' },
  worker_pause: { rate: 60, what: 'a process does nothing, for minutes up to 40 hours' },
  all_down: { times: 1, what: 'no process runs, for minutes up to two days' },
  two_workers_at_once: { rate: 30_000, what: 'two workers run at the same time' },
  rolling_upgrade: { times: 1, what: 'workers of two versions at once' },
  // people
  double_request: { rate: 15_000, what: 'a request is made twice' },
  cancel_race: { rate: 10_000, what: 'a payout is cancelled while it may be sent' },
  destination_change: { rate: 5000, what: 'a participant changes their destination' },
  destination_hijacked: { rate: 4000, what: 'an attacker changes it just before a request' },
  clawback: { rate: 6000, what: 'an earning is taken back, in whole or in part' },
  clawback_before_earning: { rate: 4000, what: 'an earning is taken back before it arrives' },
  double_credit: { rate: 12_000, what: 'an earning is credited twice' },
  batch_twice: { rate: 40_000, what: 'a batch is opened twice' },
  malformed_input: { times: 12, what: 'a call with an input that makes no sense' },
  operator_declares_failed: { rate: 12_000, what: 'an operator says that nothing moved' },
  operator_declares_wrongly: { rate: 65_536, what: 'an operator says so though it has moved' },
  manual_completion: { rate: 30_000, what: 'an operator pays by hand, or names what paid' },
  retry_failed: { rate: 40_000, what: 'an operator tries a failed payout again' },
  operator_hasty: { rate: 40_000, what: 'an operator judges what is still under way, or is of another' },
  adjusted_twice: { rate: 5000, what: 'a balance is adjusted twice for one cause' },
  kill_switch: { times: 2, what: 'an operator stops new sends for some hours' },
  rules_change: { times: 1, what: 'an engine with other fees takes over' },
  two_programs: { times: 1, what: 'two programs with equal ids' },
} as const satisfies Readonly<Record<string, FaultKind>>;

/** A fault, by name. */
export type FaultName = keyof typeof FAULTS;

const IS_FAULT = (name: string): name is FaultName => Object.hasOwn(FAULTS, name);

/** The names of all faults. */
export const FAULT_NAMES: readonly FaultName[] = Object.keys(FAULTS).filter(IS_FAULT);
