import { compose } from './compose.ts';
import { headline } from './headline.ts';
import type { Report } from './types.ts';

/** GitHub takes 1 MiB a step; what other steps append must fit too. */
const SUMMARY_BYTES = 1_000_000;

/** The whole report as a job summary: GitHub Markdown of at most 1,000,000 bytes of UTF-8. */
export function renderSummary(report: Report): string {
  return compose(report, {
    limit: SUMMARY_BYTES,
    measure: utf8Bytes,
    opening: headline(report),
    elsewhere: 'the report’s JSON',
  });
}

/** Length as UTF-8. */
export function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
