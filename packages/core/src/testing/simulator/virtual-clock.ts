import type { Clock } from '../../ports/clock.ts';
import type { Scheduler } from './scheduler.ts';

/** A clock that shows virtual time, apart from it by so much. */
export class VirtualClock {
  readonly #scheduler: Scheduler;
  /** How far it is ahead; below zero, behind. */
  offset: number;

  constructor(scheduler: Scheduler, offset = 0) {
    this.#scheduler = scheduler;
    this.offset = offset;
  }

  /** Epoch milliseconds as it shows them. */
  get time(): number {
    return this.#scheduler.now + this.offset;
  }

  readonly read: Clock = () => new Date(this.time);
}
