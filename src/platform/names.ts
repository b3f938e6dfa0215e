import { ConfigError } from '../core/errors.ts';

/** Name of the check of one model beside others, and of the one that stands for all. */
export function checkName(model: string | null): string {
  return model === null ? 'trainyard' : `trainyard / ${model}`;
}

/** Name of the check that says how a deployment came out. */
export function deploymentCheckName(environment: string, model: string): string {
  return `deploy / ${environment} / ${model}`;
}

/** Length of a whole run id and of the shortest part of one that is looked up. */
const idLength = 20;
const shortestPrefix = 6;

/** Whether a text is a run id or long enough a part of one to look for. */
export function isRunIdPart(text: string): boolean {
  return /^[0-9a-f]+$/.test(text) && text.length >= shortestPrefix && text.length <= idLength;
}

/** The run id itself; anything else is a ConfigError. */
export function requireRunId(id: string): string {
  if (/^[0-9a-f]{20}$/.test(id)) return id;
  throw new ConfigError(`${JSON.stringify(id.slice(0, 40))} is not a run id.`, {
    expected: '20 hexadecimal digits',
  });
}

/** The beginning of several run ids. */
export function ambiguousId(part: string, ids: readonly string[]): ConfigError {
  return new ConfigError(
    `"${part}" is the beginning of ${ids.length} run ids: ${ids.slice(0, 5).join(', ')}.`,
    {
      hint: 'Give more digits of the one that is meant.',
    },
  );
}

/** The verdict key itself; anything else is a ConfigError. */
export function requireVerdictKey(key: string): string {
  if (/^[0-9a-f]{16,128}$/.test(key)) return key;
  throw new ConfigError(`${JSON.stringify(key.slice(0, 80))} is not a verdict key.`, {
    expected: 'hexadecimal digits',
  });
}

/** A file name that stays in its folder on every system; anything else is a ConfigError. */
export function safeFileName(name: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,150}$/.test(name) && !name.endsWith('.')) return name;
  throw new ConfigError(`${JSON.stringify(name.slice(0, 160))} cannot be the name of a file we write.`, {
    expected: 'letters, digits, ".", "_" and "-", not starting with a dot',
  });
}
