import { listen, openDatabase } from '@payout-engines/example-kit';
import type { Tour } from '@payout-engines/example-kit/testing';
import { clipCampaigns } from '../src/app.tsx';
import { campaignPath, clipPath, payoutPath } from '../src/pages/frame.ts';
import { enginesOn, PROGRAM } from '../src/program.ts';
import { seed } from '../src/seed.ts';
import { TABLES } from '../src/tables.ts';
import { simulatedWorld, worldBegan } from '../src/view-sources.ts';

/** The clip campaigns two weeks on, with payouts in every state, and all its pages. */
export async function openTour(now = new Date()): Promise<Tour> {
  const database = await openDatabase('memory', 'clip_campaigns', TABLES);
  await seed(database, now);
  const source = simulatedWorld(await worldBegan(database.query, now), () => now);
  const { payouts, campaigns } = enginesOn(database.store, [source]);
  const payoutOf = async (participant: string): Promise<string> => {
    const [payout] = (await payouts.list({ program: PROGRAM, participant })).payouts;
    if (payout === undefined) throw new Error(`${participant} has a payout`);
    return payout.id;
  };
  const clipOf = async (
    participant: string,
    campaign: string,
    state: 'submitted' | 'approved' | 'completed',
  ) => {
    const [clip] = await campaigns.clips({ program: PROGRAM, participant, campaign, states: [state] });
    if (clip === undefined) throw new Error(`${participant} has a clip`);
    return clip.id;
  };
  const [paid, due] = [await payoutOf('ann'), await payoutOf('cem')];
  await payouts.claim({ program: PROGRAM, payout: due, by: 'olga' });
  const served = await listen(clipCampaigns(database, [source]).app, 0);
  return {
    url: served.url,
    stops: [
      { name: 'sign-in', path: '/sign-in' },
      { name: 'overview', person: 'ann', path: '/' },
      { name: 'overview-payout-under-way', person: 'bo', path: '/' },
      { name: 'overview-not-ready', person: 'dina', path: '/' },
      { name: 'campaigns', person: 'ann', path: '/campaigns' },
      { name: 'campaign', person: 'ann', path: campaignPath('summer-drop') },
      { name: 'clip', person: 'ann', path: clipPath(await clipOf('ann', 'summer-drop', 'approved')) },
      { name: 'clip-cut-off', person: 'ann', path: clipPath(await clipOf('ann', 'teaser', 'completed')) },
      { name: 'payment-details', person: 'ann', path: '/payment-details' },
      { name: 'payout-paid', person: 'ann', path: payoutPath(paid) },
      { name: 'operator', person: 'olga', path: '/operator' },
      { name: 'operator-campaign', person: 'olga', path: campaignPath('summer-drop', '/operator') },
      { name: 'operator-clips-counting', person: 'olga', path: '/operator/clips?tab=counting' },
      {
        name: 'operator-clip',
        person: 'olga',
        path: clipPath(await clipOf('bo', 'summer-drop', 'submitted'), '/operator'),
      },
      { name: 'operator-payouts', person: 'olga', path: '/operator/payouts' },
      { name: 'operator-payouts-processing', person: 'olga', path: '/operator/payouts?tab=processing' },
      { name: 'operator-payouts-none', person: 'olga', path: '/operator/payouts?tab=rejected&clipper=Ann' },
      { name: 'operator-payout-being-paid', person: 'olga', path: payoutPath(due, '/operator') },
    ],
    close: async () => {
      await served.close();
      await database.close();
    },
  };
}
