/** What the name of an account says. Read here anew, not by the ledger's own functions. */
export interface AccountFacts {
  /** Whose it is, as it stands in the name; nothing for an account of the program. */
  readonly owner?: string;
  readonly place: 'held' | 'available' | 'reserved' | 'paid' | 'program';
  /** Of a `paid` account, as it stands in the name. */
  readonly provider?: string;
  /** Whether any transfer may take it below zero. */
  readonly mayOwe: boolean;
}

const known = new Map<string, AccountFacts>();
const KNOWN_MAX = 10_000;

/** The facts of an account. Names recur, so they are kept; a long run begins anew before they are too many. */
export function factsOf(account: string): AccountFacts {
  const facts = known.get(account);
  if (facts !== undefined) return facts;
  if (known.size >= KNOWN_MAX) known.clear();
  const read = readAccount(account);
  known.set(account, read);
  return read;
}

/** How an id stands in the name of an account. */
export function inName(id: string): string {
  return id.replaceAll('%', '%25').replaceAll('/', '%2F');
}

function readAccount(account: string): AccountFacts {
  const [kind, owner, place, provider] = account.split('/');
  if (kind === 'participant' && owner !== undefined) {
    if (place === 'paid' && provider !== undefined) return { owner, place, provider, mayOwe: false };
    if (place === 'held' || place === 'available' || place === 'reserved') {
      return { owner, place, mayOwe: false };
    }
  }
  const mayOwe = kind === 'funding' || kind === 'differences' || kind === 'outside' || kind === 'fees';
  return { place: 'program', mayOwe };
}
