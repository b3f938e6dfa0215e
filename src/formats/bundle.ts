import type { Bundle } from '../schema/bundle.types.ts';
import { validate } from '../schema/bundle.validate.js';
import { type DocumentKind, readDocument } from './document.ts';

const kind: DocumentKind = {
  what: 'bundle',
  schema: 'trainyard/bundle',
  file: 'bundle.schema.json',
  version: 1,
  validate,
};

/** A bundle.json. Anything else, also one of a newer version, is a ConfigError with line and JSON path. */
export function readBundleDocument(text: string, file: string): Bundle {
  return readDocument(text, file, kind);
}
