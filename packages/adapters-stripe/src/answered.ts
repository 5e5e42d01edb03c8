import { PayoutError, type SendOutcome, type StopSignal } from '@payout-engines/core';
import { classifyStripeFailure } from './classify.ts';
import type { CountedRequests } from './counted-requests.ts';
import { readFailure } from './failure.ts';

/**
 * Sends a request that may move money, and says what became of it. The request goes on when its caller stops waiting: it
 * cannot be called back, and its answer is not needed.
 */
export async function answered(
  counted: CountedRequests,
  key: string,
  signal: StopSignal,
  request: () => Promise<unknown>,
  read: (answer: unknown) => SendOutcome,
): Promise<SendOutcome> {
  const watched = counted.watch(key);
  const sent = (async (): Promise<SendOutcome> => {
    let answer: unknown;
    try {
      answer = await request();
    } catch (error) {
      return classifyStripeFailure(readFailure(error, watched.count()));
    } finally {
      watched.end();
    }
    return read(answer);
  })();
  return Promise.race([sent, stopped(signal)]);
}

function stopped(signal: StopSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => {
      signal.removeEventListener('abort', stop);
      reject(new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'it did not answer in time' }));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}
