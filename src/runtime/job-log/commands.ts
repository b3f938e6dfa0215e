import type { Place } from '../../core/errors.ts';

/** Where an annotation is shown and what stands above it. */
export interface Annotation {
  title?: string;
  /** The file is relative to the root of the repository. */
  place?: Place;
  endLine?: number;
}

/** Text as data of a workflow command. */
export function commandData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Text as the value of a workflow command's property. */
function propertyValue(text: string): string {
  return commandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** One workflow command as the runner reads it, without the end of its line; properties without a value are left out. */
export function workflowCommand(
  name: string,
  data: string,
  properties: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined && value !== '');
  const list = given.map(([key, value]) => `${key}=${propertyValue(String(value))}`).join(',');
  return `::${name}${list === '' ? '' : ` ${list}`}::${commandData(data)}`;
}

/** An annotation as the properties of `error`, `warning` and `notice`. */
export function annotationProperties({
  title,
  place,
  endLine,
}: Annotation): Record<string, string | number | undefined> {
  const { file, line, column } = place ?? {};
  return { title, file, line, endLine, col: column };
}

/** Whether a runner would take this line for a workflow command, in the present or the older syntax. */
export function isCommand(line: string): boolean {
  return line.trimStart().startsWith('::') || line.includes('##[');
}
