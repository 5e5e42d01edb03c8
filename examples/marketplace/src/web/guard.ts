import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Refused, type Role, type Session } from '@payout-engines/example-kit';
import type { PassedRequest } from './gate.ts';

const ROLE = 'role';

/** Opens a route to participants, or to anybody who is signed in. Routes that say nothing are for operators alone. */
export const OpenTo = (who: 'participant' | 'anybody') => SetMetadata(ROLE, who);

/** The session of the request. The guard has made sure that there is one. */
export const Mine = createParamDecorator((_: unknown, context: ExecutionContext) => sessionIn(context));

/** Stands before every route: closed by default, so that a new one is never open because somebody forgot. */
@Injectable()
export class ClosedByDefault implements CanActivate {
  readonly #reflector: Reflector;

  constructor(@Inject(Reflector) reflector: Reflector) {
    this.#reflector = reflector;
  }

  canActivate(context: ExecutionContext): boolean {
    const { person } = sessionIn(context);
    const said = this.#reflector.getAllAndOverride<Role | 'anybody' | undefined>(ROLE, [
      context.getHandler(),
      context.getClass(),
    ]);
    const who = said ?? 'operator';
    if (who === 'anybody' || who === person.role) return true;
    // Not 403: who is no operator need not learn what operators have.
    throw new Refused(404, 'NOT_FOUND', 'There is no such page.');
  }
}

function sessionIn(context: ExecutionContext): Session {
  const { session } = context.switchToHttp().getRequest<PassedRequest>();
  if (session === undefined) throw new Refused(401, 'SIGNED_OUT', 'Sign in first.');
  return session;
}
