import process from 'node:process';

/** `npm start`: closes a period and ends. `npm start -- NAME`: serves the app of that name until it is stopped. */

const APPS = {
  'creator-batches': {
    says: 'tips and calls in tokens, held, paid twice a month to Stripe accounts',
    run: () => import('../../creator-batches/src/main.ts'),
  },
  marketplace: {
    says: 'sellers paid by the order, scouts on request, every hour, in rupees, on NestJS',
    run: () => import('../../marketplace/src/main.ts'),
  },
  'partner-program': {
    says: 'affiliates with tiers: commissions, refunds, payouts on request',
    run: () => import('../../partner-program/src/main.ts'),
  },
  'revenue-share': {
    says: 'creators share a pool every two weeks: points, shares, bonuses, claims',
    run: () => import('../../revenue-share/src/serve.ts'),
  },
  'clip-campaigns': {
    says: 'clips paid by their views: budgets, tracking, payouts by hand',
    run: () => import('../../clip-campaigns/src/main.ts'),
  },
} as const;

const [, , name] = process.argv;
if (name === undefined || name.startsWith('-')) {
  await import('../../revenue-share/src/main.ts');
  if (name === undefined && (process.exitCode ?? 0) === 0) {
    const names = Object.entries(APPS).map(([app, { says }]) => `  npm start -- ${app.padEnd(18)} ${says}`);
    process.stdout.write(`\nApps with pages, each served until you stop it:\n${names.join('\n')}\n`);
  }
} else if (isApp(name)) {
  process.argv.splice(2, 1);
  await APPS[name].run();
} else {
  process.stderr.write(
    `There is no app ${JSON.stringify(name)}; there are: ${Object.keys(APPS).join(', ')}.\n`,
  );
  process.exitCode = 2;
}

function isApp(text: string): text is keyof typeof APPS {
  return Object.hasOwn(APPS, text);
}
