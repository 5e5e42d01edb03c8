import process from 'node:process';
import { runCli } from './cli.ts';
import { openDatabase } from './run/database.ts';

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  openStore: openDatabase,
});
