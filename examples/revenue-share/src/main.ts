import process from 'node:process';
import { runCli } from './cli.ts';
import { openDatabase } from './run/database.ts';

// Whoever reads the output may stop (`npm start | head`); the money goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  openStore: openDatabase,
});
