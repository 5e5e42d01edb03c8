import { Field, Notice, Page, type Session, Time, Token } from '@payout-engines/example-kit';
import { WALLET_HOLD_DAYS } from '../program.ts';
import type { ShownWallet } from '../wallet.ts';
import { FRAME } from './frame.ts';

/** Where a creator is paid, and how to change it. */
export function WalletPage({
  session,
  wallet,
  typed,
  problem,
  saved = false,
}: {
  readonly session: Session;
  readonly wallet: ShownWallet | undefined;
  readonly typed?: string;
  readonly problem?: string;
  readonly saved?: boolean;
}) {
  return (
    <Page frame={FRAME} title="Wallet" session={session} at="/wallet">
      {saved && <Notice tone="good">Saved. Claims go there from now on.</Notice>}
      <p>
        {wallet === undefined ? (
          'You have no wallet yet. Without one nothing can be claimed; what you earn waits for you.'
        ) : (
          <>
            Claims go to {wallet.masked}, since <Time at={wallet.since} />. The rest of it is not shown to
            anybody.
          </>
        )}
      </p>
      <form method="post" action="/wallet" data-once class="card">
        <Token session={session} />
        <Field
          name="address"
          label={wallet === undefined ? 'Address of your wallet' : 'Address of another wallet'}
          hint="A Solana address: 32 to 44 letters and digits."
          required
          {...(typed !== undefined && { value: typed })}
          {...(problem !== undefined && { problem })}
        />
        <button>{wallet === undefined ? 'Add wallet' : 'Change wallet'}</button>
      </form>
      <p>
        A wallet that replaces another one gets nothing for {WALLET_HOLD_DAYS} days, so that a thief cannot
        change it and claim at once.
      </p>
    </Page>
  );
}
