import type { ReadinessReason, RecipientReadiness } from '@payout-engines/adapters-stripe';
import { Action, Day, Notice, Page, type Session, Table } from '@payout-engines/example-kit';
import { FRAME } from './frame.ts';

const REASONS: Readonly<Record<ReadinessReason['code'], string>> = {
  not_connected: 'Stripe does not know your account any more. Connect again.',
  rejected: 'Stripe has turned the account down. Another one is needed.',
  information_due: 'Stripe needs more information from you.',
  information_overdue: 'Stripe needed more information from you, and the time for it is over.',
  being_verified: 'Stripe is looking at what you sent. There is nothing to do.',
  paused: 'We have paused your account. Ask us.',
  transfers_not_active: 'Your account cannot receive transfers yet.',
  payouts_not_enabled: 'Your account cannot pay out to a bank yet.',
};

const WHO: Readonly<Record<ReadinessReason['who'], string>> = {
  participant: 'You',
  stripe: 'Stripe',
  platform: 'You, or us',
  nobody: 'Nobody',
};

/** How far a creator has come with Stripe, and how to go on. */
export function VerificationPage({
  session,
  readiness,
  verified,
  account,
}: {
  readonly session: Session;
  readonly readiness: RecipientReadiness | 'no_account' | 'not_asked';
  readonly verified: boolean;
  readonly account: string | undefined;
}) {
  const reasons = typeof readiness === 'string' ? [] : readiness.reasons;
  return (
    <Page frame={FRAME} title="Verification" session={session} at="/verification">
      {verified ? (
        <Notice tone="good">
          Stripe has verified you. Your payouts go to your Stripe account {account}.
        </Notice>
      ) : (
        <Notice tone="waits">
          {readiness === 'no_account'
            ? 'You have no Stripe account yet. Nothing can be paid before you have one.'
            : 'You are not verified yet. Nothing can be paid before that.'}
        </Notice>
      )}
      {readiness === 'not_asked' && <Notice tone="bad">Stripe could not be asked just now.</Notice>}
      {reasons.length > 0 && (
        <Table
          caption="What is missing"
          rows={reasons}
          empty=""
          columns={[
            { head: 'What', cell: ({ code }) => REASONS[code] },
            { head: 'Who can change it', cell: ({ who }) => WHO[who] },
            {
              head: 'Until',
              cell: (reason) => ('by' in reason && reason.by !== undefined ? <Day at={reason.by} /> : '–'),
            },
          ]}
        />
      )}
      <Action
        session={session}
        to="/verification"
        label={verified ? 'Look at your account at Stripe' : 'Go on at Stripe'}
      />
      <p class="reason">
        Your name, your bank and your papers stay with Stripe. We keep the id of your account there and
        nothing else.
      </p>
    </Page>
  );
}

/** The way to Stripe: a link, made for this creator, that works once. */
export function GoToStripe({ session, url }: { readonly session: Session; readonly url: string }) {
  return (
    <Page frame={FRAME} title="Go on at Stripe" session={session} at="/verification">
      <p>This link is yours alone and works once, for a few minutes.</p>
      <p>
        <a href={url} rel="noreferrer">
          Go on at Stripe
        </a>
      </p>
    </Page>
  );
}

/** What stands in for Stripe's own pages in the demonstration. */
export function DemoOnboarding({ session }: { readonly session: Session }) {
  return (
    <Page frame={FRAME} title="Stripe, in the demonstration" session={session} at="/verification">
      <p>
        A real Stripe would ask you here who you are and where your bank is. This one asks nothing. When you
        have finished, it tells the app by an event, as the real one does.
      </p>
      <Action session={session} to="/demo/stripe" label="Finish" />
      <p>
        <a href="/verification">Back, without finishing</a>
      </p>
    </Page>
  );
}
