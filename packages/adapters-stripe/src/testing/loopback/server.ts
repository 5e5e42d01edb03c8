import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Answer, INTERNAL_ERROR, invalid, KEY_IN_USE, LOCK_TIMEOUT, RATE_LIMITED } from './answer.ts';
import { noAccess } from './accounts.ts';
import { settlePayout } from './bank-payouts.ts';
import type { Call, Endpoint } from './call.ts';
import { endpointFor } from './endpoints.ts';
import type { LoopbackEvent } from './events.ts';
import type { LoopbackFault } from './faults.ts';
import { fingerprint, readForm } from './form.ts';
import { KeptKeys } from './kept-keys.ts';
import { type LoopbackPayout, type LoopbackTransfer, Platform } from './platform.ts';
import { addReversal } from './reversals.ts';
import { secondsOf } from './seconds.ts';

/** An API key: whose it is, and, for a restricted one, what it may do. */
export interface LoopbackKey {
  readonly platform: Platform;
  readonly permissions?: readonly string[];
  readonly expired?: boolean;
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly key: string | undefined;
  readonly onAccount: string | undefined;
  /** Of the loopback's clock. */
  readonly at: number;
  /** Of this process's own, in milliseconds: for rates. */
  readonly arrivedMs: number;
  readonly fault: LoopbackFault | undefined;
}

export interface LoopbackOptions {
  readonly platform?: string;
  /** Requests a second for each endpoint; more get a 429. Left out, as many as come. */
  readonly perSecond?: number;
  /** How long an execution takes. @defaultValue `0` */
  readonly latencyMs?: number;
  /** The least amount, as a count. @defaultValue `1` */
  readonly minimum?: number;
  /** What goes wrong with a request. `next` comes first. */
  readonly fault?: (request: SeenRequest) => LoopbackFault | undefined;
  /** Told of each answer that is sent whole. */
  readonly answered?: (request: SeenRequest, answer: Pick<Answer, 'status' | 'body'>) => void;
  readonly startAt?: Date;
}

/** A fake Stripe that speaks HTTP on the loopback interface. */
export interface LoopbackStripe {
  /** For `new Stripe(key, config)`. */
  readonly config: { readonly host: string; readonly port: number; readonly protocol: 'http' };
  readonly testKey: string;
  readonly liveKey: string;
  /** The platform behind `testKey`, and the one behind `liveKey`: one account, two worlds. */
  readonly platform: Platform;
  readonly livePlatform: Platform;
  /** What each API key may do; more can be added. */
  readonly keys: Map<string, LoopbackKey>;
  readonly requests: readonly SeenRequest[];
  readonly events: readonly LoopbackEvent[];
  /** How many requests were turned away because there were too many. */
  readonly overLimit: () => number;
  readonly clock: () => Date;
  /** Lets time pass, and what was due in it happen. */
  readonly pass: (ms: number) => void;
  /** What goes wrong with the next requests that write, or the next that read, one after the other. */
  readonly nextWrite: (...faults: readonly LoopbackFault[]) => void;
  readonly nextRead: (...faults: readonly LoopbackFault[]) => void;
  /** The status that is kept under a key of the platform, or was until it was pruned; nothing if nothing ever was. */
  readonly keptStatus: (key: string) => number | undefined;
  /** Takes back a part of a transfer, as someone does in the dashboard. */
  readonly giveBack: (transfer: string, amount: number) => void;
  readonly settlePayout: (payout: string, status: LoopbackPayout['status'], failureCode?: string) => void;
  /** A new event about an object, as it is now. */
  readonly eventOf: (type: string, object: Record<string, unknown>, account?: string) => LoopbackEvent;
  readonly close: () => Promise<void>;
}

/** Starts a fake Stripe on a free port. */
export async function startLoopbackStripe(options: LoopbackOptions = {}): Promise<LoopbackStripe> {
  const { platform: name = 'acct_platform', minimum = 1, latencyMs = 0 } = options;
  const [platform, livePlatform] = [new Platform(name, false), new Platform(name, true)];
  const [testKey, liveKey] = ['sk_test_loopback0000000000', 'sk_live_loopback0000000000'];
  const keys = new Map<string, LoopbackKey>([
    [testKey, { platform }],
    [liveKey, { platform: livePlatform }],
  ]);
  const kept = new Map<string, KeptKeys>();
  const requests: SeenRequest[] = [];
  const events: LoopbackEvent[] = [];
  const due: { readonly at: number; readonly run: () => void }[] = [];
  const writeFaults: LoopbackFault[] = [];
  const readFaults: LoopbackFault[] = [];
  const resetKeys = new Set<string>();
  const arrivals = new Map<string, number[]>();
  let [now, ids, over] = [(options.startAt ?? new Date('2026-11-01T12:00:00Z')).getTime(), 0, 0];

  const nextId = (prefix: string) => `${prefix}_${(ids += 1).toString().padStart(8, '0')}`;
  const announcer = (of: Platform) => (type: string, object: Record<string, unknown>, account?: string) => {
    events.push(eventOf(of, type, object, account));
  };

  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      arrive(request, response, body);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);

  return {
    config: { host: '127.0.0.1', port, protocol: 'http' },
    testKey,
    liveKey,
    platform,
    livePlatform,
    keys,
    requests,
    events,
    overLimit: () => over,
    clock: () => new Date(now),
    pass: (ms) => {
      const until = now + ms;
      due.sort((left, right) => left.at - right.at);
      for (let next = due[0]; next !== undefined && next.at <= until; next = due[0]) {
        due.shift();
        now = next.at;
        next.run();
      }
      now = until;
    },
    nextWrite: (...faults) => void writeFaults.push(...faults),
    nextRead: (...faults) => void readFaults.push(...faults),
    keptStatus: (key) => kept.get(scopeOf(platform, undefined))?.answerOf(key)?.status,
    giveBack: (id, amount) => {
      const [of, transfer] = transferOf(id);
      addReversal({ platform: of, at: now, nextId, announce: announcer(of) }, transfer, amount);
    },
    settlePayout: (id, status, failureCode) => {
      for (const of of [platform, livePlatform]) {
        const payout = of.payouts.find((one) => one.id === id);
        if (payout !== undefined)
          settlePayout({ platform: of, announce: announcer(of) }, payout, status, failureCode);
      }
    },
    eventOf: (type, object, account) => eventOf(platform, type, object, account),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };

  function transferOf(id: string): readonly [Platform, LoopbackTransfer] {
    for (const of of [platform, livePlatform]) {
      const found = of.transfers.find((transfer) => transfer.id === id);
      if (found !== undefined) return [of, found];
    }
    throw new Error(`no transfer ${id}`);
  }

  function eventOf(
    of: Platform,
    type: string,
    object: Record<string, unknown>,
    account?: string,
  ): LoopbackEvent {
    const created = secondsOf(now);
    const { livemode } = of;
    return { id: nextId('evt'), type, livemode, ...(account !== undefined && { account }), object, created };
  }

  function arrive(request: IncomingMessage, response: ServerResponse, body: string): void {
    const { method = 'GET', url = '/' } = request;
    const { pathname, search } = new URL(url, 'http://loopback');
    const header = (of: string) => {
      const value = request.headers[of];
      return typeof value === 'string' ? value : undefined;
    };
    const seen = {
      method,
      path: pathname,
      body: method === 'GET' ? search.slice(1) : body,
      key: method === 'GET' ? undefined : header('idempotency-key'),
      onAccount: header('stripe-account'),
      at: now,
      arrivedMs: performance.now(),
    };
    const planned = (method === 'GET' ? readFaults : writeFaults).shift();
    const fault = planned ?? options.fault?.({ ...seen, fault: undefined });
    const arrived: SeenRequest = { ...seen, fault };
    requests.push(arrived);
    const requestId = nextId('req');
    const reply = (answer: Answer) => {
      options.answered?.(arrived, answer);
      write(response, answer, requestId, seen.key, header('stripe-version'));
    };
    const run = () => execute(seen, fault, requestId, header('authorization'));
    const lose = () => void request.socket.destroy();

    if (seen.key !== undefined && resetKeys.delete(seen.key)) {
      reply(RATE_LIMITED);
      return;
    }
    if (fault === undefined && isOverLimit(`${method} ${pathname}`, seen.arrivedMs)) {
      over += 1;
      reply(RATE_LIMITED);
      return;
    }
    switch (fault?.name) {
      case 'request_lost':
        lose();
        return;
      case 'response_lost':
        void run().then(lose);
        return;
      case 'reset_then_429':
        if (seen.key !== undefined) resetKeys.add(seen.key);
        void run().then(lose);
        return;
      case 'withheld':
        void run();
        return;
      case 'executed_late':
        due.push({ at: now + fault.afterMs, run: () => void run() });
        lose();
        return;
      case 'truncated':
        void run().then((answer) => {
          const text = JSON.stringify(answer.body);
          response.writeHead(answer.status, {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          });
          response.write(text.slice(0, text.length >> 1), lose);
        });
        return;
      case 'error_502':
        void (fault.executed ? run() : Promise.resolve()).then(() => {
          reply({ status: 502, body: '<html><body>Bad gateway</body></html>' });
        });
        return;
      case 'not_a_payment':
        void (fault.executed ? run() : Promise.resolve()).then(() => {
          reply({ status: 404, body: { message: 'Not Found' } });
        });
        return;
      case 'rate_limited':
        reply(RATE_LIMITED);
        return;
      case 'lock_timeout':
        reply(LOCK_TIMEOUT);
        return;
      case 'key_in_use':
        reply(KEY_IN_USE);
        return;
      default:
        void run().then(reply);
    }
  }

  /** Executes as its key allows. What runs without waiting is one step, as a row lock would have it. */
  async function execute(
    seen: Omit<SeenRequest, 'fault'>,
    fault: LoopbackFault | undefined,
    request: string,
    authorization: string | undefined,
  ): Promise<Answer> {
    const { method, path, key, onAccount } = seen;
    const found = authenticate(authorization, onAccount);
    if ('status' in found) return found;
    const matched = endpointFor(method, path);
    if (matched === undefined) {
      return invalid({ message: `Unrecognized request URL (${method}: ${path}).` }, 404);
    }
    const [endpoint, inPath] = matched;
    const { permissions } = found;
    if (permissions !== undefined && !permissions.includes(endpoint.permission)) {
      return invalid(
        { message: `The provided key does not have the required permissions (rak_${endpoint.permission}).` },
        403,
      );
    }
    const form = readForm(seen.body);
    const unknown = Object.keys(form).find((name) => !endpoint.parameters.includes(name));
    if (unknown !== undefined) {
      return invalid({
        code: 'parameter_unknown',
        message: `Received unknown parameter: ${unknown}`,
        param: unknown,
      });
    }
    const call = (): Call => ({
      platform: found.platform,
      method,
      path,
      form,
      key,
      onAccount,
      at: now,
      fault,
      minimum,
      nextId,
      events,
      announce: announcer(found.platform),
    });
    if (method !== 'POST' || key === undefined) return answerOf(endpoint, call(), inPath);
    const scope = scopeOf(found.platform, onAccount);
    const keysOfAccount = kept.get(scope) ?? new KeptKeys();
    kept.set(scope, keysOfAccount);
    if (fault?.name === 'keys_pruned') keysOfAccount.forget(key);
    const known = keysOfAccount.begin({
      key,
      endpoint: path,
      fingerprint: fingerprint(seen.body),
      request,
      at: now,
    });
    if (known !== undefined) return known;
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    const answer = answerOf(endpoint, call(), inPath);
    keysOfAccount.end(key, answer);
    return answer;
  }

  function authenticate(
    authorization: string | undefined,
    onAccount: string | undefined,
  ): LoopbackKey | Answer {
    const found = keys.get(authorization?.replace(/^Bearer /, '') ?? '');
    if (found === undefined) return invalid({ message: 'Invalid API Key provided: sk_********0000' }, 401);
    if (found.expired === true) {
      return invalid({ code: 'api_key_expired', message: 'Expired API Key provided: sk_********0000' }, 401);
    }
    if (onAccount === undefined || onAccount === found.platform.id) return found;
    const account = found.platform.accounts.get(onAccount);
    return account === undefined || account.deauthorized ? noAccess(onAccount) : found;
  }

  function isOverLimit(endpoint: string, at: number): boolean {
    const { perSecond } = options;
    if (perSecond === undefined) return false;
    const recent = (arrivals.get(endpoint) ?? []).filter((before) => at - before < 1000);
    arrivals.set(endpoint, recent);
    if (recent.length >= perSecond) return true;
    recent.push(at);
    return false;
  }
}

/** Keys belong to an account, and to one of its worlds. */
function scopeOf({ livemode }: Platform, onAccount: string | undefined): string {
  return `${livemode.toString()} ${onAccount ?? ''}`;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return address.port;
}

function answerOf(endpoint: Endpoint, call: Call, inPath: readonly string[]): Answer {
  switch (call.fault?.name) {
    case 'refused_not_stored':
      return invalid({ code: 'parameter_invalid_integer', message: 'Invalid integer.', param: 'amount' });
    case 'error_500_stored':
      return INTERNAL_ERROR;
    case 'error_500_executed':
      endpoint.answer(call, inPath);
      return INTERNAL_ERROR;
    case 'answer':
      return call.fault;
    default:
      return endpoint.answer(call, inPath);
  }
}

function write(
  response: ServerResponse,
  answer: Answer,
  requestId: string,
  key: string | undefined,
  version: string | undefined,
): void {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    'content-type': typeof answer.body === 'string' ? 'text/html' : 'application/json',
    'request-id': requestId,
    ...(version !== undefined && { 'stripe-version': version }),
    ...(key !== undefined && { 'idempotency-key': key, 'original-request': requestId }),
    ...(key !== undefined && answer.executed === true && { 'stripe-should-retry': 'false' }),
    ...answer.headers,
  });
  response.end(text);
}
