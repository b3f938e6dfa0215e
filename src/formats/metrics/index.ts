import { ConfigError } from '../../core/errors.ts';
import { readStructured, syntaxOf } from '../structured/index.ts';
import { parseJson } from '../structured/json.ts';
import { placeOf } from '../structured/tree.ts';
import { checkSize, decodeText, extensionOf } from '../text.ts';
import { lineMetrics } from './lines.ts';
import { isPrintedReport, readPrintedReport } from './report.ts';
import { tableMetrics } from './table.ts';
import { treeMetrics } from './tree.ts';
import type { FileMetric } from './value.ts';

export type { FileMetric } from './value.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_METRICS = 20_000;

/**
 * Metrics a pipeline wrote: JSON, YAML, TOML, CSV and TSV by extension; any other file is JSON when it starts with
 * a bracket, a printed `classification_report`, or lines of `name: value`. Values that are not finite are kept as
 * states. A name twice (for one slice and class), a number as text, a file without any metric are ConfigErrors, as
 * are more than 64 MiB (2 MiB for YAML and TOML), another encoding than UTF-8, and what is wrong with the syntax.
 */
export function readMetrics(bytes: Uint8Array, file: string): FileMetric[] {
  const metrics = parse(bytes, file);
  if (metrics.length === 0) {
    throw new ConfigError(`${file} holds no metric.`, {
      place: { file },
      expected: 'at least one name with a number',
    });
  }
  if (metrics.length > MAX_METRICS) {
    throw new ConfigError(`${file} holds ${metrics.length} metrics.`, {
      place: { file },
      expected: `at most ${MAX_METRICS}`,
      hint: 'Write what is compared; curves and single rows belong to other files.',
    });
  }
  refuseRepeated(metrics, file);
  return metrics;
}

function parse(bytes: Uint8Array, file: string): FileMetric[] {
  const syntax = syntaxOf(file);
  if (syntax) return treeMetrics(readStructured(bytes, file, syntax), file);
  checkSize(bytes, file, MAX_BYTES, 'Write only the values that are needed.');
  const text = decodeText(bytes, file);
  const extension = extensionOf(file);
  if (extension === 'csv') return tableMetrics(text, file, ',');
  if (extension === 'tsv' || extension === 'tab') return tableMetrics(text, file, '\t');
  if (/^\s*[[{]/.test(text)) return treeMetrics(parseJson(text, file), file);
  return isPrintedReport(text) ? readPrintedReport(text) : lineMetrics(text, file);
}

function refuseRepeated(metrics: readonly FileMetric[], file: string): void {
  const seen = new Map<string, FileMetric>();
  for (const metric of metrics) {
    const key = JSON.stringify([metric.name, metric.slice, metric.class]);
    const earlier = seen.get(key);
    if (earlier) {
      const where =
        earlier.line === null || metric.line === null
          ? ''
          : `, in line ${earlier.line} and in line ${metric.line}`;
      throw new ConfigError(`The metric ${JSON.stringify(metric.name)} occurs twice in ${file}${where}.`, {
        place: placeOf(file, metric.line),
        expected: 'each metric once',
        hint: 'Remove or rename one of them.',
      });
    }
    seen.set(key, metric);
  }
}
