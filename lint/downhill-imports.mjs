import { builtinModules } from 'node:module';
import path from 'node:path';
import { CORE_LAYERS, WITHOUT_ZOD } from './layers.mjs';

const SCOPE = '@payout-engines/';
const CORE = `${SCOPE}core`;

/** Imports run downhill only: see layers.mjs. Types count as well, because a reader must follow them too. */
export const downhillImports = {
  meta: {
    type: 'problem',
    docs: { description: 'Imports run downhill only, and packages meet by their names.' },
    schema: [],
    messages: {
      uphill: '{{from}} may not import {{to}}. Imports run downhill: {{from}} sees only {{allowed}}.',
      unplaced: '{{name}} has no place on the hill. Give it one in lint/layers.mjs.',
      node: "The core runs in browsers too: it may not import '{{source}}'. Take it in through a port.",
      zod: '{{from}} may not import zod: importing /money or /split must bring none. Check by assertions instead.',
      outside: "'{{source}}' leaves the package. Import other packages by their name.",
      self: "The core imports itself by relative path, not as '{{source}}'.",
      adapter:
        "'{{source}}' is not the core. An adapter imports only the core and its driver, never another adapter.",
    },
  },
  create(context) {
    const place = locate(context.physicalFilename);
    if (place === undefined) return {};
    const check = place.package === 'core' ? checkCore : checkAdapter;
    const report = (source) => {
      if (typeof source?.value !== 'string') return;
      const problem = check(place, source.value);
      if (problem) context.report({ node: source, ...problem });
    };
    return {
      Program(node) {
        if (place.package !== 'core' || CORE_LAYERS.has(place.layer)) return;
        context.report({ node, messageId: 'unplaced', data: { name: place.layer } });
      },
      ImportDeclaration: (node) => report(node.source),
      ExportNamedDeclaration: (node) => report(node.source),
      ExportAllDeclaration: (node) => report(node.source),
      ImportExpression: (node) => report(node.source),
      TSImportType: (node) => report(node.source),
      TSExternalModuleReference: (node) => report(node.expression),
      'CallExpression[callee.name="require"]': (node) => report(node.arguments[0]),
    };
  },
};

function checkCore({ file, src, layer }, source) {
  if (source.startsWith('.')) {
    const target = path.posix.relative(src, path.posix.join(path.posix.dirname(file), source));
    if (target.startsWith('..')) return { messageId: 'outside', data: { source } };
    return checkLayer(layer, layerOf(target));
  }
  if (isNodeModule(source)) return { messageId: 'node', data: { source } };
  if (inPackage(source, CORE)) return { messageId: 'self', data: { source } };
  if (source.startsWith(SCOPE)) return { messageId: 'adapter', data: { source } };
  if (inPackage(source, 'zod') && WITHOUT_ZOD.has(layer)) return { messageId: 'zod', data: { from: layer } };
  return undefined;
}

function checkLayer(from, to) {
  if (from === to) return undefined;
  if (!CORE_LAYERS.has(to)) return { messageId: 'unplaced', data: { name: to } };
  const layers = CORE_LAYERS.get(from);
  if (layers === undefined || layers.includes(to)) return undefined;
  return { messageId: 'uphill', data: { from, to, allowed: layers.join(', ') || 'nothing' } };
}

function checkAdapter({ file, src }, source) {
  if (source.startsWith('.')) {
    const target = path.posix.relative(src, path.posix.join(path.posix.dirname(file), source));
    return target.startsWith('..') ? { messageId: 'outside', data: { source } } : undefined;
  }
  if (!source.startsWith(SCOPE) || inPackage(source, CORE)) return undefined;
  return { messageId: 'adapter', data: { source } };
}

/** Where a file stands, or nothing when it is not the source of a package. */
function locate(filename) {
  const file = filename.replaceAll('\\', '/');
  const found = /^(?<src>.*\/packages\/(?<name>[^/]+)\/src)\/(?<rest>.+)$/.exec(file)?.groups;
  return found && { file, src: found.src, package: found.name, layer: layerOf(found.rest) };
}

/** `money/rounding.ts` is of `money`, `errors.ts` of `errors`, and `.` is the index. */
function layerOf(relative) {
  return relative.split('/')[0].replace(/\.[cm]?[jt]s$/, '') || 'index';
}

function isNodeModule(source) {
  return source.startsWith('node:') || builtinModules.includes(source);
}

function inPackage(source, name) {
  return source === name || source.startsWith(`${name}/`);
}
