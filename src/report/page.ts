import type { Conclusion } from '../core/gate/types.ts';
import type { CheckOutput } from './check.ts';
import { html, plain } from './escape.ts';
import { renderMarkdown } from './markdown.ts';
import { PAGE_STYLE } from './page-style.ts';
import type { Report } from './types.ts';

/** The rendered pieces, as they would be sent. */
export interface Pieces {
  comment: string;
  summary: string;
  check: CheckOutput;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const COLOURS: Readonly<Record<Conclusion, string>> = {
  success: 'tip',
  failure: 'caution',
  neutral: 'note',
  action_required: 'warning',
  cancelled: 'note',
  skipped: 'note',
};

/**
 * One HTML page that shows comment, check and summary as a pull request would: no script, nothing loaded from
 * anywhere, light and dark.
 */
export function renderPage(report: Report, pieces: Pieces): string {
  const project = html(plain(report.project));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${html(pieces.check.title)} · ${project}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<header class="top">
<h1>${project}</h1>
<nav><a href="#comment">Comment</a><a href="#check">Check</a><a href="#summary">Summary</a></nav>
<p>What a pull request would show for this change.</p>
</header>
${commentBox(pieces.comment)}
${checkBox(pieces.check)}
${summaryBox(pieces.summary)}
<p class="foot">trainyard ${html(plain(report.version))}</p>
</main>
</body>
</html>
`;
}

function commentBox(markdown: string): string {
  return `<section class="box" id="comment">
<h2 class="bar"><strong>trainyard</strong><span class="tag">bot</span> commented</h2>
<div class="body">
${renderMarkdown(markdown)}
</div>
</section>`;
}

function checkBox(check: CheckOutput): string {
  return `<section class="box" id="check">
<h2 class="bar"><strong>Checks</strong></h2>
<div class="check ${COLOURS[check.conclusion]}">
<span class="dot"></span>
<p><strong>trainyard</strong> ${html(check.title)}</p>
<span class="tag">${check.conclusion.replace('_', ' ')}</span>
</div>
${annotationsOf(check)}<details>
<summary>Details of the check</summary>
<div class="body">
${renderMarkdown(check.summary)}
${renderMarkdown(check.text)}
</div>
</details>
</section>`;
}

function annotationsOf(check: CheckOutput): string {
  if (check.annotations.length === 0) return '';
  const items = check.annotations.map(
    (a) =>
      `<li><strong>${html(a.title)}</strong> <code>${html(a.path)}:${a.line}</code><br>${html(a.message)}</li>`,
  );
  return `<details>
<summary>Annotations on the configuration: ${items.length}</summary>
<div class="body"><ul>
${items.join('\n')}
</ul></div>
</details>
`;
}

function summaryBox(markdown: string): string {
  return `<section class="box" id="summary">
<h2 class="bar"><strong>Job summary</strong></h2>
<details>
<summary>The whole report</summary>
<div class="body">
${renderMarkdown(markdown)}
</div>
</details>
</section>`;
}
