import type { Child } from 'hono/jsx';
import type { Session } from '../web/session.ts';
import { TOKEN_FIELD } from '../web/form.ts';

/** One way to go on from every page of an app. */
export interface NavItem {
  readonly to: string;
  readonly label: string;
  readonly role: 'operator' | 'participant';
}

/** What all pages of an app have around them. */
export interface Frame {
  readonly app: string;
  readonly nav: readonly NavItem[];
}

/** What one page has besides its content. */
export interface PageProps {
  readonly frame: Frame;
  readonly title: string;
  readonly session: Session | undefined;
  /** Where the reader is: a path of the navigation. */
  readonly at?: string;
  /** After so many seconds the page is loaded again where no script runs: what it shows is under way. */
  readonly refreshSeconds?: number;
  readonly children: Child;
}

/** A whole page. */
export function Page({ frame, title, session, at, refreshSeconds, children }: PageProps) {
  const role = session?.person.role;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · ${frame.app}`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/kit/styles.css" />
        {/* Its own style would be inline, and what it evaluates inline script: neither is allowed. */}
        <meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false}' />
        <script src="/kit/htmx.js" defer />
        <script src="/kit/client.js" defer />
        {refreshSeconds !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={`${refreshSeconds}`} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="top">
          <a class="app" href="/">
            {frame.app}
          </a>
          <nav aria-label="Pages">
            {frame.nav
              .filter((item) => item.role === role)
              .map((item) => (
                <a href={item.to} aria-current={item.to === at ? 'page' : undefined}>
                  {item.label}
                </a>
              ))}
          </nav>
          {session && (
            <form class="who" method="post" action="/sign-out">
              <Token session={session} />
              <span>
                {session.person.name}
                {session.person.role === 'operator' ? ' (operator)' : ''}
              </span>
              <button class="plain">Sign out</button>
            </form>
          )}
        </header>
        <main id="main">
          <h1>{title}</h1>
          {children}
        </main>
        <footer>Simulated money. Times are yours; hover for UTC.</footer>
      </body>
    </html>
  );
}

/** Proves that a form is from one of our pages, in this session. */
export function Token({ session }: { readonly session: Session }) {
  return <input type="hidden" name={TOKEN_FIELD} value={session.token} />;
}
