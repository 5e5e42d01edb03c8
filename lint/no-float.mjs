import ts from 'typescript';

const FRACTION_OPERATORS = new Set(['/', '%', '**']);
const NUMBER_CHECKS = new Set([
  'isFinite',
  'isInteger',
  'isNaN',
  'isSafeInteger',
  'MAX_SAFE_INTEGER',
  'MIN_SAFE_INTEGER',
]);
/** What gives a whole number for whole numbers. The others round or make fractions. */
const WHOLE_MATH = new Set(['abs', 'clz32', 'imul', 'max', 'min', 'sign']);
const ROUNDING_METHODS = new Set(['toExponential', 'toFixed', 'toPrecision']);

/** No float on a money path: amounts are bigint, rates are decimal strings, and rounding is named. */
export const noFloat = {
  meta: {
    type: 'problem',
    docs: { description: 'No float touches a money path.' },
    schema: [
      {
        type: 'object',
        properties: { bigintDivision: { type: 'boolean' } },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ bigintDivision: false }],
    messages: {
      convert:
        '{{name}} makes a float. Read amounts with parseMinor or parseMoney and decimals with parseDecimal, and keep bigint.',
      method: '.{{name}}() rounds a float silently. Write amounts with formatMinor or formatMoney.',
      math: 'Math.{{name}} works on floats. Round bigint with divide(dividend, divisor, mode) of money/rounding.ts.',
      operator:
        "'{{operator}}' on numbers makes a float. Use bigint and divide(dividend, divisor, mode); for dates, date-fns.",
      division: "'/' on bigint drops the remainder without saying so. Use divide(dividend, divisor, mode).",
      literal:
        'The number {{raw}} has a fraction, which binary floats cannot hold. Write it as a decimal string.',
      plus: 'A unary plus makes a float. Use BigInt after a strict pattern, or parseDecimal.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    if (!services?.program)
      throw new Error('no-float needs type information: see parserOptions in eslint.config.mjs');
    const checker = services.program.getTypeChecker();
    const { bigintDivision } = context.options[0];
    const report = (node, messageId, data) => context.report({ node, messageId, data });

    const has = (node, flags) => typeHas(checker, services.getTypeAtLocation(node), flags);
    const checkOperator = (node, operator) => {
      if (!FRACTION_OPERATORS.has(operator)) return;
      if (has(node.left, ts.TypeFlags.NumberLike) || has(node.right, ts.TypeFlags.NumberLike)) {
        report(node, 'operator', { operator });
      } else if (operator === '/' && !bigintDivision && has(node.left, ts.TypeFlags.BigIntLike)) {
        report(node, 'division');
      }
    };

    return {
      BinaryExpression: (node) => checkOperator(node, node.operator),
      AssignmentExpression: (node) => checkOperator(node, node.operator.slice(0, -1)),
      Literal(node) {
        if (typeof node.value === 'number' && !Number.isInteger(node.value))
          report(node, 'literal', { raw: node.raw });
      },
      'UnaryExpression[operator="+"]': (node) => report(node, 'plus'),
      'UnaryExpression[operator="-"]'(node) {
        if (has(node.argument, ts.TypeFlags.StringLike))
          report(node, 'convert', { name: "A '-' before a string" });
      },
      MemberExpression(node) {
        const name = propertyName(node);
        if (ROUNDING_METHODS.has(name)) report(node.property, 'method', { name });
      },
      'Program:exit'(program) {
        for (const { identifier } of globalReferences(context.sourceCode.getScope(program))) {
          checkGlobal(identifier, identifier.name, identifier.parent);
        }
      },
    };

    /** Any mention counts, since `texts.map(Number)` converts as well as a call does. */
    function checkGlobal(identifier, name, parent) {
      const member = parent.type === 'MemberExpression' && parent.object === identifier ? parent : undefined;
      const property = member && propertyName(member);
      if (name === 'parseFloat' || name === 'parseInt') report(identifier, 'convert', { name });
      if (name === 'Number' && !NUMBER_CHECKS.has(property)) {
        report(identifier, 'convert', { name: property === undefined ? 'Number' : `Number.${property}` });
      }
      if (name === 'Math' && !WHOLE_MATH.has(property)) report(identifier, 'math', { name: property ?? '*' });
      if (name === 'globalThis' && property !== undefined) checkGlobal(member, property, member.parent);
    }
  },
};

/** Values only: `Number` as the name of a type is none of our business. */
function globalReferences(scope) {
  const unresolved = scope.through;
  const declaredByLib = scope.variables.filter((variable) => variable.defs.length === 0);
  return [...unresolved, ...declaredByLib.flatMap((variable) => variable.references)].filter(
    (reference) => reference.isValueReference !== false,
  );
}

function propertyName(node) {
  if (!node.computed) return node.property.name;
  return node.property.type === 'Literal' ? String(node.property.value) : undefined;
}

/** Looks into unions, branded types and the constraints of type parameters. */
function typeHas(checker, type, flags) {
  const constraint = checker.getBaseConstraintOfType(type) ?? type;
  if (constraint.flags & flags) return true;
  return constraint.isUnionOrIntersection() && constraint.types.some((part) => typeHas(checker, part, flags));
}
