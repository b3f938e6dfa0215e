import { parseArgs } from 'node:util';
import { ConfigError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Verb } from './help.ts';

type Kind = 'text' | 'list' | 'flag';

const everywhere = { model: 'text', json: 'flag', help: 'flag' } as const;
const rows = {
  task: 'text',
  column: 'list',
  slice: 'list',
  'positive-label': 'text',
  'on-missing': 'text',
} as const;

const options: Readonly<Record<Verb, Readonly<Record<string, Kind>>>> = {
  train: { ...everywhere, 'no-wait': 'flag' },
  evaluate: { ...everywhere, ...rows, predictions: 'text', metric: 'list' },
  compare: {
    ...everywhere,
    ...rows,
    candidate: 'text',
    baseline: 'text',
    rule: 'list',
    predictions: 'text',
    format: 'text',
    explain: 'flag',
  },
  gate: { ...everywhere, plan: 'flag', explain: 'flag' },
  record: { ...everywhere, metrics: 'list', predictions: 'text' },
  register: { ...everywhere, version: 'text', commit: 'text', retrain: 'flag', 'signing-key': 'text' },
  deploy: {
    ...{ ...everywhere, env: 'text', version: 'text', 'allow-lower': 'flag' },
    ...{ plan: 'flag', resume: 'flag', abort: 'flag' },
  },
  rollback: { ...everywhere, env: 'text', to: 'text', reason: 'text', unblock: 'text' },
  reconcile: { ...everywhere, env: 'text' },
  status: { ...everywhere, env: 'text', target: 'flag', format: 'text' },
  history: { ...everywhere, env: 'text', format: 'text', count: 'text' },
};

/** Arguments of a verb: text (`null` when absent), lists (empty when absent) and flags. */
export interface Arguments {
  text(name: string): string | null;
  list(name: string): readonly string[];
  flag(name: string): boolean;
}

/** Reads the arguments of a verb; an unknown, repeated or incomplete option is a ConfigError with the nearest name. */
export function parseArguments(verb: Verb, argv: readonly string[]): Arguments {
  const known = options[verb];
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(known).map(([name, kind]) => [
        name,
        { type: kind === 'flag' ? 'boolean' : 'string', multiple: true },
      ]),
    ) as Record<string, { type: 'boolean' | 'string'; multiple: true }>,
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') throw misplaced(verb, token.value);
    if (token.kind !== 'option') continue;
    const kind = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (kind === undefined) throw unknownOption(verb, token.rawName, Object.keys(known));
    const values = given.get(token.name) ?? [];
    values.push(optionValue(verb, token, kind, values.length));
    given.set(token.name, values);
  }
  return {
    text: (name) => given.get(name)?.[0] ?? null,
    list: (name) => given.get(name) ?? [],
    flag: (name) => given.has(name),
  };
}

interface OptionToken {
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

function optionValue(verb: Verb, token: OptionToken, kind: Kind, before: number): string {
  const { rawName: raw, value } = token;
  if (kind === 'flag') {
    if (value !== undefined) throw usageError(verb, `${raw} takes no value.`);
    return '';
  }
  const swallowed = token.inlineValue === false && value?.startsWith('--') === true;
  if (value === undefined || value === '' || swallowed) throw usageError(verb, `${raw} needs a value.`);
  if (kind === 'text' && before > 0) throw usageError(verb, `${raw} was given twice.`);
  return value;
}

function unknownOption(verb: Verb, raw: string, known: readonly string[]): ConfigError {
  const guess = nearest(raw.replace(/^-+/, ''), known);
  return usageError(verb, `Unknown option ${raw}.`, guess === null ? undefined : `Did you mean --${guess}?`);
}

function misplaced(verb: Verb, value: string): ConfigError {
  return usageError(verb, `Unexpected argument "${value}".`);
}

function usageError(verb: Verb, message: string, hint?: string): ConfigError {
  return new ConfigError(message, {
    hint: `${hint === undefined ? '' : `${hint} `}See "trainyard ${verb} --help".`,
  });
}
