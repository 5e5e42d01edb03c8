import type { Period } from '@payout-engines/core';
import { amountText } from '@payout-engines/example-kit';
import type { Stage } from '../periods.ts';
import { SOL } from '../program.ts';
import type { OwnStage } from '../standing.ts';

const PLACES_HIDDEN = 5;

/** An amount of SOL to four places, with all nine in its title; `…` where the places left out are not zero. */
export function Sol({ minor }: { readonly minor: bigint }) {
  const full = amountText(minor, SOL);
  const [number = '', code = ''] = full.split(' ');
  const shown = number.slice(0, -PLACES_HIDDEN);
  const more = /[1-9]/.test(number.slice(-PLACES_HIDDEN)) ? '…' : '';
  return (
    <span class={minor < 0n ? 'amount below' : 'amount'} title={full}>
      {shown}
      {more} {code}
    </span>
  );
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const DAY_OF_YEAR = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** `12 Oct – 25 Oct 2026`: days of UTC, as the schedule has them, the last one included. */
export function Days({ period: { start, end } }: { readonly period: Pick<Period, 'start' | 'end'> }) {
  const last = new Date(end.getTime() - 1);
  const first = start.getUTCFullYear() === last.getUTCFullYear() ? DAY : DAY_OF_YEAR;
  const utc = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return (
    <span title={`from ${utc(start)} to before ${utc(end)}`}>
      {first.format(start)} – {DAY_OF_YEAR.format(last)}
    </span>
  );
}

interface Words {
  readonly word: string;
  readonly tone: 'waits' | 'goes' | 'good' | 'bad' | 'over';
  readonly means: string;
}

const STAGES: Readonly<Record<Stage, Words>> = {
  open: { word: 'Open', tone: 'over', means: 'It goes on still: what is done now counts in it.' },
  waiting: { word: 'Ended', tone: 'waits', means: 'It waits to be shared out.' },
  calculating: { word: 'Calculating', tone: 'goes', means: 'It is being shared out right now.' },
  stopped: { word: 'Stopped', tone: 'bad', means: 'Sharing it out broke off. Begin again: it goes on.' },
  closed: { word: 'Shared out', tone: 'good', means: 'Everybody has what they get.' },
};

const OWN_STAGES: Readonly<Record<OwnStage, Words>> = {
  open: { word: 'Open', tone: 'over', means: 'It goes on still: what you do now counts in it.' },
  waiting: { word: 'Ended', tone: 'waits', means: 'It is shared out soon.' },
  calculating: { word: 'Calculating', tone: 'goes', means: 'It is being shared out right now.' },
  nothing: { word: 'Nothing', tone: 'over', means: 'It has brought you nothing.' },
  held: { word: 'Held', tone: 'waits', means: 'It is yours, and free once you are verified.' },
  claimable: { word: 'Claimable', tone: 'good', means: 'You can claim it to your wallet.' },
  on_its_way: { word: 'On its way', tone: 'goes', means: 'You have claimed it; it has not arrived yet.' },
  claimed: { word: 'Claimed', tone: 'good', means: 'It has arrived at your wallet.' },
};

function Word({ word, tone, means }: Words) {
  return (
    <span class={`state ${tone}`} title={means}>
      {word}
    </span>
  );
}

/** Where a period is. */
export function StageWord({ stage }: { readonly stage: Stage }) {
  return <Word {...STAGES[stage]} />;
}

/** What a period is to the reader. */
export function OwnStageWord({ stage }: { readonly stage: OwnStage }) {
  return <Word {...OWN_STAGES[stage]} />;
}

/** What the state means. */
export function stageMeans(stage: Stage): string {
  return STAGES[stage].means;
}

/** What the state means to a creator. */
export function ownStageMeans(stage: OwnStage): string {
  return OWN_STAGES[stage].means;
}

/** A rate such as `0.15` as people say it. */
export function rateText(rate: string): string {
  return `${Number(rate) * 100} %`;
}
