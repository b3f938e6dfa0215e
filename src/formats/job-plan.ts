import type { JobPlan } from '../schema/job-plan.types.ts';
import { validate } from '../schema/job-plan.validate.js';
import { type DocumentKind, readDocument } from './document.ts';

const kind: DocumentKind = {
  what: 'plan',
  schema: 'trainyard/plan',
  file: 'job-plan.schema.json',
  version: 1,
  validate,
};

/** The plan of a workflow run, as one job hands it to the next. Anything else is a ConfigError. */
export function readJobPlan(text: string, file: string): JobPlan {
  return readDocument(text, file, kind);
}
