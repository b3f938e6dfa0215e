import { usage, type Verb, verbHelp, verbs } from './cli/help.ts';
import { version } from './version.ts';

/**
 * The command line. Answers help, version and misspelt verbs itself; everything else is loaded when it is needed.
 * Sets the exit code and never throws: this is the one catch of the process.
 */
export async function command(argv: readonly string[]): Promise<void> {
  const [verb, ...rest] = argv;
  if (verb === '--version' || verb === '-v') return print(`${version}\n`);
  if (verb === undefined || verb === '--help' || verb === '-h' || verb === 'help') {
    const [about = ''] = rest;
    return isVerb(about) ? print(verbHelp[about]) : print(usage, verb === undefined ? 2 : 0);
  }
  if (!isVerb(verb)) return unknownVerb(verb);
  const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (options.includes('--help') || options.includes('-h')) return print(verbHelp[verb]);
  try {
    const { runVerb } = await import('./cli/main.ts');
    process.exitCode = await runVerb(verb, rest, import.meta.url);
  } catch (error) {
    const { explain } = await import('./cli/failure.ts');
    process.exitCode = explain(error, asksForJson(options));
  }
}

/** Steps of GitHub Actions by the name of their action, and what their `post` part tidies when they are killed. */
const actions = {
  trainyard: { duty: 'none', load: async () => (await import('./actions/trainyard.ts')).trainyard },
  train: { duty: 'bundle', load: async () => (await import('./actions/train.ts')).train },
  evaluate: { duty: 'none', load: async () => (await import('./actions/evaluate.ts')).evaluate },
  compare: { duty: 'none', load: async () => (await import('./actions/compare.ts')).compare },
  gate: { duty: 'check', load: async () => (await import('./actions/gate.ts')).gate },
  record: { duty: 'none', load: async () => (await import('./actions/record.ts')).record },
  register: { duty: 'none', load: async () => (await import('./actions/register.ts')).register },
  deploy: { duty: 'deployment', load: async () => (await import('./actions/deploy.ts')).deploy },
  rollback: { duty: 'deployment', load: async () => (await import('./actions/deploy.ts')).rollback },
  reconcile: { duty: 'none', load: async () => (await import('./actions/deploy.ts')).reconcile },
  status: { duty: 'none', load: async () => (await import('./actions/deploy.ts')).status },
  post: { duty: 'none', load: async () => (await import('./actions/post.ts')).post },
} as const;

/** One step of GitHub Actions. Sets the exit code and never throws: the one catch of a step. */
export async function main(name: keyof typeof actions): Promise<void> {
  const { runStep } = await import('./actions/step.ts');
  process.exitCode = await runStep(actions[name], import.meta.url);
}

/** A thread of either: loaded by itself, it answers the tasks that it is given. */
export async function thread(): Promise<void> {
  const { serve } = await import('./runtime/node/thread.ts');
  serve({
    'predictions-part': async () => (await import('./formats/predictions/part.ts')).partTask,
    'predictions-group': async () => (await import('./formats/predictions/parquet-part.ts')).groupTask,
  });
}

function isVerb(word: string): word is Verb {
  return (verbs as readonly string[]).includes(word);
}

/** Whether a program reads the answer; also where the options themselves are wrong. */
function asksForJson(options: readonly string[]): boolean {
  return /(?:^|\n)--(?:json|format[=\n]json)(?:\n|$)/.test(options.join('\n'));
}

async function unknownVerb(word: string): Promise<void> {
  const { nearest } = await import('./core/nearest.ts');
  const guess = nearest(word, verbs);
  process.stderr.write(
    `error: unknown verb "${word}".${guess === null ? '' : ` Did you mean "${guess}"?`}\n\n${usage}`,
  );
  process.exitCode = 2;
}

function print(text: string, exit = 0): void {
  (exit === 0 ? process.stdout : process.stderr).write(text);
  process.exitCode = exit;
}
