import type { PeriodStep, Progress as StepProgress } from '@payout-engines/core';
import { counted } from './amounts.ts';
import type { Progress } from './progress.ts';

const STEPS: readonly PeriodStep[] = ['validate', 'scores', 'pool', 'shares', 'bonuses', 'notifications'];

/** Shows the steps named as they go on, and says each once it is done. */
export function sayingSteps(
  progress: Progress,
  named: readonly PeriodStep[],
): (progress: StepProgress) => void {
  return ({ step, done, total }) => {
    if (!named.includes(step)) return;
    const title = `${STEPS.indexOf(step) + 1}/${STEPS.length}  ${step.padEnd(13)}`;
    if (total !== undefined && done >= total) progress.say(`  ${title}  ${doneText(step, done)}`);
    else progress.show(`${title}  ${done}${total === undefined ? '' : ` of ${total}`}`);
  };
}

function doneText(step: PeriodStep, done: number): string {
  switch (step) {
    case 'validate':
      return 'the period has ended, the revenue is known';
    case 'scores':
      return counted(done, 'participant');
    case 'pool':
      return counted(done, 'source');
    default:
      return `done in ${counted(done, 'transaction')}`;
  }
}
