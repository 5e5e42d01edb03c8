import { PayoutError } from '@payout-engines/core';
import { migrationsSql } from '../schema/migrations-sql.ts';
import { migrate } from '../schema/migrate.ts';
import { rolesSql } from '../schema/roles-sql.ts';
import { schemaStatus } from '../schema/status.ts';
import { type CommandLine, readCommandLine, USAGE, UsageError } from './command-line.ts';
import { type LoadPg, withDatabase } from './database.ts';
import { statusText } from './status-text.ts';

/** What a command has to do with the process that it runs in. */
export interface Surroundings {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly loadPg: LoadPg;
  print(text: string): void;
  complain(text: string): void;
}

/** Done; the database cannot be used or is not ready; the command cannot be run as it was given. */
export type ExitCode = 0 | 1 | 2;

/** What a command says, in words and in JSON, and how it ends. */
interface Answer {
  readonly code: ExitCode;
  readonly text: string;
  readonly json: unknown;
}

/** Runs the command line. It never throws, and never says what is in a URL. */
export async function run(surroundings: Surroundings): Promise<ExitCode> {
  const json = surroundings.args.includes('--json');
  try {
    const line = readCommandLine(surroundings.args);
    if (line === undefined) {
      surroundings.print(USAGE);
      return 0;
    }
    const answer = await answerTo(line, surroundings);
    surroundings.print(line.json ? `${JSON.stringify(answer.json)}\n` : answer.text);
    return answer.code;
  } catch (error) {
    const { code, json: said, text } = refusal(error);
    if (json) surroundings.print(`${JSON.stringify(said)}\n`);
    else surroundings.complain(text);
    return code;
  }
}

async function answerTo(line: CommandLine, surroundings: Surroundings): Promise<Answer> {
  const schema = line.schema === undefined ? {} : { schema: line.schema };
  switch (line.command) {
    case 'migrate': {
      const report = await withDatabase(line, surroundings, (executor) => migrate(executor, schema));
      const done = report.applied.length === 0 ? 'nothing to do' : `applied ${report.applied.join(', ')}`;
      return { code: 0, text: `schema ${report.schema}: ${done}\n`, json: report };
    }
    case 'status': {
      const status = await withDatabase(line, surroundings, (executor) => schemaStatus(executor, schema));
      return { code: status.ready ? 0 : 1, text: statusText(status), json: status };
    }
    case 'sql': {
      const sql = migrationsSql({ ...schema, ...fromOf(line) });
      return { code: 0, text: sql, json: { sql } };
    }
    case 'roles': {
      const sql = rolesSql({ ...schema, ...rolesOf(line) });
      return { code: 0, text: sql, json: { sql } };
    }
  }
}

function fromOf({ from }: CommandLine): { readonly from?: number } {
  if (from === undefined) return {};
  if (!/^[1-9]\d{0,8}$/.test(from)) throw new UsageError('--from takes the number of a migration');
  const number: unknown = JSON.parse(from);
  return typeof number === 'number' ? { from: number } : {};
}

function rolesOf({ application, reader, migrator, rowSecurity }: CommandLine) {
  return {
    rowSecurity,
    ...(application === undefined ? {} : { application }),
    ...(reader === undefined ? {} : { reader }),
    ...(migrator === undefined ? {} : { migrator }),
  };
}

/** What was given and is wrong ends with 2, whoever found it. */
const WRONGLY_GIVEN: readonly string[] = ['INVALID_ID', 'INVALID_INPUT'];

function refusal(error: unknown): Answer {
  if (error instanceof UsageError) {
    const json = { error: { code: 'USAGE', message: error.message } };
    return { code: 2, text: `${error.message}\n\n${USAGE}`, json };
  }
  // What else is thrown may repeat the URL.
  const known = PayoutError.is(error)
    ? { code: error.code, message: error.message }
    : { code: 'UNEXPECTED', message: 'the command failed in a way that it does not know' };
  const code = WRONGLY_GIVEN.includes(known.code) ? 2 : 1;
  return { code, text: `${known.message}\n`, json: { error: known } };
}
