/** Tells the time. A store's clock is what decides; tests and replays put their own here. */
export type Clock = () => Date;

/** The clock of the machine. */
export const systemClock: Clock = () => new Date();
