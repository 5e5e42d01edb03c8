import type { UnitOfWork } from '../../ports/store.ts';

/** A signal that one transaction gives and others wait for. */
export class Signal {
  readonly given: Promise<void>;
  give: () => void = () => undefined;

  constructor() {
    this.given = new Promise((resolve) => {
      this.give = resolve;
    });
  }
}

/** Keeps a transaction busy for some round trips, so that one that does not wait for it would overtake it. */
export async function linger(unit: UnitOfWork): Promise<void> {
  for (let trip = 0; trip < 50; trip += 1) await unit.now();
}
