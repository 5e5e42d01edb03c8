import { type Answer, KEY_IN_USE, keyMismatch, keyOfAnotherEndpoint } from './answer.ts';

const DAY = 86_400_000;

interface Kept {
  readonly at: number;
  readonly endpoint: string;
  readonly fingerprint: string;
  readonly request: string;
  /** Left out while the first request is under way. */
  answer?: Answer;
}

/** A request as its key sees it. */
export interface KeyedRequest {
  readonly key: string;
  readonly endpoint: string;
  readonly fingerprint: string;
  readonly request: string;
  readonly at: number;
}

/**
 * The idempotency keys of one account, as Stripe keeps them: the first answer of anything that began to execute, for a
 * day; nothing of what was refused before. A key belongs to one endpoint and one set of parameters.
 */
export class KeptKeys {
  readonly #kept = new Map<string, Kept>();

  /** What is answered under the key already; nothing where the request is the first, which then holds the key. */
  begin({ key, endpoint, fingerprint, request, at }: KeyedRequest): Answer | undefined {
    const kept = this.#kept.get(key);
    if (kept !== undefined && at - kept.at < DAY) {
      if (kept.endpoint !== endpoint) return keyOfAnotherEndpoint(kept.endpoint, endpoint);
      if (kept.fingerprint !== fingerprint) return keyMismatch(key);
      if (kept.answer === undefined) return KEY_IN_USE;
      const replayed = { 'idempotent-replayed': 'true', 'original-request': kept.request };
      return { ...kept.answer, headers: { ...kept.answer.headers, ...replayed } };
    }
    this.#kept.set(key, { at, endpoint, fingerprint, request });
    return undefined;
  }

  /** Keeps what was executed; forgets a key of which nothing was. */
  end(key: string, answer: Answer): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    if (answer.executed === true) kept.answer = answer;
    else this.#kept.delete(key);
  }

  /** The answer that is kept under a key, or was until it was pruned. */
  answerOf(key: string): Answer | undefined {
    return this.#kept.get(key)?.answer;
  }

  forget(key: string): void {
    this.#kept.delete(key);
  }
}
