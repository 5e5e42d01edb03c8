import { parseMoney, PayoutError, type Platform, PLATFORMS } from '@payout-engines/core';
import {
  type Database,
  type KitApp,
  type KitContext,
  personOf,
  readAction,
  readForm,
  Refused,
  sessionOf,
} from '@payout-engines/example-kit';
import * as z from 'zod';
import {
  campaignLog,
  campaignPage,
  campaignPages,
  createCampaign,
  historyOf,
  log,
  slugOf,
  withLog,
} from './campaign-pages.ts';
import { clipCsv, readingsCsv, runsCsv } from './csv-files.ts';
import { type ClipRow, clipRow, clipRows, clipStory } from './clips.ts';
import { clipperNames } from './clippers.ts';
import { ClipPage } from './pages/clip.tsx';
import { campaignPath, clipPath } from './pages/frame.ts';
import { OperatorCampaign, OperatorCampaigns } from './pages/operator-campaigns.tsx';
import { CLIP_GROUPS, ClipActions, OperatorClips } from './pages/operator-clips.tsx';
import type { TypedForm } from './pages/typed-field.tsx';
import { sourceProblem } from './pages/words.tsx';
import { type Engines, PROGRAM, USD } from './program.ts';
import { lastRuns, type Tracker } from './tracking.ts';

const ANY = z.looseObject({});
const KEY = z.uuid('Load the page again.');
const KEYED = z.object({ key: KEY });
const AMOUNT = z.string().min(1, 'How much?').max(40, 'That is too long.');
const FUND = z.object({ key: KEY, amount: AMOUNT });
const REASON = z.object({ reason: z.string().min(1, 'Say why.').max(200, 'Say it in 200 letters.') });
const NEW = z.object({
  key: KEY,
  name: z
    .string()
    .min(1, 'Give it a name.')
    .max(60, 'At most 60 letters.')
    .refine((name) => slugOf(name) !== '', 'It needs a letter from a to z or a digit.'),
  brief: z.string().min(1, 'Say what clippers should make.').max(250, 'Say it in 250 letters.'),
  rate: AMOUNT,
  cap: z.string().max(40, 'That is too long.').default(''),
  days: z.string().regex(/^[1-9]\d{0,2}$/, 'A number of days, from 1 to 999.'),
  held: z.string().optional(),
});
const DAY_MS = 86_400_000;

/** The pages of operators for campaigns and clips. The app closes everything under `/operator` to everybody else. */
export function addOperatorPages(app: KitApp, database: Database, engines: Engines, tracker: Tracker): void {
  const { campaigns } = engines;

  app.get('/operator', async (context) => context.html(await campaignsPage(context)));

  app.post('/operator/campaigns', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const sent = await readForm(context, NEW);
    const platforms = PLATFORMS.filter((platform) => sent.typed[`on-${platform}`] !== undefined);
    const problems = { ...(sent.ok ? {} : sent.problems), ...platformProblem(platforms) };
    const again = async (more: Readonly<Record<string, string>>, status: 409 | 422) => {
      const { key, ...others } = more;
      const form = { typed: sent.typed, problems: key === undefined ? others : { ...others, form: key } };
      return context.html(await campaignsPage(context, form), status);
    };
    if (!sent.ok || platforms.length === 0) return again(problems, 422);
    const { key, name, brief, rate, cap, days, held } = sent.values;
    const read = { rate: minorOf(rate), cap: cap === '' ? undefined : minorOf(cap) };
    if (typeof read.rate === 'string') return again({ rate: read.rate }, 422);
    if (typeof read.cap === 'string') return again({ cap: read.cap }, 422);
    try {
      const id = await createCampaign(database, {
        key,
        name,
        brief,
        rate: read.rate,
        ...(read.cap !== undefined && { clipCap: read.cap }),
        platforms,
        endsAt: new Date(Date.now() + Number(days) * DAY_MS),
        heldToEnd: held !== undefined,
        by,
      });
      return context.redirect(campaignPath(id, '/operator'), 303);
    } catch (error) {
      if (error instanceof Refused && error.code === 'CAMPAIGN_EXISTS')
        return again({ name: error.message }, 409);
      throw error;
    }
  });

  app.post('/operator/track', async (context) => {
    const { id: by } = personOf(context, 'operator');
    await readAction(context, ANY);
    await tracker.all(by);
    return context.redirect('/operator', 303);
  });

  app.get('/operator/readings.csv', async (context) => {
    personOf(context, 'operator');
    return runsCsv(await lastRuns(database, 10_000));
  });

  app.get('/operator/campaigns/:id', async (context) => context.html(await campaignOf(context)));

  app.post('/operator/campaigns/:id/fund', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const campaign = context.req.param('id');
    const sent = await readForm(context, FUND);
    if (!sent.ok) return context.html(await campaignOf(context, sent), 422);
    const amount = minorOf(sent.values.amount);
    if (typeof amount === 'string')
      return context.html(await campaignOf(context, { typed: sent.typed, problems: { amount } }), 422);
    const { key } = sent.values;
    const entry = { key, campaign, by, what: `put ${sent.values.amount} USD into it` };
    await withLog(database, entry, (within) =>
      within.campaigns.deposit({ program: PROGRAM, campaign, key, amount, currency: 'USD' }),
    );
    return context.redirect(campaignPath(campaign, '/operator'), 303);
  });

  app.post('/operator/campaigns/:id/refund', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const campaign = context.req.param('id');
    const { key } = await readAction(context, KEYED);
    await withLog(database, { key, campaign, by, what: 'gave back what was left' }, (within) =>
      within.campaigns.refund({ program: PROGRAM, campaign, key }),
    );
    return context.redirect(campaignPath(campaign, '/operator'), 303);
  });

  for (const [step, what] of [
    ['pause', 'paused it'],
    ['resume', 'let it go on'],
  ] as const) {
    app.post(`/operator/campaigns/:id/${step}`, async (context) => {
      const { id: by } = personOf(context, 'operator');
      const campaign = context.req.param('id') ?? '';
      const { key } = await readAction(context, KEYED);
      await withLog(database, { key, campaign, by, what }, (within) =>
        within.campaigns[step]({ program: PROGRAM, campaign, by }),
      );
      return context.redirect(campaignPath(campaign, '/operator'), 303);
    });
  }

  app.post('/operator/campaigns/:id/end', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const campaign = context.req.param('id');
    const { key } = await readAction(context, KEYED);
    // A campaign of many clips ends in several transactions, each of which can be gone on from: no one around them.
    await campaigns.complete({ program: PROGRAM, campaign, by });
    await log(database.query, { key, campaign, by, what: 'ended it' });
    return context.redirect(campaignPath(campaign, '/operator'), 303);
  });

  app.get('/operator/clips', async (context) => {
    const [rows, names] = [await clipRows(database, {}), await clipperNames(database)];
    const tab = CLIP_GROUPS.find(({ id }) => id === context.req.query('tab'))?.id ?? 'waiting';
    return context.html(<OperatorClips session={sessionOf(context)} rows={rows} tab={tab} names={names} />);
  });

  app.get('/operator/clips.csv', async (context) => {
    personOf(context, 'operator');
    const campaign = context.req.query('campaign');
    const states = CLIP_GROUPS.find(({ id }) => id === context.req.query('tab'))?.states;
    return clipCsv(
      await clipRows(database, {
        ...(campaign !== undefined && { campaign }),
        ...(states !== undefined && { states }),
      }),
    );
  });

  app.get('/operator/clips/:id', async (context) => context.html(await clipOf(context)));

  app.get('/operator/clips/:id/readings.csv', async (context) => {
    const { clip } = await anyClip(context);
    return readingsCsv(await campaigns.explain({ program: PROGRAM, clip: clip.id }));
  });

  app.post('/operator/clips/:id/approve', async (context) => {
    const { id: by } = personOf(context, 'operator');
    await readAction(context, ANY);
    const { clip } = await anyClip(context);
    try {
      await campaigns.approveClip({ program: PROGRAM, clip: clip.id, by });
    } catch (error) {
      if (!PayoutError.is(error, 'BASELINE_UNKNOWN')) throw error;
      throw new Refused(
        409,
        'BASELINE_UNKNOWN',
        `${sourceProblem(error.details.reason)} Without a count nobody knows what it began with: approve it later.`,
      );
    }
    const what = 'approved it';
    await log(database.query, {
      key: `${clip.id}/approve`,
      campaign: clip.campaign,
      clip: clip.id,
      by,
      what,
    });
    return context.redirect(clipPath(clip.id, '/operator'), 303);
  });

  for (const [step, what] of [
    ['reject', 'rejected it'],
    ['disqualify', 'disqualified it'],
  ] as const) {
    app.post(`/operator/clips/:id/${step}`, async (context) => {
      const { id: by } = personOf(context, 'operator');
      const sent = await readForm(context, REASON);
      const { clip } = await anyClip(context);
      if (!sent.ok) {
        const { reason = '' } = sent.typed;
        const problem = { step, reason, sentence: sent.problems['reason'] ?? 'It is not valid.' };
        return context.html(await clipOf(context, problem), 422);
      }
      const { reason } = sent.values;
      const entry = {
        key: `${clip.id}/${step}`,
        campaign: clip.campaign,
        clip: clip.id,
        by,
        what: `${what}: ${reason}`,
      };
      await withLog<unknown>(database, entry, (within) => {
        const action = { program: PROGRAM, clip: clip.id, by, reason };
        return step === 'reject'
          ? within.campaigns.rejectClip(action)
          : within.campaigns.disqualifyClip(action);
      });
      return context.redirect(clipPath(clip.id, '/operator'), 303);
    });
  }

  async function campaignsPage(context: KitContext, form?: TypedForm) {
    return (
      <OperatorCampaigns
        session={sessionOf(context)}
        campaigns={await campaignPages(database, engines)}
        runs={await lastRuns(database)}
        createKey={crypto.randomUUID()}
        {...(form !== undefined && { form })}
      />
    );
  }

  async function campaignOf(context: KitContext, fund?: TypedForm) {
    const id = context.req.param('id') ?? '';
    return (
      <OperatorCampaign
        session={sessionOf(context)}
        page={await campaignPage(database, engines, id)}
        clips={await clipRows(database, { campaign: id })}
        history={await historyOf(database, id)}
        log={await campaignLog(database, id)}
        names={await clipperNames(database)}
        fundKey={crypto.randomUUID()}
        {...(fund !== undefined && { fund })}
      />
    );
  }

  async function anyClip(context: KitContext): Promise<ClipRow> {
    const row = await clipRow(database, context.req.param('id') ?? '');
    if (row === undefined) throw new Refused(404, 'CLIP_NOT_FOUND', 'There is no such clip.');
    return row;
  }

  async function clipOf(
    context: KitContext,
    problem?: { readonly step: string; readonly reason: string; readonly sentence: string },
  ) {
    const session = sessionOf(context);
    const row = await anyClip(context);
    const { explanation, reasons, log: entries } = await clipStory(database, engines, row);
    const names = await clipperNames(database);
    return (
      <ClipPage
        session={session}
        row={row}
        explanation={explanation}
        reasons={reasons}
        log={entries}
        csv={`${clipPath(row.clip.id, '/operator')}/readings.csv`}
        clipper={names.get(row.clip.participant) ?? row.clip.participant}
      >
        <ClipActions session={session} row={row} {...(problem !== undefined && { problem })} />
      </ClipPage>
    );
  }
}

function platformProblem(platforms: readonly Platform[]): Readonly<Record<string, string>> {
  return platforms.length === 0 ? { platforms: 'Choose one at least.' } : {};
}

/** Typed as people write it, `1234.50`; a sentence where it is no amount. */
function minorOf(typed: string): bigint | string {
  try {
    const { minor } = parseMoney(typed, USD);
    return minor > 0n ? minor : 'It must be above zero.';
  } catch (error) {
    if (PayoutError.is(error)) return 'That is no amount. Write it as 25 or 25.50.';
    throw error;
  }
}
