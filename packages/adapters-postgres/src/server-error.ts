/**
 * What the server said of a failure, taken out of whatever a client wraps around it: Drizzle keeps the error of its
 * driver as the cause, Prisma tells the SQLSTATE in a field of its own, postgres.js names the constraint otherwise.
 */
export class ServerError extends Error {
  readonly code: string;
  readonly severity: string;
  readonly constraint: string | undefined;

  constructor(state: string, constraint: string | undefined, cause: unknown) {
    super(`SQLSTATE ${state}`, { cause });
    this.code = state;
    this.severity = 'ERROR';
    this.constraint = constraint;
  }
}

/** How many errors may be wrapped around each other. */
const DEEPEST = 8;

/** The server's error inside an error of a client, or that error itself where the server has said nothing. */
export function serverErrorOf(error: unknown): unknown {
  let inner = error;
  for (let depth = 0; depth < DEEPEST && isObject(inner); depth += 1) {
    const state = stateOf(inner);
    if (state !== undefined) return new ServerError(state, constraintOf(inner), error);
    inner = wrappedIn(inner);
  }
  return error;
}

/** Errors of Node and of Prisma have codes of five letters too, but no severity. */
function stateOf(error: object): string | undefined {
  const code = 'severity' in error && 'code' in error ? error.code : originalCodeOf(error);
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function originalCodeOf(error: object): unknown {
  return 'kind' in error && 'originalCode' in error ? error.originalCode : undefined;
}

function constraintOf(error: object): string | undefined {
  if ('constraint' in error) {
    if (typeof error.constraint === 'string') return error.constraint;
    if (isObject(error.constraint) && 'index' in error.constraint) return textOf(error.constraint.index);
  }
  return 'constraint_name' in error ? textOf(error.constraint_name) : undefined;
}

function wrappedIn(error: object): unknown {
  if ('meta' in error && isObject(error.meta) && 'driverAdapterError' in error.meta) {
    return error.meta.driverAdapterError;
  }
  return 'cause' in error ? error.cause : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
