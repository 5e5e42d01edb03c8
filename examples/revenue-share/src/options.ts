import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from './input/errors.ts';

/** How the run behaves, whatever its input. */
export interface RunSettings {
  readonly help: boolean;
  /** The folder of the database. */
  readonly data: string;
  readonly fresh: boolean;
  readonly planOnly: boolean;
  /** The digest that was reviewed, if only that plan may be committed. */
  readonly commit: string | undefined;
  readonly json: boolean;
  readonly out: string | undefined;
  readonly deliver: string | undefined;
  readonly explain: readonly string[];
  readonly skipBadLines: boolean;
}

/** The options of real input, as they were given. */
export type InputOptions = ReturnType<typeof parseStrictly>['values'];

const ONE = { type: 'string' } as const;
const MANY = { type: 'string', multiple: true } as const;
const FLAG = { type: 'boolean' } as const;

/** Options that only make sense with `--events`. */
const INPUT_OPTIONS = {
  events: ONE,
  currency: ONE,
  revenue: MANY,
  revenues: ONE,
  rate: MANY,
  from: ONE,
  to: ONE,
  every: ONE,
  anchor: ONE,
  weekday: ONE,
  day: ONE,
  of: ONE,
  'time-zone': ONE,
  program: ONE,
  'period-id': ONE,
  weight: MANY,
  'own-acts': MANY,
  cap: MANY,
  'id-order': ONE,
  participants: ONE,
  referrals: ONE,
  'bonus-rate': MANY,
  'bonus-funded-by': ONE,
  'hold-days': ONE,
  'hold-until-verified': FLAG,
  minimum: ONE,
  'ignore-column': MANY,
  'skip-bad-lines': FLAG,
  'page-size': ONE,
} as const;

const RUN_OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  data: ONE,
  fresh: FLAG,
  'plan-only': FLAG,
  commit: ONE,
  json: FLAG,
  out: ONE,
  deliver: ONE,
  explain: MANY,
} as const;

/** The command line, checked for unknown options; what the values mean is checked where it is known. */
export function parseOptions(args: readonly string[]): {
  readonly settings: RunSettings;
  /** Left out, the run is the sample. */
  readonly input: InputOptions | undefined;
} {
  const { values } = parseStrictly(args);
  const given: readonly string[] = Object.keys(values);
  const forInput = given.find((name) => name in INPUT_OPTIONS);
  const help = values.help === true;
  if (!help && values.events === undefined && forInput !== undefined) {
    throw new UsageError(`--${forInput} needs --events FILE; without --events the sample runs`);
  }
  if (values['plan-only'] === true && values.commit !== undefined) {
    throw new UsageError('--plan-only and --commit exclude each other');
  }
  if (values['plan-only'] === true && (values.out ?? values.deliver) !== undefined) {
    throw new UsageError('--plan-only writes nothing: leave --out and --deliver out');
  }
  if (values.commit !== undefined && values.every !== undefined) {
    throw new UsageError('--commit is about one period, --every about many');
  }
  return {
    settings: {
      help,
      data: resolve(values.data ?? '.payout-engines/revenue-share'),
      fresh: values.fresh === true,
      planOnly: values['plan-only'] === true,
      commit: values.commit,
      json: values.json === true,
      out: values.out,
      deliver: values.deliver,
      explain: values.explain ?? [],
      skipBadLines: values['skip-bad-lines'] === true,
    },
    input: values.events === undefined ? undefined : values,
  };
}

function parseStrictly(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...INPUT_OPTIONS, ...RUN_OPTIONS },
      strict: true,
      allowPositionals: false,
    });
  } catch (error) {
    // parseArgs throws TypeErrors that name the option and never its value.
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
