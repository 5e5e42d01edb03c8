import { done, missing } from './answer.ts';
import type { Call, Endpoint } from './call.ts';
import { type LoopbackEvent, shownEvent } from './events.ts';
import { textOf } from './form.ts';
import { createdSince, pageOf, PAGING } from './pages.ts';

/** What happened, to be read again: for whoever missed the delivery. */
export const EVENTS: readonly Endpoint[] = [
  {
    method: 'GET',
    path: /^\/v1\/events$/,
    permission: 'event_read',
    parameters: [...PAGING, 'created', 'delivery_success', 'type', 'types'],
    answer: (call) => {
      const { form, events } = call;
      const [since, type] = [createdSince(form), textOf(form, 'type')];
      const found = events.filter(
        (event) =>
          isOf(call, event) && event.created * 1000 >= since && (type === undefined || event.type === type),
      );
      return pageOf(found.map(shownEvent), form, '/v1/events');
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/events\/([^/]+)$/,
    permission: 'event_read',
    parameters: ['expand'],
    answer: (call, [id = '']) => {
      const event = call.events.find((one) => one.id === id && isOf(call, one));
      return event === undefined ? missing('event', id, 'id') : done(shownEvent(event));
    },
  },
];

/** An account's own events, and of them those of one world. */
function isOf({ platform, onAccount }: Call, { livemode, account }: LoopbackEvent): boolean {
  return livemode === platform.livemode && account === onAccount;
}
