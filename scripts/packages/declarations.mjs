import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { entryNames } from './manifest.mjs';
import { run, SCRIPTS } from './run.mjs';

const COMPILER_OPTIONS = {
  module: 'nodenext',
  target: 'es2022',
  // zod's own declarations need URL, which a user has from the DOM or from Node.
  lib: ['es2023', 'dom'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  // The point is to check the declarations themselves.
  skipLibCheck: false,
  noEmit: true,
};

/** A user's file imports every entry, by import and by require, under a compiler this workspace does not build with. */
export function declarationsCompile(consumer, name, manifest, version) {
  const entries = entryNames(name, manifest);
  const names = `export { ${entries.map((_, index) => `entry${index}`).join(', ')} };\n`;
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}';\n`);
  const requires = entries.map((entry, index) => `import entry${index} = require('${entry}');\n`);
  writeFileSync(path.join(consumer, 'user.mts'), imports.join('') + names);
  writeFileSync(path.join(consumer, 'user.cts'), requires.join('') + names);
  const config = { compilerOptions: COMPILER_OPTIONS, files: ['user.mts', 'user.cts'] };
  writeFileSync(path.join(consumer, 'tsconfig.json'), JSON.stringify(config));
  run(process.execPath, [path.join(SCRIPTS, 'node_modules', version, 'bin', 'tsc'), '-p', '.'], consumer);
}
