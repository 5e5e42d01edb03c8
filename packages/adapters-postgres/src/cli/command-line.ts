import { parseArgs } from 'node:util';

/** What was asked for on the command line. */
export interface CommandLine {
  readonly command: Command;
  readonly json: boolean;
  readonly url?: string;
  readonly schema?: string;
  readonly from?: string;
  readonly application?: string;
  readonly reader?: string;
  readonly migrator?: string;
  readonly rowSecurity: boolean;
}

export type Command = 'migrate' | 'status' | 'sql' | 'roles';

/** The command line cannot be run as it is. The message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `payout-engines-postgres <command> [options]

commands
  migrate   bring the schema to this release; safe to repeat, and from several processes at once
  status    say what is applied, missing or newer
  sql       print the migrations, for a tool of your own
  roles     print a script that makes the roles and gives them their rights

options
  --url <url>       the database; otherwise DATABASE_URL          (migrate, status)
  --schema <name>   where the tables are; otherwise payouts
  --from <number>   the first migration to print; otherwise 1     (sql)
  --application <role>, --reader <role>, --migrator <role>        (roles)
  --row-security    keep programs apart by policies               (roles)
  --json            answer in JSON
  --help            this text

exit codes
  0   done; for status: ready
  1   the database cannot be used, or is not ready
  2   the command cannot be run as it was given
`;

const OPTIONS = {
  url: { type: 'string' },
  schema: { type: 'string' },
  from: { type: 'string' },
  application: { type: 'string' },
  reader: { type: 'string' },
  migrator: { type: 'string' },
  'row-security': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const TAKEN: Readonly<Record<Command, readonly string[]>> = {
  migrate: ['url'],
  status: ['url'],
  sql: ['from'],
  roles: ['application', 'reader', 'migrator', 'row-security'],
};

const ALWAYS_TAKEN = ['schema', 'json'];

/** Reads the arguments; nothing when help was asked for. Throws {@link UsageError}. */
export function readCommandLine(args: readonly string[]): CommandLine | undefined {
  const { values, positionals } = parsed(args);
  if (values.help === true) return undefined;
  const [command, ...more] = positionals;
  if (command === undefined) throw new UsageError('a command is missing');
  if (!isCommand(command)) throw new UsageError('there is no such command');
  if (more.length > 0) throw new UsageError('there is more than one command');
  for (const option of Object.keys(values)) {
    if (!TAKEN[command].includes(option) && !ALWAYS_TAKEN.includes(option)) {
      throw new UsageError(`${command} takes no --${option}`);
    }
  }
  const { json = false, 'row-security': rowSecurity = false, help: _help, ...rest } = values;
  return { command, json, rowSecurity, ...rest };
}

function parsed(args: readonly string[]): ReturnType<typeof parse> {
  try {
    return parse(args);
  } catch {
    // The message of parseArgs repeats what was given, which may hold a password.
    throw new UsageError('an option is unknown, has no value, or has one that it does not take');
  }
}

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });

function isCommand(word: string): word is Command {
  return Object.hasOwn(TAKEN, word);
}
