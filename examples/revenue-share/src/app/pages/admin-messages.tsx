import { Page, PAYOUT_STATE_WORDS, type Session, Table, Tabs, Time } from '@payout-engines/example-kit';
import type { Notification } from '@payout-engines/core';
import { type Message, MESSAGE_KINDS, type MessageKind } from '../messages.ts';
import { FRAME } from './frame.ts';
import { Days, Sol } from './words.tsx';

const KIND_WORDS: Readonly<Record<MessageKind, string>> = {
  share: 'Shares',
  referral_bonus: 'Bonuses',
  payout: 'Claims',
  earning: 'Released',
  operator: 'Operators',
};

/** What was told to whom. Each message is one notification of the outbox, sent once. */
export function AdminMessages({
  session,
  messages,
  sent,
  waiting,
  chosen,
  names,
  periods,
}: {
  readonly session: Session;
  readonly messages: readonly Message[];
  readonly sent: ReadonlyMap<string, number>;
  readonly waiting: number;
  readonly chosen: MessageKind | undefined;
  readonly names: ReadonlyMap<string, string>;
  readonly periods: ReadonlyMap<string, { readonly start: Date; readonly end: Date }>;
}) {
  const all = [...sent.values()].reduce((sum, count) => sum + count, 0);
  const tabs = [undefined, ...MESSAGE_KINDS];
  return (
    <Page frame={FRAME} title="Messages" session={session} at="/admin/messages">
      <p>
        {all} sent, {waiting} {waiting === 1 ? 'waits' : 'wait'} in the outbox
        {waiting > 0 ? '; sent with the next run' : ''}.
      </p>
      <Tabs
        label="Messages by kind"
        tabs={tabs.map((kind) => ({
          to: kind === undefined ? '/admin/messages' : `/admin/messages?kind=${kind}`,
          label: kind === undefined ? 'All' : KIND_WORDS[kind],
          count: kind === undefined ? all : (sent.get(kind) ?? 0),
          sum: 'sent',
          here: kind === chosen,
        }))}
      />
      <Table
        caption="Messages, newest first"
        rows={messages}
        csv={chosen === undefined ? '/admin/messages.csv' : `/admin/messages.csv?kind=${chosen}`}
        empty={
          chosen === undefined
            ? 'No message yet. They come with the first period that is shared out.'
            : 'No message of this kind. Choose another tab.'
        }
        columns={[
          { head: 'Sent', cell: ({ at }) => <Time at={at} /> },
          {
            head: 'To',
            cell: ({ notification: { participant } }) =>
              participant === undefined ? 'operators' : (names.get(participant) ?? participant),
          },
          {
            head: 'Period',
            cell: ({ notification }) => {
              const period = 'period' in notification ? periods.get(notification.period) : undefined;
              return period === undefined ? '' : <Days period={period} />;
            },
          },
          { head: 'Says', cell: ({ notification }) => <Says notification={notification} /> },
          {
            head: 'Amount',
            numeric: true,
            cell: ({ notification }) =>
              'amount' in notification ? <Sol minor={BigInt(notification.amount)} /> : '',
          },
        ]}
      />
    </Page>
  );
}

function Says({ notification }: { readonly notification: Notification }) {
  switch (notification.kind) {
    case 'share':
      return <>Your share of the period, for {notification.points} points.</>;
    case 'referral_bonus':
      return <>A bonus for somebody whom you have invited.</>;
    case 'payout':
      return <>Your claim: {PAYOUT_STATE_WORDS[notification.state].word.toLowerCase()}.</>;
    case 'earning':
      return <>What was held for you is {notification.event}.</>;
    case 'operator':
      return <>{notification.event.replaceAll('_', ' ')}</>;
    default:
      return <>{notification.kind}</>;
  }
}
