import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, PayoutError } from '@payout-engines/core';
import * as z from 'zod';

/** A request that is refused: with a status, a stable code and a sentence that can be acted on. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(status: ContentfulStatusCode, code: string, sentence: string) {
    super(sentence);
    this.status = status;
    this.code = code;
  }
}

/** What is there already, or stands in the way: 409. What is not there: 404. What is down: 503. The rest was asked wrongly. */
const STATUS: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  PAYOUT_NOT_FOUND: 404,
  EARNING_NOT_FOUND: 404,
  PARTICIPANT_NOT_FOUND: 404,
  CAMPAIGN_NOT_FOUND: 404,
  CLIP_NOT_FOUND: 404,
  IDEMPOTENCY_CONFLICT: 409,
  TRANSACTION_USED: 409,
  WRONG_STATE: 409,
  NOT_ELIGIBLE: 409,
  NOT_CLAIMED_BY: 409,
  APPROVAL_REFUSED: 409,
  HALTED: 409,
  CLIP_REFUSED: 409,
  WRONG_CAMPAIGN_STATE: 409,
  WRONG_CLIP_STATE: 409,
  BASELINE_UNKNOWN: 409,
  STORE_UNAVAILABLE: 503,
  TRANSACTION_CONFLICT: 503,
  PROVIDER_UNAVAILABLE: 503,
  INVARIANT_BROKEN: 500,
};

/** How an error of the library, or of a page, is answered; nothing for a defect. */
export function refusalOf(error: unknown): Refused | undefined {
  if (error instanceof Refused) return error;
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return new Refused(
      422,
      'INVALID_INPUT',
      `${['input', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'it is not valid'}`,
    );
  }
  if (!PayoutError.is(error)) return undefined;
  return new Refused(STATUS[error.code] ?? 422, error.code, error.message);
}
