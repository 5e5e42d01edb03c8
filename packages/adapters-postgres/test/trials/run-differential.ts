import { availableParallelism } from 'node:os';
import { missingOutcomes, POSSIBLE_OUTCOMES } from '@payout-engines/core/testing';
import { startServer } from '../server.ts';
import { compareWithMemory } from './differential.ts';
import { openStore } from './open-store.ts';
import { readOptions } from './read-options.ts';
import { table } from './table.ts';

/** Compares the store on a real server with the one in memory over many random command sequences. */

const USAGE = 'npm run test:differential -- [--sequences N] [--length COMMANDS] [--from SEED] [--lanes N]';

/** After so many sequences a fresh schema: what the earlier ones left is of no use. */
const SCHEMA_SEQUENCES = 2000;

const { sequences, length, from, lanes } = readOptions(
  { sequences: 500, length: 80, from: 1, lanes: Math.min(8, 2 * availableParallelism()) },
  USAGE,
);

// What hangs would end the process in silence, with a code that says that all is well.
process.exitCode = 3;
const server = await startServer();
const start = performance.now();
const counts = new Map<string, number>();
let commands = 0;
let different = 0;
try {
  for (let done = 0; done < sequences; done += SCHEMA_SEQUENCES) {
    const opened = await openStore(server.url, `differential_${done}`, lanes);
    const compared = await compareWithMemory(opened.store, {
      from: from + done,
      sequences: Math.min(SCHEMA_SEQUENCES, sequences - done),
      length,
      lanes,
      onProgress: (far) => {
        if (far % 500 === 0) console.error(`${done + far} sequences, ${different} different`);
      },
    });
    await opened.close();
    for (const [cell, count] of compared.counts) counts.set(cell, (counts.get(cell) ?? 0) + count);
    commands += compared.commands;
    different += compared.differences.length;
    for (const { seed, command, text } of compared.differences) {
      console.log(`seed ${seed}, command ${command} differs\n${text}`);
      console.log(`again: npm run test:differential -- --from ${seed} --sequences 1 --length ${length}\n`);
    }
  }
} finally {
  await server.stop();
}

const outcomes = Object.entries(POSSIBLE_OUTCOMES).flatMap(([command, possible]) =>
  possible.map((outcome) => [command, outcome, String(counts.get(`${command} ${outcome}`) ?? 0)]),
);
console.log(table([['command', 'outcome', 'times'], ...outcomes]));
const missing = missingOutcomes(counts);
const seconds = Math.round((performance.now() - start) / 1000);
console.log(
  `\n${sequences} sequences of ${length} commands, seeds ${from} to ${from + sequences - 1}: ` +
    `${commands} commands in ${seconds} s, ${different} sequences different, ` +
    `${missing.length} of ${outcomes.length} possible outcomes never came`,
);
for (const cell of missing) console.log(`never came: ${cell}`);
process.exitCode = different === 0 && missing.length === 0 ? 0 : 1;
