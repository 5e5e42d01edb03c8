import type * as z from 'zod';
import { type KitContext, sessionOf } from './session.ts';
import { Refused } from './refused.ts';

/** What somebody typed, by the names of the fields: shown again where it was wrong. */
export type Typed = Readonly<Record<string, string>>;

/** A form that was sent: read, or refused with a sentence for each field. */
export type Sent<Values> =
  | { readonly ok: true; readonly values: Values; readonly typed: Typed }
  | { readonly ok: false; readonly problems: Readonly<Record<string, string>>; readonly typed: Typed };

/** The name of the field that proves that a form is ours. */
export const TOKEN_FIELD = 'token';

/** Reads a form that one of our pages has sent in this session. */
export async function readForm<Values>(
  context: KitContext,
  schema: z.ZodType<Values>,
): Promise<Sent<Values>> {
  const typed = await typedOf(context);
  assertOurs(context, typed[TOKEN_FIELD]);
  const parsed = schema.safeParse(typed);
  if (parsed.success) return { ok: true, values: parsed.data, typed };
  const problems: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) problems[path.join('.') || 'form'] ??= message;
  return { ok: false, problems, typed };
}

/** The same, where there is nothing that could be typed again: a wrong form is refused. */
export async function readAction<Values>(context: KitContext, schema: z.ZodType<Values>): Promise<Values> {
  const sent = await readForm(context, schema);
  if (sent.ok) return sent.values;
  const [problem] = Object.entries(sent.problems);
  throw new Refused(
    422,
    'INVALID_INPUT',
    problem === undefined ? 'It is not valid.' : `${problem[0]}: ${problem[1]}`,
  );
}

async function typedOf(context: KitContext): Promise<Typed> {
  let body: Awaited<ReturnType<typeof context.req.parseBody>>;
  try {
    body = await context.req.parseBody();
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(400, 'INVALID_REQUEST', 'The form could not be read. Load the page again.');
  }
  const typed: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== 'string') continue;
    // No keyboard makes it, and no database keeps it.
    if (value.includes('\0'))
      throw new Refused(400, 'INVALID_REQUEST', 'The form has a NUL character in it.');
    typed[name] = value.trim();
  }
  return typed;
}

/** Another site can make a browser send a form, but cannot know the token of the session. */
function assertOurs(context: KitContext, token: string | undefined): void {
  const session = sessionOf(context);
  if (token === undefined || !isSame(token, session.token))
    throw new Refused(403, 'FOREIGN_FORM', 'This form is too old or not from here. Load the page again.');
}

/** In a time that does not tell where they differ. */
function isSame(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < right.length; at += 1)
    difference |= (left.charCodeAt(at) || 0) ^ right.charCodeAt(at);
  return difference === 0;
}
