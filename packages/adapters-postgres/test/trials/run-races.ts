import { startServer } from '../server.ts';
import { openStore } from './open-store.ts';
import { CONNECTIONS, playRace } from './play-races.ts';
import { RACES } from './races.ts';
import { readOptions } from './read-options.ts';
import { table } from './table.ts';

/** Plays the races over fifty connections of a real server, many rounds each. */

const NAMES = RACES.map(({ name }) => name);
const { rounds, only } = readOptions(
  { rounds: 10_000, only: NAMES },
  `npm run test:races -- [--rounds N] [--only ${NAMES.join(',')}]`,
);
const unknown = only.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no race ${unknown.join(', ')}; there are ${NAMES.join(', ')}`);
  process.exit(2);
}

// What hangs would end the process in silence, with a code that says that all is well.
process.exitCode = 3;
const server = await startServer();
const rows: string[][] = [['race', 'connections', 'callers a round', 'rounds', 'winners', 'violations', 's']];
let violated = false;
try {
  for (const race of RACES.filter(({ name }) => only.includes(name))) {
    const start = performance.now();
    const opened = await openStore(server.url, `race_${race.name.replaceAll('-', '_')}`, CONNECTIONS);
    const { winners, violations } = await playRace(race, opened.store, rounds, (round) => {
      if (round % 1000 === 0) console.error(`${race.name}: ${round} rounds`);
    });
    await opened.close();
    for (const violation of violations.slice(0, 20)) console.log(`${race.name}, ${violation}`);
    violated ||= violations.length > 0;
    const seconds = Math.round((performance.now() - start) / 1000);
    const counts = [CONNECTIONS, race.contenders, rounds, winners, violations.length, seconds];
    rows.push([race.title, ...counts.map(String)]);
  }
} finally {
  await server.stop();
}
console.log(table(rows));
process.exitCode = violated ? 1 : 0;
