import { Field, type Typed } from '@payout-engines/example-kit';

/** A form as it was typed, with what is wrong with it. */
export interface TypedForm {
  readonly typed: Typed;
  readonly problems: Readonly<Record<string, string>>;
}

export const EMPTY_FORM: TypedForm = { typed: {}, problems: {} };

/** A field of a form that keeps what was typed, and says what is wrong with it. */
export function TypedField({
  form,
  name,
  label,
  hint,
  initial,
  decimal = false,
  required = true,
}: {
  readonly form: TypedForm;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly initial?: string;
  readonly decimal?: boolean;
  readonly required?: boolean;
}) {
  const value = form.typed[name] ?? initial;
  const problem = form.problems[name];
  return (
    <Field
      name={name}
      label={label}
      required={required}
      {...(value !== undefined && { value })}
      {...(problem !== undefined && { problem })}
      {...(hint !== undefined && { hint })}
      {...(decimal && { inputMode: 'decimal' as const })}
    />
  );
}
