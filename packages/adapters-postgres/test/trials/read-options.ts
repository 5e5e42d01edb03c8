import { parseArgs } from 'node:util';

/** The options of a trial by name: a whole number, or a list of words, with what they are when left out. */
export type Defaults = Readonly<Record<string, number | readonly string[]>>;

/** What was asked for. */
export type Options<Given extends Defaults> = {
  readonly [Name in keyof Given]: Given[Name] extends number ? number : readonly string[];
};

/** Reads `--name value` of the command line. Ends the process with code 2 where it is not understood. */
export function readOptions<const Given extends Defaults>(defaults: Given, usage: string): Options<Given> {
  try {
    const names = Object.keys(defaults);
    const { values } = parseArgs({
      options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    });
    const read = names.map((name) => {
      const given = values[name];
      const otherwise = defaults[name];
      if (typeof given !== 'string') return [name, otherwise];
      return [name, typeof otherwise === 'number' ? whole(given) : given.split(',')];
    });
    return Object.fromEntries(read) as Options<Given>;
  } catch (error) {
    console.error(`${String(error)}\n\nUsage: ${usage}`);
    process.exit(2);
  }
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${text} is not a whole number`);
  return Number(text);
}
