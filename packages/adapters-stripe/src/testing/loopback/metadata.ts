import { type Answer, invalid } from './answer.ts';
import { type Form, partsOf } from './form.ts';
import type { Metadata } from './platform.ts';

/** What is refused about metadata. */
export function metadataProblem(form: Form): Answer | undefined {
  const metadata = Object.entries(partsOf(form, 'metadata'));
  const fits = metadata.every(([key, value]) => key.length <= 40 && value.length <= 500);
  return metadata.length <= 50 && fits
    ? undefined
    : invalid({ code: 'parameter_invalid_string', message: 'Metadata is too long.', param: 'metadata' });
}

/** The metadata after an update: what is given is set, what is given empty goes, and the rest stays. */
export function mergedMetadata(had: Metadata, form: Form): Metadata {
  const merged = { ...had, ...partsOf(form, 'metadata') };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
}
