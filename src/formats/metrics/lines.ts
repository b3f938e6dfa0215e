import { ConfigError } from '../../core/errors.ts';
import { type FileMetric, plainMetric, refuseNumericText, textValue } from './value.ts';

/**
 * Metrics of a text of `key: value` or `key = value` lines. Blank lines and lines that start with `#` are skipped,
 * values that are no number describe; a number in quotes and any other line are ConfigErrors.
 */
export function lineMetrics(text: string, file: string): FileMetric[] {
  return text.split(/\r\n|\n|\r/).flatMap((raw, index) => {
    const line = raw.trim();
    return line === '' || line.startsWith('#') ? [] : lineMetric(line, file, index + 1);
  });
}

function lineMetric(text: string, file: string, line: number): FileMetric[] {
  const separator = text.search(/[:=]/);
  if (separator < 1) {
    throw new ConfigError(`${file} has a line that is no metric: ${JSON.stringify(text.slice(0, 60))}.`, {
      place: { file, line },
      expected: '`name: value` or `name = value` on each line',
      hint: 'Write JSON, and give the file the extension .json.',
    });
  }
  const name = text.slice(0, separator).trim();
  const rest = text.slice(separator + 1).trim();
  const quoted = /^(["'])(.*)\1$/.exec(rest)?.[2];
  if (quoted !== undefined) refuseNumericText(quoted, name, file, line);
  const value = quoted === undefined ? textValue(rest) : null;
  return value ? [plainMetric(name, value, line)] : [];
}
