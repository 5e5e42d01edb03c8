import { createHmac } from 'node:crypto';
import { PayoutError, type RawEvent } from '@payout-engines/core';
import { stripeEvents } from '../../src/events/stripe-events.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const NOW_SECONDS = NOW.getTime() / 1000;
const SECRETS = ['whsec_platform_000001', 'whsec_connect_0000002'] as const;

/** What the genuine deliveries were signed for: whatever says exactly this is no forgery. */
interface Genuine {
  readonly body: string;
  readonly seconds: string;
  readonly signature: string;
}

/** Makes so many deliveries that no secret has signed, and gives those that were believed all the same. */
export async function acceptedForgeries(
  count: number,
  seed: number,
): Promise<{ readonly accepted: readonly RawEvent[]; readonly made: number; readonly genuine: number }> {
  const events = stripeEvents({
    environment: 'test',
    secrets: { platform: [SECRETS[0]], connect: [SECRETS[1]] },
    clock: () => NOW,
  });
  const chance = chances(seed);
  const accepted: RawEvent[] = [];
  let [made, genuine] = [0, 0];
  while (made < count) {
    const [one, other] = [genuineDelivery(chance), genuineDelivery(chance)];
    await events.verify(delivered(one));
    genuine += 1;
    for (let round = 0; round < 100 && made < count; round += 1) {
      const forged = forge(one, other, chance);
      if (isGenuine(forged, [one, other])) continue;
      made += 1;
      try {
        await events.verify(forged);
        accepted.push(forged);
      } catch (error) {
        if (!PayoutError.is(error, 'EVENT_REFUSED')) throw error;
      }
    }
  }
  return { accepted, made, genuine };
}

function genuineDelivery(chance: Chance): Genuine {
  const metadata = {
    program: `clips-${chance(9)}`,
    payout: `payout-${chance(999)}`,
    note: 'für Ärger \u{1F4B8} \uFFFD',
  };
  const object = {
    id: `tr_${chance(1_000_000)}`,
    object: 'transfer',
    amount: chance(100_000),
    livemode: false,
    metadata,
  };
  const body = JSON.stringify(
    {
      id: `evt_${chance(1_000_000)}`,
      object: 'event',
      type: 'transfer.created',
      livemode: false,
      data: { object },
    },
    null,
    2,
  );
  const seconds = `${NOW_SECONDS - 300 + chance(601)}`;
  return { body, seconds, signature: sign(SECRETS[chance(2)] ?? SECRETS[0], seconds, body) };
}

function sign(secret: string, seconds: string, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex');
}

function delivered({ body, seconds, signature }: Genuine): RawEvent {
  return withHeader(body, `t=${seconds},v1=${signature}`);
}

function withHeader(body: string, header: string): RawEvent {
  return { body, headers: { 'stripe-signature': header } };
}

/** Whether the delivery says what was signed: the body, the time and a right signature of both, in a header that may say more. */
function isGenuine({ body, headers }: RawEvent, signed: readonly Genuine[]): boolean {
  const parts = (headers['stripe-signature'] ?? '').split(',');
  return signed.some(
    (one) => one.body === body && parts.includes(`t=${one.seconds}`) && parts.includes(`v1=${one.signature}`),
  );
}

type Chance = (below: number) => number;

/** Mulberry32. */
function chances(seed: number): Chance {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function forge(one: Genuine, other: Genuine, chance: Chance): RawEvent {
  const { body, seconds, signature } = one;
  const make = FORGERIES[chance(FORGERIES.length)] ?? (() => delivered(other));
  return make({ body, seconds, signature, other, chance });
}

interface Forgery extends Genuine {
  readonly other: Genuine;
  readonly chance: Chance;
}

/** Ways to change a delivery without the secret. */
const FORGERIES: readonly ((forgery: Forgery) => RawEvent)[] = [
  // the body
  (of) => withHeader(changed(of.body, of.chance), headerOf(of)),
  (of) => withHeader(changed(changed(of.body, of.chance), of.chance), headerOf(of)),
  ({ body, ...of }) =>
    withHeader(body.replace(/"amount": \d+/, `"amount": ${of.chance(10_000_000)}`), headerOf(of)),
  ({ body, ...of }) => withHeader(JSON.stringify(JSON.parse(body)), headerOf(of)),
  ({ body, ...of }) => withHeader(`\uFEFF${body}`, headerOf(of)),
  ({ body, ...of }) => withHeader(body.replaceAll('\n', '\r\n'), headerOf(of)),
  ({ body, ...of }) => withHeader(body.normalize('NFD'), headerOf(of)),
  ({ body, ...of }) => withHeader(body.replace('\uFFFD', '\uDC00'), headerOf(of)),
  ({ body, ...of }) => withHeader(body.replace('\u{1F4B8}', '\\ud83d\\udcb8'), headerOf(of)),
  ({ body, ...of }) => withHeader(Buffer.from(body, 'utf8').toString('latin1'), headerOf(of)),
  ({ body, ...of }) => withHeader(body + ' '.repeat(1 + of.chance(3)), headerOf(of)),
  ({ body, seconds, ...of }) => withHeader(`${seconds}.${body}`, headerOf({ seconds, ...of })),
  (of) => withHeader(of.other.body, headerOf(of)),
  (of) => withHeader('', headerOf(of)),
  // the header
  (of) => withHeader(of.body, changed(headerOf(of), of.chance)),
  (of) => withHeader(of.body, `t=${Number(of.seconds) + 1 + of.chance(600)},v1=${of.signature}`),
  (of) => withHeader(of.body, `t=0${of.seconds},v1=${of.signature}`),
  (of) => withHeader(of.body, `t=${of.seconds},v1=${flipped(of.signature, of.chance)}`),
  (of) => withHeader(of.body, `t=${of.seconds},v1=${of.signature.toUpperCase().replace('A', 'Ａ')}`),
  (of) => withHeader(of.body, `t=${of.seconds},v1=${of.other.signature}`),
  (of) => withHeader(of.body, `t=${of.other.seconds},v1=${of.other.signature},v1=${of.other.signature}`),
  (of) => withHeader(of.body, `t=${of.seconds},v0=${of.signature}`),
  (of) => withHeader(of.body, `t=${of.seconds},v1=${'0'.repeat(64)}`),
  (of) => withHeader(of.body, `t=${of.seconds},v1=${of.signature.slice(0, of.chance(64))}`),
  (of) => withHeader(of.body, `v1=${of.signature}`),
  (of) => withHeader(of.body, ''),
  // a signature that means something else
  (of) => resigned(of, sign('', of.seconds, of.body)),
  (of) => resigned(of, sign('whsec_', of.seconds, of.body)),
  (of) => resigned(of, sign(SECRETS[0].slice(6), of.seconds, of.body)),
  (of) => resigned(of, sign(`${SECRETS[0]}\n`, of.seconds, of.body)),
  (of) =>
    resigned(of, sign(Buffer.from(SECRETS[0].slice(6), 'base64').toString('latin1'), of.seconds, of.body)),
  (of) => resigned(of, createHmac('sha256', SECRETS[0]).update(of.body).digest('hex')),
  (of) => resigned(of, createHmac('sha1', SECRETS[0]).update(`${of.seconds}.${of.body}`).digest('hex')),
  (of) =>
    resigned(of, createHmac('sha512', SECRETS[0]).update(`${of.seconds}.${of.body}`).digest('hex').slice(64)),
  (of) => resigned(of, createHmac('sha256', SECRETS[0]).update(`${of.seconds}.${of.body}`).digest('base64')),
  // signed, and of another time
  ({ body, chance }) => ofAnotherTime(body, NOW_SECONDS - 301 - chance(1_000_000)),
  ({ body, chance }) => ofAnotherTime(body, NOW_SECONDS + 301 + chance(1_000_000)),
];

function headerOf({ seconds, signature }: Pick<Genuine, 'seconds' | 'signature'>): string {
  return `t=${seconds},v1=${signature}`;
}

function resigned({ body, seconds }: Genuine, signature: string): RawEvent {
  return withHeader(body, `t=${seconds},v1=${signature}`);
}

function ofAnotherTime(body: string, at: number): RawEvent {
  return withHeader(body, `t=${at},v1=${sign(SECRETS[0], `${at}`, body)}`);
}

/** One character is replaced, left out, doubled or exchanged for the next. */
function changed(text: string, chance: Chance): string {
  const at = chance(text.length);
  const [before, here, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
  switch (chance(5)) {
    case 0:
      return before + String.fromCharCode(here.charCodeAt(0) ^ (1 << chance(16))) + after;
    case 1:
      return before + after;
    case 2:
      return before + here + here + after;
    case 3:
      return before + after.slice(0, 1) + here + after.slice(1);
    default:
      return before + String.fromCharCode(32 + chance(95)) + here + after;
  }
}

function flipped(hex: string, chance: Chance): string {
  const at = chance(hex.length);
  const other = (Number.parseInt(hex.charAt(at), 16) ^ (1 << chance(4))).toString(16);
  return hex.slice(0, at) + other + hex.slice(at + 1);
}
