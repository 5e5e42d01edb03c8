import type { ServerResponse } from 'node:http';
import { PayoutError } from '@payout-engines/core';
import { Refused, type Sent, type Typed } from '@payout-engines/example-kit';
import type { HtmlEscapedString } from 'hono/utils/html';
import type * as z from 'zod';

/** A page of the kit's components. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Sends a page of the kit's components: they render to text. */
export async function sendPage(response: ServerResponse, page: Html, status = 200): Promise<void> {
  const text = (await page).toString();
  response.statusCode = status;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!doctype html>${text}`);
}

/** Sends the reader on, by GET. */
export function goTo(response: ServerResponse, path: string): void {
  response.statusCode = 303;
  response.setHeader('location', path);
  response.end();
}

/** A form as it was typed, with what is wrong with it. */
export interface Form {
  readonly typed: Typed;
  readonly problems: Readonly<Record<string, string>>;
}

/** Reads the fields of a form that the gate has let through. */
export function readFields<Values>(body: unknown, schema: z.ZodType<Values>): Sent<Values> {
  // The gate gives forms as names and texts.
  const typed = body as Typed;
  const parsed = schema.safeParse(typed);
  if (parsed.success) return { ok: true, values: parsed.data, typed };
  const problems: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) problems[path.join('.') || 'form'] ??= message;
  return { ok: false, problems, typed };
}

/** What is wrong with a form, where that was found out by doing it; an error that is no refusal goes on. */
export function problemOf(
  error: unknown,
  fields: Readonly<Record<string, string>>,
  other: string,
): Form['problems'] {
  if (!PayoutError.is(error) && !(error instanceof Refused)) throw error;
  return { [fields[error.code] ?? other]: error.message };
}
