import type { Change } from '../core/compare/types.ts';
import type { PolicyChange } from '../core/gate/types.ts';
import { blocks, fold, heading, table } from './blocks.ts';
import type { Detail } from './detail.ts';
import { code } from './escape.ts';
import { countOf } from './numbers.ts';
import type { ModelReport } from './types.ts';

const OPEN_ROWS = 8;
const DIGEST = /^(?:sha256:)?[0-9a-f]{40,64}$/;

/** What this change did to its own judge; stands high, because a loosened rule is part of the verdict. */
export function policySection(model: ModelReport, detail: Detail): string {
  if (model.policyChanges.length === 0) return '';
  const rows = [...model.policyChanges]
    .sort((a, b) => effectRank(a) - effectRank(b))
    .slice(0, detail.changes);
  return blocks([
    heading(4, 'The policy changed'),
    'Both policies judge, and the worse verdict counts.',
    table(
      [
        { head: 'Policy', align: 'left' },
        { head: 'Base', align: 'left' },
        { head: 'This change', align: 'left' },
        { head: 'Effect', align: 'left' },
      ],
      rows.map((row) => [code(row.what), side(row.base), side(row.head), effectCell(row)]),
    ),
  ]);
}

const EFFECTS: readonly PolicyChange['effect'][] = ['loosened', 'tightened', 'neutral'];

function effectRank(change: PolicyChange): number {
  return EFFECTS.indexOf(change.effect);
}

function effectCell(change: PolicyChange): string {
  return change.effect === 'loosened' ? '**loosened**' : change.effect;
}

/** Parameters, data and environment that differ; few stand open, many are folded with their counts. */
export function changesSection(model: ModelReport, detail: Detail): string {
  const { params, inputs, environment } = model.comparison;
  const parts = [
    countOf(params.length, 'parameter'),
    countOf(inputs.length, 'input file'),
    countOf(environment.length, 'environment entry', 'environment entries'),
  ].filter((part) => !part.startsWith('0 '));
  if (parts.length === 0) return '';
  const limited = [params, inputs, environment].flatMap((list) => list.slice(0, detail.changes));
  const left = params.length + inputs.length + environment.length - limited.length;
  const body = blocks([
    changesTable(limited),
    left > 0 ? `${countOf(left, 'more change')} not listed here.` : '',
  ]);
  if (limited.length > OPEN_ROWS) return fold(`${parts.join(', ')} changed`, body);
  return blocks([heading(4, 'What is different'), body]);
}

const KIND_WORDS: Readonly<Record<Change['kind'], string>> = {
  param: 'parameter',
  input: 'input',
  environment: 'environment',
};

function changesTable(changes: readonly Change[]): string {
  return table(
    [
      { head: 'Kind', align: 'left' },
      { head: 'Name', align: 'left' },
      { head: 'Baseline', align: 'left' },
      { head: 'Candidate', align: 'left' },
    ],
    changes.map((change) => [
      KIND_WORDS[change.kind],
      code(change.name),
      side(change.baseline),
      side(change.candidate),
    ]),
  );
}

/** A value of one side; digests are shortened as commits are. */
function side(value: string | null): string {
  if (value === null) return '–';
  return code(DIGEST.test(value) ? value.replace('sha256:', '').slice(0, 10) : value);
}
