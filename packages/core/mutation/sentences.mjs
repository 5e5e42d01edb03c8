import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/**
 * Leaves texts with a space in them as they are: those are sentences for people, in errors only. Tests say which code,
 * which path and that there is a reason, never how it is worded. Codes, words, kinds and parts of ids have no spaces.
 */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'sentences', {
    shouldIgnore({ node }) {
      return textOf(node).includes(' ')
        ? 'a sentence of an error, whose wording is not behaviour'
        : undefined;
    },
  }),
];

function textOf(node) {
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.raw).join('');
  return '';
}
