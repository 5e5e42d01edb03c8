import { failureCases } from './failure-cases.ts';
import { countCases } from './count-cases.ts';
import type { ViewSourceCase } from './harness.ts';

/** The contract of the ViewSource port: every promise as one case, in no needed order. */
export const viewSourceCases: readonly ViewSourceCase[] = [...countCases, ...failureCases];
