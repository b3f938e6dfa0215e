import { safeFileName } from '../names.ts';
import type { Platform } from '../types.ts';
import type { StateFolder } from './state-folder.ts';

type Outputs = Pick<Platform, 'ensureComment' | 'ensureCheck' | 'writeSummary' | 'writeReport'>;

/** What a pull request would show, as files: `comment.md`, `check.json`, `summary.md` and the reports. */
export function createOutputs(state: StateFolder): Outputs {
  return {
    ensureComment: async ({ key, body }) => state.ensure(fileName('comment', key, 'md'), body),
    ensureCheck: async (check) =>
      state.ensure(fileName('check', check.name, 'json'), `${JSON.stringify(check, null, 2)}\n`),
    writeSummary: async (markdown) => state.ensure('summary.md', markdown),
    writeReport: async (name, content) => state.ensure(safeFileName(name), content),
  };
}

/** `check.json` for `trainyard`, `check-churn.json` for `trainyard/churn`, `trainyard (churn)` and `churn`. */
function fileName(kind: string, name: string, extension: string): string {
  const words = name.match(/[A-Za-z0-9._-]+/g) ?? [];
  const rest = words[0] === 'trainyard' ? words.slice(1) : words;
  return safeFileName(`${[kind, ...rest].join('-').slice(0, 120)}.${extension}`);
}
