import { PayoutError } from '../../errors.ts';
import { idComparison } from '../../split/id-order.ts';
import type { Store } from '../../ports/store.ts';
import { type PlanHeader, type PlanLine, readHeader, readPage } from './plan-text.ts';
import type { PeriodRequest } from './ports.ts';

/** One participant's line in the committed plan of a period; `undefined` for one without interactions. Reads one page. */
export async function findLine(
  store: Store,
  { program, period }: PeriodRequest,
  participant: string,
): Promise<{ readonly header: PlanHeader; readonly digest: string; readonly line: PlanLine | undefined }> {
  return store.transact(program, async (unit) => {
    const record = await unit.plans.find(period);
    if (record === undefined) throw new PayoutError('PLAN_NOT_FOUND', { period });
    const header = readHeader(record.header);
    const compare = idComparison(header.rules.idOrder, [participant]);
    const page = header.pages.findLastIndex((first) => compare(first, participant) <= 0);
    const lines = page < 0 ? [] : readPage(await unit.plans.page(period, record.revision, page));
    return { header, digest: record.digest, line: lines.find((line) => line.participant === participant) };
  });
}
