import type { Clip } from '../../campaigns/clip.ts';
import { judgeHeld } from '../../campaigns/take-reading.ts';
import { PayoutError } from '../../errors.ts';
import { reviewSchema } from '../../schemas/campaign-requests.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { Book, rulesOf } from './book.ts';
import { find } from './clips.ts';
import type { CampaignContext } from './context.ts';
import type { ReviewRequest } from './requests.ts';
import { settleCampaign } from './settle.ts';

/** Ends the hold of views that came too fast. See `Campaigns.reviewViews`. */
export async function reviewViews(context: CampaignContext, input: ReviewRequest): Promise<Clip> {
  const { program, clip: id, by, verdict } = parseInput(reviewSchema, input);
  const { campaign: of } = await find(context, program, id);
  const { clip, completed } = await context.store.transact(program, async (unit) => {
    const book = await Book.open(context, unit, [of], [id]);
    const before = book.clip(id);
    const campaign = book.campaign(of);
    const { state, terms } = campaign;
    if (before.views?.held === undefined) return { clip: before, completed: [] };
    if (before.state !== 'approved') {
      throw new PayoutError('WRONG_CLIP_STATE', { clip: id, state: before.state, action: 'review_views' });
    }
    if (state !== 'running' || (terms.endsAt !== undefined && book.now.getTime() >= terms.endsAt.getTime())) {
      throw new PayoutError('WRONG_CAMPAIGN_STATE', { campaign: of, state, action: 'review_views' });
    }
    const { views, growth, rate } = judgeHeld(before.views, verdict, book.now, rulesOf(campaign));
    const reading = { views: before.views.held.views, at: book.now };
    const finding = verdict === 'accept' ? 'accepted' : 'excluded';
    book.pay({ ...before, views, decidedBy: by }, finding, reading, growth, rate);
    await book.write();
    return { clip: book.clip(id), completed: book.completed };
  });
  for (const campaign of completed) await settleCampaign(context, program, campaign);
  return clip;
}
