import { blocks, bullets, fold, small, table } from './blocks.ts';
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

/** One line that says what is compared with what, and how old the other side is. */
export function comparedLine({ candidate, baseline }: ModelReport): string {
  if (baseline === null) return '';
  const how = [inline(baseline.how), baseline.ageSeconds === null ? '' : oldness(baseline.ageSeconds)];
  const facts = how.filter((part) => part !== '').join(', ');
  return small(`${named(candidate)} against ${named(baseline)} (${facts})`);
}

function named(side: Provenance): string {
  const name = side.sha === null ? code(side.id) : commit(side);
  return side.dirty ? `${name} with uncommitted changes` : name;
}

function oldness(seconds: number): string {
  const age = formatAge(seconds);
  return age === 'just now' ? 'made just now' : `${age} old`;
}

/** Why there is no baseline, in the open; with one, why a nearer run was refused (in the fold). */
export function refusals(model: ModelReport, most: number): string {
  return bullets(model.refusals.slice(0, most).map((sentence) => inline(sentence, SENTENCE_LIMIT)));
}

const FACTS: readonly [name: string, fact: (side: Provenance) => string][] = [
  ['How', (side) => `${inline(side.how)}${side.dirty ? ', with uncommitted changes' : ''}`],
  ['Commit', commit],
  ['Age', (side) => (side.ageSeconds === null ? '–' : formatAge(side.ageSeconds))],
  ['Finished', (side) => (side.finished === null ? '–' : inline(readableTime(side.finished)))],
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

/** `2026-03-02T10:15:00Z` → `2026-03-02 10:15 UTC`; anything else stays. */
function readableTime(time: string): string {
  return time.replace(/^([\d-]+)T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/, '$1 $2 UTC');
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
