import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import * as z from 'zod';
import { type Frame, Page } from '../pages/page.tsx';
import { Notice } from '../pages/parts.tsx';
import { RefusalPage } from '../pages/refusal.tsx';
import { readForm } from './form.ts';
import { toJson } from './json.ts';
import type { People, Person } from './people.ts';
import { rateLimit } from './rate-limit.ts';
import { Refused, refusalOf } from './refused.ts';
import { type KitContext, type KitVariables, Sessions } from './session.ts';

/** An app with pages, before its own routes. */
export type KitApp = Hono<{ Variables: KitVariables }>;

/** What an app says of itself. */
export interface KitOptions {
  readonly frame: Frame;
  readonly people: People;
  /** Signs the sessions; left out, sessions end with the process. */
  readonly secret?: string;
  /** Whether the app is reached by https alone. */
  readonly secure?: boolean;
  /** @defaultValue `300` */
  readonly requestsPerMinute?: number;
  /** What is told of errors that nobody expected: to a log. Never to the reader. */
  readonly onDefect?: (error: unknown, reference: string) => void;
}

const BODY_BYTES_MAX = 64 * 1024;

/** An app with everything that all apps have: safe headers, limits, sessions, sign-in, errors that say what to do. */
export function kitApp(options: KitOptions): KitApp {
  const { frame, people, secret = crypto.randomUUID(), secure = false } = options;
  const sessions = new Sessions(secret, people, secure);
  const app: KitApp = new Hono();

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      strictTransportSecurity: secure ? 'max-age=31536000' : false,
    }),
  );
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => {
        throw new Refused(413, 'TOO_LARGE', 'That is more than 64 kB. Send less.');
      },
    }),
  );
  app.use(sessions.middleware);
  app.use(rateLimit(options.requestsPerMinute ?? 300));
  app.use(async (context, next) => {
    await next();
    // What somebody sees of their money is nothing for a cache on the way.
    if (!context.req.path.startsWith('/kit/')) context.header('cache-control', 'no-store');
  });

  addAssets(app);
  addSignIn(app, frame, people, sessions);
  app.notFound((context) => refuse(context, frame, new Refused(404, 'NOT_FOUND', 'There is no such page.')));
  app.onError((error, context) => {
    const refusal =
      error instanceof HTTPException
        ? new Refused(400, 'INVALID_REQUEST', 'The request could not be read.')
        : refusalOf(error);
    if (refusal !== undefined && refusal.status !== 500) return refuse(context, frame, refusal);
    const reference = crypto.randomUUID();
    options.onDefect?.(error, reference);
    return refuse(
      context,
      frame,
      new Refused(500, 'UNEXPECTED', `Something went wrong here. Nothing was lost. Reference ${reference}.`),
    );
  });
  return app;
}

const SIGN_IN = z.object({ person: z.string().min(1, 'Choose somebody.').max(255) });

/** The sign-in of a demonstration asks for no password: an app of yours uses what it signs people in with. */
function addSignIn(app: KitApp, frame: Frame, people: People, sessions: Sessions): void {
  app.get('/sign-in', (context) => context.html(<SignIn frame={frame} offered={people.offered} />));
  app.post('/sign-in', async (context) => {
    const typed = SIGN_IN.safeParse(await context.req.parseBody());
    const person = typed.success ? await people.find(typed.data.person) : undefined;
    if (person === undefined) {
      return context.html(
        <SignIn frame={frame} offered={people.offered} problem="There is nobody of that name." />,
        422,
      );
    }
    await sessions.begin(context, person);
    return context.redirect('/', 303);
  });
  app.post('/sign-out', async (context) => {
    await readForm(context, z.looseObject({}));
    sessions.end(context);
    return context.redirect('/sign-in', 303);
  });
}

function SignIn({
  frame,
  offered,
  problem,
}: {
  readonly frame: Frame;
  readonly offered: readonly Person[];
  readonly problem?: string;
}) {
  return (
    <Page frame={frame} title="Sign in" session={undefined}>
      {problem !== undefined && <Notice tone="bad">{problem}</Notice>}
      <p>This is a demonstration with people that do not exist. Choose who you want to be.</p>
      <form method="post" action="/sign-in" class="choices">
        {offered.map(({ id, name, role }) => (
          <p>
            <button name="person" value={id}>
              {name}
              {role === 'operator' ? ', operator' : ''}
            </button>
          </p>
        ))}
      </form>
    </Page>
  );
}

/** A refusal as the caller reads it: a page, or JSON. */
function refuse(context: KitContext, frame: Frame, refusal: Refused): Response | Promise<Response> {
  const { status, code, message } = refusal;
  if (wantsJson(context)) {
    return context.body(toJson({ error: { code, message } }), status, { 'content-type': 'application/json' });
  }
  if (status === 401) return context.redirect('/sign-in', 303);
  return context.html(
    <RefusalPage frame={frame} session={context.get('session')} refusal={refusal} />,
    status,
  );
}

function wantsJson(context: KitContext): boolean {
  return (
    context.req.path.startsWith('/api/') ||
    context.req.header('accept')?.startsWith('application/json') === true
  );
}

/** The style, the script and htmx, from the disk: no page asks another host for anything. */
function addAssets(app: KitApp): void {
  const modules = createRequire(import.meta.url);
  const assets = {
    'styles.css': ['text/css', new URL('../assets/styles.css', import.meta.url)],
    'client.js': ['text/javascript', new URL('../assets/client.js', import.meta.url)],
    'htmx.js': ['text/javascript', modules.resolve('htmx.org/dist/htmx.min.js')],
  } as const;
  for (const [name, [type, file]] of Object.entries(assets)) {
    const text = readFileSync(file, 'utf8');
    app.get(`/kit/${name}`, (context) =>
      context.body(text, 200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'max-age=300' }),
    );
  }
}
