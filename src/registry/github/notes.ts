import { inline } from '../../report/escape.ts';
import { formatBytes, formatExact } from '../../report/numbers.ts';
import type { ModelManifest } from '../../schema/manifest.types.ts';

/** Metrics shown; the manifest has all. */
const shownMetrics = 20;

/** Says that a release is one of ours: a line of its text. */
function markerOf({ model, version }: { model: string; version: string }): string {
  return `<!-- trainyard:version ${model} ${version} -->`;
}

/** Whether the text of a release says that it is ours. */
export function hasMarker(body: string, key: { model: string; version: string }): boolean {
  return body.split(/\r?\n/).includes(markerOf(key));
}

/** What a release of a version says to people. */
export function notesOf(manifest: ModelManifest): string {
  const { model, model_version: version, digest, commit, run, verdict, resources } = manifest;
  const bytes = resources.reduce((sum, resource) => sum + resource.bytes, 0);
  const files = resources.length === 1 ? '1 file' : `${resources.length} files`;
  const whole = (manifest.metrics ?? []).filter((metric) => metric.slice === null && metric.class === null);
  const rows = whole
    .slice(0, shownMetrics)
    .map(({ name, value }) => `| ${inline(name)} | ${value === null ? '—' : formatExact(value)} |`);
  const table = rows.length === 0 ? [] : ['| metric | value |', '| --- | --- |', ...rows, ''];
  const sentence = verdict?.sentence === undefined ? '' : ` ${inline(verdict.sentence, 500)}`;
  return [
    `Model \`${model}\` ${version}: ${files}, ${formatBytes(bytes)}.`,
    '',
    `Verdict: **${verdict?.kind ?? 'none'}**.${sentence}`,
    '',
    ...table,
    `Commit ${commit ?? 'unknown'}, run \`${run ?? 'unknown'}\`, digest \`${digest}\`.`,
    '',
    markerOf({ model, version }),
    '',
  ].join('\n');
}
