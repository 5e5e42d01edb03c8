import type { Answer } from './answer.ts';
import type { LoopbackEvent } from './events.ts';
import type { LoopbackFault } from './faults.ts';
import type { Form } from './form.ts';
import type { Platform } from './platform.ts';

/** A request that is authenticated, for an endpoint. */
export interface Call {
  readonly platform: Platform;
  readonly method: string;
  readonly path: string;
  readonly form: Form;
  readonly key: string | undefined;
  /** The connected account that it is made as. */
  readonly onAccount: string | undefined;
  readonly at: number;
  readonly fault: LoopbackFault | undefined;
  readonly minimum: number;
  readonly nextId: (prefix: string) => string;
  /** What was announced so far, oldest first. */
  readonly events: readonly LoopbackEvent[];
  readonly announce: (type: string, object: Record<string, unknown>, account?: string) => void;
}

/** An endpoint, and the permission that a restricted key needs for it. */
export interface Endpoint {
  readonly method: string;
  readonly path: RegExp;
  readonly permission: string;
  readonly parameters: readonly string[];
  readonly answer: (call: Call, ids: readonly string[]) => Answer;
}
