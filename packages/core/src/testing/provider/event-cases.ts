import type { PaymentObject, RawEvent } from '../../ports/provider.ts';
import { assertEqual, assertRefused, assertThat, CaseFailure } from '../assert.ts';
import { providerCase, type ProviderCaseContext } from './case.ts';
import { type ProviderCase, referenceOf } from './harness.ts';

/** Longer than any tolerance for the time of a signature should be. */
const TOO_FAR_MS = 3_600_000;

export const eventCases: readonly ProviderCase[] = [
  providerCase({
    id: 'event-genuine',
    title: 'says of a genuine event which payment of which account it is about',
    needs: ['events'],
    check: async (context) => {
      const asked = context.request();
      const paid = await context.pay(asked);
      const event = await read(context, await made(context, paid));
      assertEqual(event.payment?.reference, referenceOf(asked), 'the reference of the event');
      assertThat([paid.id, undefined].includes(event.payment?.object), 'an event names its payment, or none');
      assertEqual(
        [event.account, event.environment],
        [paid.account, paid.environment],
        'the account of the event',
      );
      assertThat(event.type.length > 0, 'an event has a type');
    },
  }),
  providerCase({
    id: 'event-ids',
    title: 'gives an event the same id each time it arrives, and another event another one',
    needs: ['events'],
    check: async (context) => {
      const paid = await context.pay(context.request());
      const [first, second] = [await made(context, paid), await made(context, paid)];
      const ids = [await read(context, first), await read(context, first), await read(context, second)].map(
        ({ id }) => id,
      );
      assertEqual(ids[1], ids[0], 'the id of an event that arrived again');
      assertThat(ids[2] !== ids[0], 'two events have two ids');
    },
  }),
  providerCase({
    id: 'event-body-changed',
    title: 'refuses an event of which any one character was changed, left out or added',
    needs: ['events'],
    check: async (context) => {
      const genuine = await made(context, await context.pay(context.request()));
      for (const body of [...changesOf(genuine.body), '', `${genuine.body} `, genuine.body.slice(0, -1)]) {
        await assertRefusedEvent(context, { ...genuine, body });
      }
    },
  }),
  providerCase({
    id: 'event-header-changed',
    title: 'refuses an event whose signature was changed, cut, or left out',
    needs: ['events'],
    check: async (context) => {
      const genuine = await made(context, await context.pay(context.request()));
      assertThat(Object.keys(genuine.headers).length > 0, 'an event has a header that authenticates it');
      for (const [name, value] of Object.entries(genuine.headers)) {
        for (const changed of [...changesOf(value), '', value.slice(0, -1)]) {
          await assertRefusedEvent(context, { ...genuine, headers: { ...genuine.headers, [name]: changed } });
        }
      }
      await assertRefusedEvent(context, { ...genuine, headers: {} });
    },
  }),
  providerCase({
    id: 'event-of-another-body',
    title: 'refuses an event that carries the signature of another one',
    needs: ['events'],
    check: async (context) => {
      const [first, second] = [
        await made(context, await context.pay(context.request())),
        await made(context, await context.pay(context.request())),
      ];
      await assertRefusedEvent(context, { body: first.body, headers: second.headers });
    },
  }),
  providerCase({
    id: 'event-of-another-time',
    title: 'refuses a genuine event from long ago, and one from the future',
    needs: ['events'],
    check: async (context) => {
      const paid = await context.pay(context.request());
      await assertRefusedEvent(context, await made(context, paid, -TOO_FAR_MS));
      await assertRefusedEvent(context, await made(context, paid, TOO_FAR_MS));
    },
  }),
];

async function made(
  { having }: ProviderCaseContext,
  paid: PaymentObject,
  signedFromNowMs = 0,
): Promise<RawEvent> {
  return having('event')(paid, signedFromNowMs);
}

async function read({ provider }: ProviderCaseContext, raw: RawEvent) {
  if (provider.event === undefined)
    throw new CaseFailure('the harness declares events, but the provider reads none');
  return provider.event(raw);
}

async function assertRefusedEvent(context: ProviderCaseContext, raw: RawEvent): Promise<void> {
  await assertRefused(read(context, raw), 'EVENT_REFUSED');
}

/** Every text that differs by one letter or digit, which is replaced by another of its kind. */
function changesOf(text: string): readonly string[] {
  const changes: string[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const other = otherThan(text.charAt(index));
    if (other !== undefined) changes.push(`${text.slice(0, index)}${other}${text.slice(index + 1)}`);
  }
  return changes;
}

function otherThan(character: string): string | undefined {
  if (/[0-9]/.test(character)) return character === '0' ? '1' : '0';
  if (/[A-Z]/.test(character)) return character === 'A' ? 'B' : 'A';
  if (/[a-z]/.test(character)) return character === 'a' ? 'b' : 'a';
  return undefined;
}
