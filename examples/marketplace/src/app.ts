import 'reflect-metadata';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  type Database,
  kitApp,
  type KitOptions,
  type Listening,
  type People,
} from '@payout-engines/example-kit';
import { OrdersController } from './api/orders.controller.ts';
import { PayoutsController } from './api/payouts.controller.ts';
import { ScoutsController } from './api/scouts.controller.ts';
import { TokenController } from './api/token.controller.ts';
import { DATABASE } from './database.ts';
import { FRAME } from './pages/frame.ts';
import { MemberController } from './pages/member.controller.tsx';
import { OperatorController } from './pages/operator.controller.tsx';
import { MEMBERS } from './seed.ts';
import { gate } from './web/gate.ts';
import { ClosedByDefault } from './web/guard.ts';
import { describe, OpenApiController, OpenApiDocument } from './web/openapi.ts';
import { Refusals } from './web/refusals.tsx';

@Module({})
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest names a module by a class
class Marketplace {
  static on(database: Database): DynamicModule {
    return {
      module: Marketplace,
      controllers: [
        PayoutsController,
        OrdersController,
        ScoutsController,
        TokenController,
        MemberController,
        OperatorController,
        OpenApiController,
      ],
      providers: [
        { provide: DATABASE, useValue: database },
        { provide: APP_GUARD, useClass: ClosedByDefault },
        OpenApiDocument,
      ],
    };
  }
}

const OFFERED = [
  ...MEMBERS.map(({ id, name, kind }) => ({ id, name: `${name}, ${kind}`, role: 'participant' as const })),
  { id: 'olga', name: 'Olga', role: 'operator' as const },
];

const PEOPLE: People = { offered: OFFERED, find: async (id) => OFFERED.find((person) => person.id === id) };

/** The marketplace: an API and pages on Nest, behind the kit's gate. */
export async function marketplace(
  database: Database,
  options: Partial<KitOptions> = {},
): Promise<NestExpressApplication> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are declared as a class, and taken as an object
  const app = await NestFactory.create<NestExpressApplication>(Marketplace.on(database), {
    // The gate reads bodies, and refuses those that are too large.
    bodyParser: false,
    logger: ['error', 'warn'],
  });
  app.disable('x-powered-by');
  app.use(gate(kitApp({ frame: FRAME, people: PEOPLE, ...options })));
  app.useGlobalFilters(new Refusals(options.onDefect));
  describe(app);
  return app;
}

/** Serves it on this machine. Port 0 is any free one. */
export async function serve(
  database: Database,
  port: number,
  options: Partial<KitOptions> = {},
): Promise<Listening> {
  const app = await marketplace(database, options);
  await app.listen(port, '127.0.0.1');
  return { url: (await app.getUrl()).replace('[::1]', '127.0.0.1'), close: () => app.close() };
}
