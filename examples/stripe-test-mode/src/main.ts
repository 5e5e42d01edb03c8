import Stripe from 'stripe';
import { payAndTakeBack } from './pay-and-take-back.ts';

const { STRIPE_TEST_KEY: key, STRIPE_TEST_ACCOUNT: account } = process.env;
process.exitCode = await main();

async function main(): Promise<number> {
  if (key === undefined || key === '') {
    console.log(
      'Skipped: STRIPE_TEST_KEY is not set. Give it a key of your test mode, sk_test_… or rk_test_….',
    );
    return 0;
  }
  if (!/^[sr]k_test_/.test(key)) {
    console.error('Refused: STRIPE_TEST_KEY is no key of the test mode. No request was made.');
    return 1;
  }
  if (account?.startsWith('acct_') !== true) {
    console.error('STRIPE_TEST_ACCOUNT is not set: the id of a connected account of your test mode, acct_….');
    return 1;
  }
  const run = new Date().toISOString().replaceAll(/[^0-9]/g, '');
  const isRight = await payAndTakeBack(new Stripe(key), { account, run, say: (line) => console.log(line) });
  return isRight ? 0 : 1;
}
