import { entryNames } from './manifest.mjs';
import { run } from './run.mjs';

/** Every entry loads by import and by require, and both give the same names. */
export function loadsEverywhere(consumer, name, manifest) {
  const entries = JSON.stringify(entryNames(name, manifest));
  evaluate(
    consumer,
    `import { createRequire } from 'node:module';
    const require = createRequire(process.cwd() + '/');
    for (const entry of ${entries}) {
      const imported = Object.keys(await import(entry)).sort().join();
      const required = Object.keys(require(entry)).sort().join();
      if (imported === '') throw new Error(entry + ' exports nothing');
      if (imported !== required) throw new Error(entry + ': import gives ' + imported + ', require gives ' + required);
    }`,
  );
}

/** An error thrown in one entry is of the class of another; over the two formats the brand holds instead. */
export function oneErrorClass(consumer, core) {
  evaluate(
    consumer,
    `import { createRequire } from 'node:module';
    const require = createRequire(process.cwd() + '/');
    const formats = [
      [await import('${core}'), await import('${core}/money')],
      [require('${core}'), require('${core}/money')],
    ];
    const errors = formats.map(([root, money]) => {
      const error = thrownBy(() => money.parseMinor('no amount'));
      if (!(error instanceof root.PayoutError)) throw new Error('/money has an error class of its own');
      return error;
    });
    for (const [root] of formats) {
      if (!errors.every((error) => root.PayoutError.is(error))) throw new Error('PayoutError.is misses the other format');
    }
    function thrownBy(body) {
      try { body(); } catch (error) { return error; }
      throw new Error('parseMinor accepted what is no amount');
    }`,
  );
}

function evaluate(consumer, code) {
  run(process.execPath, ['--input-type=module', '--eval', code], consumer);
}
