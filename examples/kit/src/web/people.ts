/** Who may do what: an operator runs the program, a participant sees what is theirs. */
export type Role = 'operator' | 'participant';

/** Somebody who can sign in. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Finds who can sign in: an app of yours asks its own user table. */
export interface People {
  find(id: string): Promise<Person | undefined>;
  /** Those who are offered on the sign-in page of the demonstration. */
  readonly offered: readonly Person[];
}
