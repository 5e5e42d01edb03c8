import type { Child } from 'hono/jsx';
import type { Session } from '../web/session.ts';
import { Token } from './page.tsx';

/** A number that matters, what it is, and what it means. */
export function Card({
  label,
  means,
  children,
}: {
  readonly label: string;
  readonly means: string;
  readonly children: Child;
}) {
  return (
    <section class="card">
      <h2>{label}</h2>
      <div class="figure">{children}</div>
      <p>{means}</p>
    </section>
  );
}

/** Cards beside each other, or below each other where there is no room. */
export function Cards({ children }: { readonly children: Child }) {
  return <div class="cards">{children}</div>;
}

/** One column of a table. */
export interface Column<Row> {
  readonly head: string;
  /** What the head means, where that is not plain. */
  readonly means?: string;
  readonly cell: (row: Row) => Child;
  /** Amounts stand at the right, so that their places line up. */
  readonly numeric?: boolean;
}

/** Rows under heads; on a phone, each row becomes a block in which every value has its head beside it. */
export function Table<Row>({
  caption,
  columns,
  rows,
  empty,
  csv,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** What is said where there is nothing. */
  readonly empty: Child;
  /** Where the same rows are downloaded. */
  readonly csv?: string;
}) {
  if (rows.length === 0) return <div class="empty">{empty}</div>;
  return (
    <div class="listing">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, means, numeric }) => (
              <th scope="col" title={means} class={numeric === true ? 'number' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map(({ head, cell, numeric }) => (
                <td data-head={head} class={numeric === true ? 'number' : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {csv !== undefined && (
        <p>
          <a href={csv} download>
            Download as CSV
          </a>
        </p>
      )}
    </div>
  );
}

/** Parts of a list, each with how many and how much is in it. */
export function Tabs({
  label,
  tabs,
}: {
  readonly label: string;
  readonly tabs: readonly {
    readonly to: string;
    readonly label: string;
    readonly count: number;
    readonly sum: Child;
    readonly here: boolean;
  }[];
}) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ to, label: name, count, sum, here }) => (
        <a href={to} aria-current={here ? 'page' : undefined}>
          <strong>{name}</strong>
          <span>
            {count} · {sum}
          </span>
        </a>
      ))}
    </nav>
  );
}

/** A button that changes something, or why it cannot be used now. */
export function Action({
  session,
  to,
  label,
  sure,
  refused,
  open,
  children,
}: {
  readonly session: Session;
  readonly to: string;
  readonly label: string;
  /** Whether what is asked is shown at once: after it was sent and something in it was wrong. */
  readonly open?: boolean;
  /** What is asked before money moves: the sum and the count. The button is behind it. */
  readonly sure?: Child;
  /** The reason beside a button that cannot be pressed. */
  readonly refused?: Child;
  readonly children?: Child;
}) {
  if (refused !== undefined) {
    const reason = `why-${label.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
    return (
      <div class="action">
        <button disabled aria-describedby={reason}>
          {label}
        </button>
        <p id={reason} class="reason">
          {refused}
        </p>
      </div>
    );
  }
  const form = (
    <form method="post" action={to} data-once>
      <Token session={session} />
      {children}
      {sure !== undefined && <p>{sure}</p>}
      <button>{label}</button>
    </form>
  );
  if (sure === undefined) return <div class="action">{form}</div>;
  return (
    <details class="action" open={open}>
      <summary>{label} …</summary>
      {form}
    </details>
  );
}

/** One field of a form, with what is wrong with it. */
export function Field({
  name,
  label,
  value,
  problem,
  hint,
  required,
  inputMode,
}: {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly problem?: string;
  readonly hint?: string;
  readonly required?: boolean;
  readonly inputMode?: 'decimal' | 'text';
}) {
  const about = problem ?? hint;
  // Two forms of a page may have fields of one name.
  const aboutId = `about-${label.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-${name}`;
  return (
    <label class={problem === undefined ? 'field' : 'field wrong'}>
      <span>{label}</span>
      <input
        name={name}
        value={value}
        maxlength={255}
        required={required}
        inputmode={inputMode}
        aria-invalid={problem === undefined ? undefined : 'true'}
        aria-describedby={about === undefined ? undefined : aboutId}
      />
      {about !== undefined && (
        <small id={aboutId} role={problem === undefined ? undefined : 'alert'}>
          {about}
        </small>
      )}
    </label>
  );
}

/** What the last request came to, or what keeps something from being done. */
export function Notice({
  tone,
  children,
}: {
  readonly tone: 'good' | 'bad' | 'waits';
  readonly children: Child;
}) {
  return (
    <p class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </p>
  );
}
