import { expect, test } from '@jest/globals';
import { historyMarkdown } from '../../src/cli/print-release.ts';
import { deploymentSummary } from '../../src/report/deployment.ts';
import { statusMarkdown } from '../../src/report/status.ts';
import type { DeploymentRecord } from '../../src/schema/deployment.types.ts';
import { HOSTILE_NAMES } from './cases.ts';
import { type Node, nodesOf, parseMarkdown } from './markdown-tree.ts';

const at = '2026-01-01T00:00:00.000Z';

/** A deployment whose every text a stranger wrote: a target, a probe, a metric or a manifest. */
function record(text: string): DeploymentRecord {
  const placed = { deployment: 'd'.repeat(20), version: text, digest: 'a'.repeat(64) };
  return {
    ...{ schema: 'trainyard/deployment', version: 1, id: 'e'.repeat(20), environment: text, model: text },
    ...{ kind: 'deploy', target: text, fence: 1, by: { actor: text, url: null } },
    candidate: { version: text, digest: 'b'.repeat(64), commit: null, run: null, verdict: text },
    ...{ from: placed, state: 'rolled-back', ending: 'rolled-back', reason: text, created: at, finished: at },
    journal: [{ step: 'shift', weight: 5, begun: at, done: at }],
    measurements: [{ metric: text, at, value: null, phase: 'failed', message: text }],
  };
}

/** What stands in a text besides words, tables, headings and the spans that keep a dollar from being mathematics. */
function foreign(markdown: string): string[] {
  const isOurs = ({ type, value }: Node) => type === 'html' && /^<\/?span>$/.test(value ?? '');
  const kinds = nodesOf(parseMarkdown(markdown))
    .filter((node) => !isOurs(node))
    .map(({ type }) => type);
  const plain = [
    'root',
    'heading',
    'paragraph',
    'text',
    'sentence',
    'word',
    'whitespace',
    'list',
    'listItem',
  ];
  return [...new Set(kinds)].filter(
    (kind) => ![...plain, 'table', 'tableRow', 'tableCell', 'break'].includes(kind),
  );
}

test.each(HOSTILE_NAMES.map((text) => [text]))('%j is words wherever a deployment is told of', (text) => {
  const live = { ...record(text).candidate, deployment: 'd'.repeat(20), since: at };
  const status = statusMarkdown([
    {
      ...{ model: text, environment: text, live, url: text },
      open: { id: 'e'.repeat(20), state: 'held', reason: text, version: text, step: text },
      blocked: [{ version: text, since: at, reason: text, deployment: null }] as never,
      target: { unreachable: text },
    },
  ]);
  const entry = { id: 'e'.repeat(20), kind: 'deploy', version: text, from: text, state: 'failed' } as const;
  const history = historyMarkdown([{ ...entry, reason: text, created: at, finished: at } as never]);
  for (const markdown of [deploymentSummary(text, record(text), [text]), status, history]) {
    expect(foreign(markdown)).toEqual([]);
    expect(markdown).not.toMatch(/(^|[^\w`\\&])@\w|<(img|script|details|!--)/m);
  }
});
