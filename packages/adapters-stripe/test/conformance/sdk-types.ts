import { Ajv, type ValidateFunction } from 'ajv';
import qs from 'qs';
import { createGenerator } from 'ts-json-schema-generator';

/** A shape that the SDK's declarations give an object or a request: the exports of `sdk-shapes.ts`. */
export type SdkShape =
  | `Shown${'Reversal' | 'Transfer' | 'Payout' | 'Balance' | 'Link' | 'Account'}`
  | `Asked${'Transfer' | 'Transfers' | 'Reversal' | 'Reversals' | 'Payout' | 'Payouts' | 'Link' | 'Account'}`;

/** What the newest SDK's own declarations say, as JSON Schemas: they know what the OpenAPI description is too old for. */
export function sdkTypes(): {
  readonly problemsWith: (shape: SdkShape, value: unknown) => readonly string[];
} {
  const generator = createGenerator({
    path: new URL('./sdk-shapes.ts', import.meta.url).pathname,
    tsconfig: new URL('../../tsconfig.json', import.meta.url).pathname,
    type: '*',
    expose: 'export',
    skipTypeCheck: true,
    additionalProperties: false,
  });
  const objects = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const forms = new Ajv({ strict: false, allErrors: true, validateFormats: false, coerceTypes: 'array' });
  const compiled = new Map<SdkShape, ValidateFunction>();
  return {
    problemsWith: (shape, value) => {
      const isForm = shape.startsWith('Asked');
      const validator =
        compiled.get(shape) ?? (isForm ? forms : objects).compile(generator.createSchema(shape) as object);
      compiled.set(shape, validator);
      const parsed: unknown =
        typeof value === 'string' ? qs.parse(value, { depth: 10 }) : structuredClone(value);
      if (validator(parsed)) return [];
      return (validator.errors ?? []).map(
        ({ instancePath, message, params }) =>
          `${shape} ${instancePath} ${message} ${JSON.stringify(params)}`,
      );
    },
  };
}
