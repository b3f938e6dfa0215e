import { compose } from './compose.ts';
import { headline } from './headline.ts';
import type { Report } from './types.ts';

/** GitHub allows 65,536; the rest is left to whoever wraps the comment. */
const COMMENT_UNITS = 60_000;

/**
 * The pull-request comment as GitHub Markdown, at most 60,000 UTF-16 units. `marker` is printed as the first line
 * exactly as given (an HTML comment by which the comment is found again).
 */
export function renderComment(report: Report, marker: string): string {
  return compose(report, {
    limit: COMMENT_UNITS,
    measure: (text) => text.length,
    opening: `${marker}\n${headline(report)}`,
    elsewhere: 'the job summary',
  });
}
