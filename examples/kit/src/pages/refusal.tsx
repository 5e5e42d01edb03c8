import type { Refused } from '../web/refused.ts';
import type { Session } from '../web/session.ts';
import { type Frame, Page } from './page.tsx';
import { Notice } from './parts.tsx';

/** A refusal as somebody reads it who looks at pages. */
export function RefusalPage({
  frame,
  session,
  refusal: { status, code, message },
}: {
  readonly frame: Frame;
  readonly session: Session | undefined;
  readonly refusal: Refused;
}) {
  return (
    <Page frame={frame} title={status === 404 ? 'Not found' : 'That did not work'} session={session}>
      <Notice tone="bad">
        {message} <code>{code}</code>
      </Notice>
      <p>
        <a href="/">Back to the beginning</a>
      </p>
    </Page>
  );
}
