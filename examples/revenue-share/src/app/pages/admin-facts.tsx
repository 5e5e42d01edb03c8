import { Field, Notice, Page, type Session, Token, type Typed } from '@payout-engines/example-kit';
import { FRAME } from './frame.ts';

/** An interaction as it was typed, with what is wrong with it. */
export interface FactForm {
  readonly typed: Typed;
  readonly problems: Readonly<Record<string, string>>;
}

/** Where an interaction is recorded by hand. In an app of yours, the app that people post in does this. */
export function AdminFacts({
  session,
  form = { typed: {}, problems: {} },
  recorded,
}: {
  readonly session: Session;
  readonly form?: FactForm;
  /** What was recorded just now. */
  readonly recorded?: string | undefined;
}) {
  return (
    <Page frame={FRAME} title="Interactions" session={session} at="/admin/facts">
      {recorded !== undefined && <Notice tone="good">{recorded}</Notice>}
      <form method="post" action="/admin/facts" data-once class="card" aria-label="Record an interaction">
        <h2>Record an interaction</h2>
        <Token session={session} />
        <TypedField
          form={form}
          name="id"
          label="Interaction"
          hint="Its id where it happened: counted once."
        />
        <TypedField
          form={form}
          name="kind"
          label="Kind"
          hint="post, comment, follow or like"
          initial="post"
        />
        <TypedField form={form} name="creator" label="Creator who gets the points" />
        <TypedField form={form} name="actor" label="Who did it" hint="Left empty: the creator." optional />
        <TypedField
          form={form}
          name="at"
          label="When, in UTC"
          hint="Such as 2026-01-31 18:00. Left empty: now."
          optional
        />
        <button>Record</button>
      </form>
      <p>
        It counts in the period that it falls in, or, if that is shared out already, in the next one. What
        somebody follows or likes of their own does not count.
      </p>
    </Page>
  );
}

function TypedField({
  form: { typed, problems },
  name,
  label,
  hint,
  initial,
  optional = false,
}: {
  readonly form: FactForm;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly initial?: string;
  readonly optional?: boolean;
}) {
  const value = typed[name] ?? initial;
  const problem = problems[name];
  return (
    <Field
      name={name}
      label={label}
      required={!optional}
      {...(value !== undefined && { value })}
      {...(hint !== undefined && { hint })}
      {...(problem !== undefined && { problem })}
    />
  );
}
