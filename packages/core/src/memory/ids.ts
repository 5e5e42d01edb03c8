import { assertId } from '../id.ts';

/** Throws `INVALID_ID` unless all are ids: other stores could not look for them, or would find something else. */
export function assertIds(ids: readonly string[], field: string): void {
  for (const id of ids) assertId(id, field);
}
