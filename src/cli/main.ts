import { ConfigError } from '../core/errors.ts';
import type { PredictionsPolicy } from '../core/gate/types.ts';
import { readSliceDeclaration } from '../core/metrics/slice-declaration.ts';
import { nearest } from '../core/nearest.ts';
import { createRuntime } from '../runtime/node/index.ts';
import type { Runtime } from '../runtime/types.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import { composeLocal } from './compose.ts';
import type { Verb } from './help.ts';

type Command = (runtime: Runtime, args: Arguments) => Promise<number>;

const release = (name: 'deploy' | 'rollback' | 'reconcile' | 'status' | 'history'): Command => {
  return async (runtime, args) => (await import('./release.ts'))[name](runtime, args);
};

const commands: Readonly<Record<Verb, Command>> = {
  ...{ train, evaluate, compare, gate, record },
  register: async (...given) => (await import('./register.ts')).register(...given),
  deploy: release('deploy'),
  rollback: release('rollback'),
  reconcile: release('reconcile'),
  status: release('status'),
  history: release('history'),
};

/**
 * Runs a verb and gives its exit code; failures are thrown. `program` is the URL of the module that answers in threads.
 */
export async function runVerb(verb: Verb, argv: readonly string[], program?: string): Promise<number> {
  const args = parseArguments(verb, argv);
  return commands[verb](createRuntime({ program }), args);
}

async function train(runtime: Runtime, args: Arguments): Promise<number> {
  const [verb, print] = await Promise.all([import('../verbs/train.ts'), import('./print.ts')]);
  const deps = await composeLocal(runtime);
  const options = { model: args.text('model') };
  if (args.flag('no-wait')) {
    const submitted = await verb.submit(deps, options);
    return write(args, { submitted }, () => print.submitted(submitted));
  }
  const results = await verb.train(deps, options);
  return write(args, { runs: results }, () => print.trained(results));
}

async function record(runtime: Runtime, args: Arguments): Promise<number> {
  const [{ record: run }, print] = await Promise.all([import('../verbs/record.ts'), import('./print.ts')]);
  const results = await run(await composeLocal(runtime), {
    model: args.text('model'),
    metrics: args.list('metrics'),
    predictions: args.text('predictions'),
  });
  return write(args, { runs: results }, () => print.recorded(results));
}

async function evaluate(runtime: Runtime, args: Arguments): Promise<number> {
  const [verb, print] = await Promise.all([import('../verbs/evaluate.ts'), import('./print.ts')]);
  const file = args.text('predictions');
  if (file === null) refuseRowOptions(args);
  const results =
    file === null
      ? await verb.evaluateProject(await composeLocal(runtime), { model: args.text('model') })
      : [await verb.evaluateFile(runtime, file, rowOptions(args), args.list('metric'))];
  const document =
    results.length === 1 && results[0]
      ? verb.evaluationDocument(results[0])
      : { models: results.map(verb.evaluationDocument) };
  return write(args, document, () => print.evaluated(results));
}

async function compare(runtime: Runtime, args: Arguments): Promise<number> {
  const [verb, print] = await Promise.all([import('../verbs/compare.ts'), import('./print.ts')]);
  const format = choice('--format', args.text('format') ?? 'md', ['md', 'json', 'html']);
  const result = await verb.compare(runtime, () => composeLocal(runtime), {
    model: args.text('model'),
    candidate: args.text('candidate'),
    baseline: args.text('baseline'),
    pair: args.text('predictions'),
    rules: args.list('rule'),
    predictions: rowOptions(args, args.flag('predictions')),
  });
  const json = args.flag('json') || format === 'json';
  const explained = args.flag('explain') ? (await import('./print-gate.ts')).explained(result.report) : null;
  const text = format === 'html' ? result.page : (explained ?? result.comment);
  process.stdout.write(json ? print.document(result.document) : text);
  return result.outcome.exit;
}

async function gate(runtime: Runtime, args: Arguments): Promise<number> {
  const [verb, print] = await Promise.all([import('../verbs/gate.ts'), import('./print.ts')]);
  const deps = await composeLocal(runtime);
  const options = { model: args.text('model') };
  if (args.flag('plan')) {
    const [models, { planned }] = await Promise.all([
      verb.planGate(deps, options),
      import('./print-gate.ts'),
    ]);
    return write(args, { models }, () => planned(models));
  }
  const result = await verb.gate(deps, options);
  const explained = args.flag('explain') ? (await import('./print-gate.ts')).explained(result.report) : null;
  write(args, result.document, () => explained ?? print.gated(result));
  return result.outcome.exit;
}

function write(args: Arguments, document: unknown, text: () => string): number {
  process.stdout.write(args.flag('json') ? `${JSON.stringify(document, null, 2)}\n` : text());
  return 0;
}

/** `pair`: the file holds two models. */
function rowOptions(args: Arguments, pair = false): PredictionsPolicy {
  const columns = renamedColumns(args.list('column'), pair);
  const task = args.text('task');
  const missing = args.text('on-missing');
  return {
    task: task === null ? null : choice('--task', task, ['binary', 'multiclass', 'regression']),
    columns,
    positiveLabel: args.text('positive-label'),
    ...(missing !== null && { onMissing: choice('--on-missing', missing, ['error', 'drop']) }),
    slices: args.list('slice').map((text) => readSliceDeclaration(text, '--slice')),
    minSliceRows: 1,
  };
}

const ourColumns = ['id', 'label', 'prediction', 'score', 'weight', 'group'];

function renamedColumns(pairs: readonly string[], two: boolean): Record<string, string> {
  const columns: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of pairs) {
    const [, ours, theirs] = /^([^=]+)=(.+)$/s.exec(pair) ?? [];
    if (ours === undefined || theirs === undefined) {
      throw new ConfigError(`--column ${pair} does not read as OURS=YOURS.`, {
        expected: 'for example label=target',
      });
    }
    if (!isOurs(ours, two)) throw unknownColumn(pair, ours, theirs, two);
    if (columns[ours] !== undefined) throw new ConfigError(`--column names "${ours}" twice.`);
    columns[ours] = theirs;
  }
  return columns;
}

const outputs = ['prediction', 'score'];

/** Of two models in one file each has outputs of its own. */
function isOurs(name: string, two: boolean): boolean {
  const [, side, own = name] = /^(candidate|baseline)\.(.+)$/s.exec(name) ?? [];
  const output = outputs.includes(own) || /^score\../s.test(own);
  return output ? (side !== undefined) === two : side === undefined && ourColumns.includes(own);
}

function unknownColumn(pair: string, ours: string, theirs: string, two: boolean): ConfigError {
  const sides = (name: string) => [`candidate.${name}`, `baseline.${name}`];
  const known = two
    ? [...ourColumns.filter((name) => !outputs.includes(name)), ...outputs.flatMap(sides)]
    : ourColumns;
  if (!two && isOurs(ours, true)) {
    return new ConfigError(`--column ${pair}: "${ours}" is a column of a file that holds two models.`, {
      hint: 'Give that file by --predictions, without --candidate and --baseline.',
    });
  }
  const guess = nearest(ours, known);
  const turned = known.includes(theirs) ? `Did you mean ${theirs}=${ours}?` : null;
  const hint = guess === null ? turned : `Did you mean ${guess}=${theirs}?`;
  return new ConfigError(`--column ${pair}: "${ours}" is not one of our columns.`, {
    expected: `${known.join(', ')} or ${two ? '<side>.' : ''}score.<label>`,
    ...(hint !== null && { hint }),
  });
}

function refuseRowOptions(args: Arguments): void {
  const given = ['task', 'column', 'slice', 'positive-label', 'metric'].filter((name) => args.flag(name));
  if (given.length === 0) return;
  throw new ConfigError(`--${given[0]} belongs to --predictions FILE.`, {
    hint: 'In a project these are keys of "predictions:" in trainyard.yml.',
  });
}

function choice<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found !== undefined) return found;
  const guess = nearest(value, allowed);
  throw new ConfigError(`${option} "${value}" is not known.`, {
    expected: allowed.join(', '),
    ...(guess !== null && { hint: `Did you mean "${guess}"?` }),
  });
}
