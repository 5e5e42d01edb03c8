import { type Answer, done, invalid, missing } from './answer.ts';
import type { Endpoint } from './call.ts';
import { partsOf, textOf } from './form.ts';
import { mergedMetadata } from './metadata.ts';
import { secondsOf } from './seconds.ts';
import { shownAccount, shownBalance, shownPlatform } from './shown.ts';

/** Who is paid, who pays, and from what. */
export const ACCOUNTS: readonly Endpoint[] = [
  {
    method: 'GET',
    path: /^\/v1\/balance$/,
    permission: 'balance_read',
    parameters: ['expand'],
    answer: ({ platform, onAccount }) =>
      done(
        shownBalance(
          platform.livemode,
          onAccount === undefined
            ? platform.balances
            : (platform.accounts.get(onAccount)?.balances ?? new Map()),
        ),
      ),
  },
  {
    method: 'GET',
    path: /^\/v1\/account$/,
    permission: 'account_read',
    parameters: ['expand'],
    answer: ({ platform }) => done(shownPlatform(platform)),
  },
  {
    method: 'GET',
    path: /^\/v1\/accounts\/([^/]+)$/,
    permission: 'connected_account_read',
    parameters: ['expand'],
    answer: ({ platform }, [id = '']) => {
      if (id === platform.id) return done(shownPlatform(platform));
      const account = platform.accounts.get(id);
      return account === undefined || account.deauthorized ? noAccess(id) : done(shownAccount(account));
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/accounts$/,
    permission: 'connected_account_write',
    parameters: ['capabilities', 'controller', 'country', 'email', 'expand', 'metadata', 'type'],
    answer: ({ platform, form, nextId, announce }) => {
      const account = platform.addAccount(nextId('acct'), {
        country: textOf(form, 'country') ?? 'US',
        transfers: 'inactive',
        payoutsEnabled: false,
        detailsSubmitted: false,
        metadata: partsOf(form, 'metadata'),
      });
      announce('account.updated', shownAccount(account), account.id);
      return done(shownAccount(account));
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/accounts\/([^/]+)$/,
    permission: 'connected_account_write',
    parameters: ['business_type', 'email', 'expand', 'metadata'],
    answer: ({ platform, form, announce }, [id = '']) => {
      const account = platform.accounts.get(id);
      if (account === undefined || account.deauthorized) return noAccess(id);
      account.metadata = mergedMetadata(account.metadata, form);
      announce('account.updated', shownAccount(account), account.id);
      return done(shownAccount(account));
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/account_links$/,
    permission: 'account_link_write',
    parameters: ['account', 'collection_options', 'expand', 'refresh_url', 'return_url', 'type'],
    answer: ({ platform, form, at, nextId }) => {
      const id = textOf(form, 'account') ?? '';
      if (!platform.accounts.has(id)) return missing('account', id, 'account', 400);
      const created = secondsOf(at);
      return done({
        object: 'account_link',
        created,
        expires_at: created + 300,
        url: `https://connect.stripe.com/setup/e/${id}/${nextId('link')}`,
      });
    },
  },
];

/** An account of another platform, or of nobody. */
export function noAccess(id: string): Answer {
  return invalid(
    {
      code: 'account_invalid',
      message:
        `The provided key does not have access to account '${id}' (or that account does not exist). ` +
        'Application access may have been revoked.',
    },
    403,
  );
}
