#!/usr/bin/env node
import process from 'node:process';
import { run } from './run.ts';

void run({
  args: process.argv.slice(2),
  env: process.env,
  loadPg: async () => (await import('pg')).default,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
}).then((code) => {
  // The process is not ended by force: what was printed would be cut off in a pipe.
  process.exitCode = code;
});
