import { blocks, bullets, fold, table } from './blocks.ts';
import { code, codeLink, inline } from './escape.ts';
import { formatAge, formatDuration } from './numbers.ts';
import type { ModelReport, Provenance } from './types.ts';

const SENTENCE_LIMIT = 600;

/** Which two runs were compared, and what each of them is. */
export function provenanceSection(model: ModelReport): string {
  const { candidate, baseline } = model;
  const rows = FACTS.map(([name, fact]) => [name, fact(candidate), baseline === null ? '–' : fact(baseline)]);
  const told = rows.filter((row) => row[1] !== '–' || row[2] !== '–');
  return fold(
    'Where the numbers come from',
    blocks([
      table(
        [
          { head: '', align: 'left' },
          { head: 'Candidate', align: 'left' },
          { head: 'Baseline', align: 'left' },
        ],
        told,
      ),
      baseline === null ? '' : refusals(model, Number.POSITIVE_INFINITY),
      stages(model),
    ]),
  );
}

/** Why there is no baseline, in the open; with one, why a nearer run was refused (in the fold). */
export function refusals(model: ModelReport, most: number): string {
  return bullets(model.refusals.slice(0, most).map((sentence) => inline(sentence, SENTENCE_LIMIT)));
}

const FACTS: readonly [name: string, fact: (side: Provenance) => string][] = [
  ['How', (side) => `${inline(side.how)}${side.dirty ? ', with uncommitted changes' : ''}`],
  ['Commit', commit],
  ['Age', (side) => (side.ageSeconds === null ? '–' : formatAge(side.ageSeconds))],
  ['Finished', (side) => (side.finished === null ? '–' : inline(side.finished))],
  ['Run', (side) => code(side.id)],
  ['Run key', (side) => digest(side.runKey)],
  ['Test rows', (side) => digest(side.rowsDigest)],
  ['Environment', (side) => digest(side.environment)],
  ['Engine', (side) => (side.engine === null ? '–' : inline(side.engine))],
  ['Trust', (side) => (side.trust === null ? '–' : inline(side.trust))],
];

function commit(side: Provenance): string {
  if (side.sha === null) return '–';
  const short = side.sha.slice(0, 10);
  return side.url === null ? code(short) : codeLink(short, side.url);
}

function digest(value: string | null): string {
  return value === null ? '–' : code(/^[0-9a-f]{40,64}$/.test(value) ? value.slice(0, 10) : value);
}

function stages(model: ModelReport): string {
  return table(
    [
      { head: 'Stage', align: 'left' },
      { head: 'Result', align: 'left' },
      { head: 'Time', align: 'right' },
    ],
    model.stages.map((stage) => [code(stage.name), inline(stage.result), formatDuration(stage.seconds)]),
  );
}
