import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';
import * as z from 'zod';
import { assertInvariant } from '../../errors.ts';
import { parseMinor } from '../../money/minor.ts';
import type { KindCount } from '../../scoring/interaction.ts';
import type { CanonicalRules } from './rules.ts';

/**
 * The text of a plan: what is digested, frozen and read again. A header of canonical JSON, then pages of lines, one
 * JSON array a participant. An independent checker needs nothing else.
 */

/** What becomes of a line's share, and why nothing does. */
export type LineState = 'available' | 'held' | 'held_until_verified' | 'inactive' | 'unknown';

/** One participant of a plan. */
export interface PlanLine {
  readonly participant: string;
  /** Points times 10^`header.scale`. */
  readonly points: bigint;
  /** Minor units, before what a bonus that the pool funds takes out of it. */
  readonly share: bigint;
  readonly state: LineState;
  readonly counts: readonly KindCount[];
  readonly bonuses: readonly PlanBonus[];
}

/** What a referrer gets on the line's share. */
export interface PlanBonus {
  readonly referrer: string;
  readonly level: number;
  /** Minor units. */
  readonly amount: bigint;
  readonly state: LineState;
}

/** What a plan says before its lines. All amounts are decimal strings of minor units. */
export interface PlanHeader {
  readonly format: 1;
  readonly program: string;
  readonly period: { readonly id: string; readonly start: string; readonly end: string };
  readonly revision: number;
  readonly rules: CanonicalRules;
  readonly revenue: readonly { readonly source: string; readonly amount: string; readonly toPool: string }[];
  readonly pool: string;
  /** What the shares of the lines add up to. */
  readonly shares: string;
  /** What goes back to funding, because nobody scored. */
  readonly returned: string;
  /** How many interactions were counted, acts that weigh nothing included. */
  readonly interactions: number;
  readonly participants: { readonly all: number; readonly scored: number; readonly paid: number };
  /** The sum of the points of those who count, a plain decimal. */
  readonly points: string;
  /** Decimal places of the points in the lines. */
  readonly scale: number;
  readonly bonuses: { readonly count: number; readonly amount: string };
  /** Until when shares and bonuses are held by time, or null. */
  readonly heldUntil: string | null;
  readonly columns: readonly string[];
  /** The first participant of each page. */
  readonly pages: readonly string[];
}

/** The columns of a line, in order; bonuses are arrays of referrer, level, amount, state. */
export const LINE_COLUMNS = ['participant', 'points', 'share', 'state', 'counts', 'bonuses'] as const;

/**
 * The counts of a line as text: kind, count and acts on oneself of each, by kind in code-unit order, so that the text
 * does not depend on the order in which a source counts.
 */
export function countsText(counts: readonly KindCount[]): string {
  return JSON.stringify(inKindOrder(counts).map(({ kind, count, ownActs }) => [kind, count, ownActs ?? 0]));
}

function inKindOrder(counts: readonly KindCount[]): readonly KindCount[] {
  const ordered = counts.every(({ kind }, index) => index === 0 || (counts[index - 1]?.kind ?? '') < kind);
  return ordered ? counts : counts.toSorted((left, right) => (left.kind < right.kind ? -1 : 1));
}

/** One line of a page. The counts come as text, because a million of them are kept that way. */
export function lineText(line: Omit<PlanLine, 'counts'>, counts: string): string {
  const bonuses = line.bonuses.map(({ referrer, level, amount, state }) => [
    referrer,
    level,
    amount.toString(),
    state,
  ]);
  return `[${JSON.stringify(line.participant)},"${line.points}","${line.share}","${line.state}",${counts},${JSON.stringify(bonuses)}]`;
}

/** The SHA-256 of a plan's text, in hexadecimal. */
export function planDigest(header: string, pages: Iterable<string>): string {
  const hash = sha256.create().update(header);
  for (const page of pages) hash.update('\n').update(page);
  return bytesToHex(hash.digest());
}

const stateSchema = z.enum(['available', 'held', 'held_until_verified', 'inactive', 'unknown']);

const headerSchema: z.ZodType<PlanHeader> = z.strictObject({
  format: z.literal(1),
  program: z.string(),
  period: z.strictObject({ id: z.string(), start: z.string(), end: z.string() }),
  revision: z.int(),
  rules: z.strictObject({
    currency: z.strictObject({ code: z.string(), exponent: z.int() }),
    revenue: z.array(z.strictObject({ source: z.string(), rate: z.string() })),
    scoring: z.strictObject({
      weights: z.record(z.string(), z.string()),
      ownActsCount: z.record(z.string(), z.boolean()),
      caps: z.record(z.string(), z.int()),
    }),
    referrals: z
      .strictObject({
        rates: z.array(z.string()),
        fundedBy: z.enum(['platform', 'pool']),
        capPerReferrer: z.string().nullable(),
        months: z.int().nullable(),
      })
      .nullable(),
    hold: z.strictObject({ days: z.int(), untilVerified: z.boolean() }),
    idOrder: z.enum(['code-unit', 'numeric']),
  }),
  revenue: z.array(z.strictObject({ source: z.string(), amount: z.string(), toPool: z.string() })),
  pool: z.string(),
  shares: z.string(),
  returned: z.string(),
  interactions: z.int(),
  participants: z.strictObject({ all: z.int(), scored: z.int(), paid: z.int() }),
  points: z.string(),
  scale: z.int(),
  bonuses: z.strictObject({ count: z.int(), amount: z.string() }),
  heldUntil: z.string().nullable(),
  columns: z.array(z.string()),
  pages: z.array(z.string()),
});

/** Reads a header back. A text that this library did not write breaks a promise of the store. */
export function readHeader(text: string): PlanHeader {
  const header = headerSchema.safeParse(JSON.parse(text));
  assertInvariant(header.success, 'a frozen plan has a readable header');
  return header.data;
}

/** Reads the lines of a page back. */
export function readPage(page: string): readonly PlanLine[] {
  return page === '' ? [] : readLines(page);
}

/** Reads those lines of a page back that have bonuses: the others, which end with an empty list, are nearly all. */
export function readLinesWithBonuses(page: string): readonly PlanLine[] {
  const lines = page.split('\n').filter((line) => line !== '' && !line.endsWith(',[]]'));
  return lines.length === 0 ? [] : readLines(lines.join('\n'));
}

/** In one go, which costs a third of parsing line by line. No line has a line feed in it: JSON escapes them. */
function readLines(lines: string): readonly PlanLine[] {
  const parsed: unknown = JSON.parse(`[${lines.replaceAll('\n', ',')}]`);
  assertInvariant(isArray(parsed), 'a frozen page has lines');
  return parsed.map(readLine);
}

function readLine(line: unknown): PlanLine {
  const [participant, points, share, state, counts, bonuses] = readRow(line, LINE_COLUMNS.length);
  return {
    participant: readText(participant),
    points: BigInt(readText(points)),
    share: parseMinor(readText(share)),
    state: readState(state),
    counts: readRows(counts, 3).map(([kind, count, ownActs]) => ({
      kind: readText(kind),
      count: readCount(count),
      ownActs: readCount(ownActs),
    })),
    bonuses: readRows(bonuses, 4).map(([referrer, level, amount, state]) => ({
      referrer: readText(referrer),
      level: readCount(level),
      amount: parseMinor(readText(amount)),
      state: readState(state),
    })),
  };
}

function readRows(value: unknown, columns: number): readonly (readonly unknown[])[] {
  assertInvariant(isArray(value), 'a frozen list is an array');
  return value.map((row) => readRow(row, columns));
}

function readRow(value: unknown, columns: number): readonly unknown[] {
  assertInvariant(isArray(value) && value.length === columns, 'a frozen row has its columns');
  return value;
}

/** `Array.isArray` alone would make the elements `any`. */
function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function readText(value: unknown): string {
  assertInvariant(typeof value === 'string', 'a frozen text is a string');
  return value;
}

function readCount(value: unknown): number {
  assertInvariant(
    typeof value === 'number' && Number.isSafeInteger(value),
    'a frozen count is a whole number',
  );
  return value;
}

function readState(value: unknown): LineState {
  const state = stateSchema.options.find((option) => option === value);
  assertInvariant(state !== undefined, 'a frozen state is one of the declared states');
  return state;
}
