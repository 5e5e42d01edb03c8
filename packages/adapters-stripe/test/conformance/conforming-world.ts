import type { LoopbackFault, LoopbackOptions, SeenRequest } from '../../src/testing/index.ts';
import type { Exchange, StripeDescription } from './openapi.ts';

/** What is not Stripe's own answer but that of something in between, or one that a test made up. */
const NOT_STRIPES: ReadonlySet<LoopbackFault['name']> = new Set(['error_502', 'not_a_payment', 'answer']);

/** Checks all that a loopback is asked and answers, and says which operations came up. */
export interface Watch {
  readonly options: LoopbackOptions;
  readonly problems: readonly string[];
  readonly operations: ReadonlySet<string>;
  readonly statuses: ReadonlySet<number>;
}

export function watch(description: StripeDescription): Watch {
  const problems: string[] = [];
  const operations = new Set<string>();
  const statuses = new Set<number>();
  const answered: LoopbackOptions['answered'] = (request, { status, body }) => {
    if (request.fault !== undefined && NOT_STRIPES.has(request.fault.name)) return;
    problems.push(...description.problemsOf(exchangeOf(request, status, body)));
    operations.add(description.operationOf(request.method, request.path) ?? 'unknown');
    statuses.add(status);
  };
  return { options: { answered }, problems, operations, statuses };
}

function exchangeOf({ method, path, body: encoded }: SeenRequest, status: number, body: unknown): Exchange {
  // As it goes over the wire: what JSON leaves out is not there.
  return { method, path, encoded, status, body: JSON.parse(JSON.stringify(body)) as unknown };
}
