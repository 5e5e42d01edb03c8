import { parseArgs } from 'node:util';
import path from 'node:path';
import process from 'node:process';
import { listen, type Server, startServer } from '@payout-engines/example-kit';
import { creatorBatches } from './app.tsx';
import { openServices } from './services.ts';

/** Serves the creator batches: `npm start -- creator-batches [--port N] [--data FOLDER]`. */

const { values } = parseArgs({
  options: { port: { type: 'string', default: '3002' }, data: { type: 'string' } },
});
const { env } = process;
const setting = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
const folder = values.data ?? path.resolve('.payout-engines', 'creator-batches');
const given = setting('DATABASE_URL');

const server: Server | undefined = given === undefined ? await startServer(folder) : undefined;
const services = await openServices({
  url: server?.url ?? given ?? '',
  ...stripeSecrets(),
  latencyMs: Number(setting('DEMO_STRIPE_MS') ?? '0'),
  others: Number(setting('DEMO_CREATORS') ?? '31'),
});
const [secret, cronSecret] = [setting('SESSION_SECRET'), setting('CRON_SECRET')];
const onDefect = (error: unknown, reference: string): void => console.error(reference, error);
const app = creatorBatches(services, {
  ...(secret !== undefined && { secret }),
  ...(cronSecret !== undefined && { cronSecret }),
  onDefect,
});
await services.work((error) => onDefect(error, 'queue'));
const listening = await listen(app, Number(values.port));
console.log(
  [
    `Creator batches at ${listening.url}`,
    `Data in ${server === undefined ? 'the database of DATABASE_URL' : folder}`,
    services.connect.isDemo
      ? 'Payments by a Stripe on this machine'
      : `Payments by Stripe, ${services.connect.environment} mode`,
    cronSecret === undefined
      ? 'POST /cron/payouts is closed: CRON_SECRET is not set'
      : 'POST /cron/payouts is open to who has CRON_SECRET',
    'Ctrl-C ends it.',
  ].join('\n'),
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void listening
      .close()
      .then(() => services.close())
      .then(() => server?.stop())
      .then(() => process.exit(0));
  });
}

function stripeSecrets() {
  const [key, webhook, connectWebhook] = [
    setting('STRIPE_SECRET_KEY'),
    setting('STRIPE_WEBHOOK_SECRET'),
    setting('STRIPE_CONNECT_WEBHOOK_SECRET'),
  ];
  if (key === undefined) return {};
  if (webhook === undefined)
    throw new Error(
      'STRIPE_SECRET_KEY is set and STRIPE_WEBHOOK_SECRET is not: events could not be believed.',
    );
  return { stripe: { key, webhook, ...(connectWebhook !== undefined && { connectWebhook }) } };
}
