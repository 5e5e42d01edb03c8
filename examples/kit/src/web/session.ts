import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { Refused } from './refused.ts';
import type { People, Person, Role } from './people.ts';

/** Who is signed in, and the token that their forms carry. */
export interface Session {
  readonly person: Person;
  readonly token: string;
}

/** What the kit keeps in each request. */
export interface KitVariables {
  readonly session: Session | undefined;
}

/** A request of an app on this kit. */
export type KitContext = Context<{ Variables: KitVariables }>;

const COOKIE = 'session';
const HOURS = 12;

/** Sessions in a signed cookie that no script can read. */
export class Sessions {
  readonly #secret: string;
  readonly #people: People;
  readonly #secure: boolean;

  /** @param secure whether the app is reached by https alone */
  constructor(secret: string, people: People, secure: boolean) {
    this.#secret = secret;
    this.#people = people;
    this.#secure = secure;
  }

  /** Reads the session of each request. */
  readonly middleware: MiddlewareHandler<{ Variables: KitVariables }> = async (context, next) => {
    context.set('session', await this.#read(context));
    await next();
  };

  async begin(context: Context, person: Person): Promise<void> {
    const token = crypto.randomUUID();
    const until = Date.now() + HOURS * 3_600_000;
    await setSignedCookie(context, COOKIE, JSON.stringify([person.id, token, until]), this.#secret, {
      httpOnly: true,
      sameSite: 'Lax',
      secure: this.#secure,
      path: '/',
      maxAge: HOURS * 3600,
    });
  }

  end(context: Context): void {
    deleteCookie(context, COOKIE, { path: '/', secure: this.#secure });
  }

  async #read(context: Context): Promise<Session | undefined> {
    const value = await getSignedCookie(context, this.#secret, COOKIE);
    if (typeof value !== 'string') return undefined;
    const [id, token, until]: unknown[] = JSON.parse(value) as unknown[];
    if (typeof id !== 'string' || typeof token !== 'string' || typeof until !== 'number') return undefined;
    if (until < Date.now()) return undefined;
    const person = await this.#people.find(id);
    return person && { person, token };
  }
}

/** The person of the request, who must have the role. Every route but the sign-in asks for one. */
export function personOf(context: KitContext, role?: Role): Person {
  const { person } = sessionOf(context);
  if (role !== undefined && person.role !== role) {
    // Not 403: who is no operator need not learn which pages operators have.
    throw new Refused(404, 'NOT_FOUND', 'There is no such page.');
  }
  return person;
}

/** The session of a page that asks for one. */
export function sessionOf(context: KitContext): Session {
  const session = context.get('session');
  if (session === undefined) throw new Refused(401, 'SIGNED_OUT', 'Sign in first.');
  return session;
}

/** Closes everything under a path to all but one role. */
export function only(role: Role): MiddlewareHandler<{ Variables: KitVariables }> {
  return async (context, next) => {
    personOf(context, role);
    await next();
  };
}
