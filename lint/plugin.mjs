import { downhillImports } from './downhill-imports.mjs';
import { noFloat } from './no-float.mjs';

/** The rules of this house that no published plugin knows. */
export const house = {
  meta: { name: 'payout-engines' },
  rules: { 'downhill-imports': downhillImports, 'no-float': noFloat },
};
