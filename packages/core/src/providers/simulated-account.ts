import type { SendOutcome } from '../ports/provider.ts';
import type { ChangingMovement } from './simulated-movement.ts';

/** What was first answered under a key, and to which bytes. */
export interface KeptAnswer {
  readonly at: number;
  readonly frozen: string;
  readonly answer: SendOutcome;
}

/** What one account of a simulated provider holds. Nothing in it is visible with the credentials of another. */
export interface SimulatedAccount {
  readonly id: string;
  readonly keys: Map<string, KeptAnswer>;
  /** By program and payout, in two steps, so that no joined text can mix them up. */
  readonly payments: Map<string, Map<string, ChangingMovement[]>>;
  /** By currency. */
  readonly balances: Map<string, bigint>;
  /** Whether a currency without a balance has none, rather than enough of everything. */
  readonly limited: boolean;
}

/** An account with nothing paid. Without a balance it can pay everything. */
export function simulatedAccount(id: string, balance?: Readonly<Record<string, bigint>>): SimulatedAccount {
  return {
    id,
    keys: new Map(),
    payments: new Map(),
    balances: new Map(Object.entries(balance ?? {})),
    limited: balance !== undefined,
  };
}

/** What the account can pay in a currency; nothing said where it can pay everything. */
export function balanceOf(account: SimulatedAccount, currency: string): bigint | undefined {
  return account.balances.get(currency) ?? (account.limited ? 0n : undefined);
}

/** Adds to what the account can pay, or takes from it; an account that can pay everything stays as it is. */
export function changeBalance(account: SimulatedAccount, currency: string, by: bigint): void {
  const balance = balanceOf(account, currency);
  if (balance !== undefined) account.balances.set(currency, balance + by);
}

/** Every payment of one payout, oldest first. */
export function paymentsOf(
  account: SimulatedAccount,
  reference: { readonly program: string; readonly payout: string },
): readonly ChangingMovement[] {
  return account.payments.get(reference.program)?.get(reference.payout) ?? [];
}

/** Writes a payment into the account; its money has left the balance already. */
export function addPayment(account: SimulatedAccount, movement: ChangingMovement): void {
  const { program, payout } = movement.reference;
  const ofProgram = account.payments.get(program) ?? new Map<string, ChangingMovement[]>();
  account.payments.set(program, ofProgram);
  const ofPayout = ofProgram.get(payout);
  if (ofPayout === undefined) ofProgram.set(payout, [movement]);
  else ofPayout.push(movement);
}
