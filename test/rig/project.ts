import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { VerdictDocument } from '../../src/schema/verdict.types.ts';
import type { RecordResult } from '../../src/verbs/record.ts';
import type { TrainResult } from '../../src/verbs/train.ts';
import { cleanEnvironment, documentOf, type Finished, makeFolder, startCommand } from './command.ts';

/** The gate that most tests start from: 400 rows tell a drop of 0.1 from none, and not one of 0.025. */
export const plainConfig = `version: 1
model: churn
pipeline:
  train: { run: sh train.sh, deps: [train.sh], params: [params.yaml], outs: [model.txt] }
  evaluate: { run: sh evaluate.sh, deps: [evaluate.sh, model.txt], metrics: [metrics.json], predictions: predictions.csv }
metrics: { size_kb: lower }
gate:
  - { metric: accuracy, min: 0.7, max-drop: 0.02 }
`;

const trainScript = `echo "train $(pwd)" >> "$HOME/ran.log"
cp params.yaml model.txt
`;

/** Rows whose number is spread over the file are wrong, as many as `errors` says; more errors keep the earlier ones. */
const evaluateScript = `echo "evaluate $(pwd)" >> "$HOME/ran.log"
awk '
  { value[$1] = $2 }
  END {
    rows = value["rows:"]
    print "id,label,prediction,score,region"
    for (i = 0; i < rows; i++) {
      label = i % 2
      guess = (i * 37) % rows < value["errors:"] ? 1 - label : label
      printf "row-%d,%d,%d,%.3f,%s\\n", i, label, guess, guess ? 0.9 : 0.1, i % 4 < 2 ? "north" : "south"
    }
    printf "{\\"size_kb\\": %s}\\n", value["size:"] > "metrics.json"
  }' model.txt > predictions.csv
`;

export const plainParams = 'errors: 40\nrows: 400\nsize: 100\n';

export interface ProjectFiles {
  [path: string]: string;
}

export const plainFiles: ProjectFiles = {
  'trainyard.yml': plainConfig,
  'train.sh': trainScript,
  'evaluate.sh': evaluateScript,
  'params.yaml': plainParams,
  '.gitignore': 'model.txt\nmetrics.json\npredictions.csv\n',
};

/** A real repository with a pipeline of shell scripts, and the command line run in it as a process of its own. */
export interface Project {
  folder: string;
  home: string;
  env: Record<string, string>;
  git(...args: string[]): string;
  write(path: string, text: string | Uint8Array): void;
  edit(path: string, from: string | RegExp, to: string): void;
  read(path: string): string;
  exists(path: string): boolean;
  list(path: string): string[];
  remove(path: string): void;
  /** Commits everything; gives the commit. */
  commit(message?: string): string;
  /** A new branch from `from` (default: here), switched to. */
  branch(name: string, from?: string): void;
  start(verb: string, ...args: string[]): ReturnType<typeof startCommand>;
  run(verb: string, ...args: string[]): Promise<Finished>;
  /** Runs with --json and gives the document; any other exit code than `code` is an error that shows the log. */
  json<T>(code: number, verb: string, ...args: string[]): Promise<T>;
  gate(code: number, ...args: string[]): Promise<VerdictDocument>;
  train(...args: string[]): Promise<TrainResult[]>;
  record(...args: string[]): Promise<RecordResult[]>;
  /** Stages that ran since the last call, in order. */
  ran(): string[];
  /** A copy that goes its own way. */
  copy(): Project;
}

/** A project with these files beside and instead of the plain ones, committed on main unless `commit` says no. */
export function makeProject(files: ProjectFiles = {}, { commit = true } = {}): Project {
  const place = makeFolder();
  mkdirSync(join(place, 'project'));
  mkdirSync(join(place, 'home'));
  const project = projectAt(place);
  project.git('init', '--quiet', '--initial-branch=main');
  for (const [path, text] of Object.entries({ ...plainFiles, ...files })) project.write(path, text);
  if (commit) project.commit('Begin');
  return project;
}

/** The project whose folder and home lie in `place`. */
export function projectAt(place: string): Project {
  const folder = join(place, 'project');
  const home = join(place, 'home');
  const env = cleanEnvironment(home);
  const at = (path: string) => join(folder, path);
  const project: Project = {
    folder,
    home,
    env,
    git: (...args) => git(folder, env, args),
    write(path, text) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    },
    edit(path, from, to) {
      const before = readFileSync(at(path), 'utf8');
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${path} has no ${from} to change.`);
      writeFileSync(at(path), after);
    },
    read: (path) => readFileSync(at(path), 'utf8'),
    exists: (path) => existsSync(at(path)),
    list: (path) => (existsSync(at(path)) ? readdirSync(at(path)) : []),
    remove: (path) => rmSync(at(path), { recursive: true, force: true }),
    commit(message = 'Change') {
      project.git('add', '--all');
      project.git('commit', '--quiet', '--allow-empty', '--message', message);
      return project.git('rev-parse', 'HEAD');
    },
    branch: (name, from = 'HEAD') => void project.git('switch', '--quiet', '--create', name, from),
    start: (verb, ...args) => startCommand([verb, ...args], folder, env),
    run: (verb, ...args) => project.start(verb, ...args).finished,
    async json(code, verb, ...args) {
      const finished = await project.run(verb, '--json', ...args);
      if (finished.code === code) return documentOf(finished) as never;
      const said = `${finished.stdout.slice(0, 3000)}\n${finished.stderr.slice(-3000)}`;
      throw new Error(`${verb} ended with ${finished.code}, not ${code}:\n${said}`);
    },
    gate: (code, ...args) => project.json(code, 'gate', ...args),
    train: async (...args) => (await project.json<{ runs: TrainResult[] }>(0, 'train', ...args)).runs,
    record: async (...args) => (await project.json<{ runs: RecordResult[] }>(0, 'record', ...args)).runs,
    ran() {
      const file = join(home, 'ran.log');
      if (!existsSync(file)) return [];
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      rmSync(file);
      return lines.map((line) => line.split(' ')[0] as string);
    },
    copy() {
      const elsewhere = makeFolder();
      cpSync(place, elsewhere, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      return projectAt(elsewhere);
    },
  };
  return project;
}

function git(cwd: string, env: Record<string, string>, args: readonly string[]): string {
  const person = { NAME: 'Ada', EMAIL: 'ada@example.org' };
  const names = Object.entries(person).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  const all = { ...env, ...Object.fromEntries(names) };
  return execFileSync('git', args, { cwd, env: all, stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trimEnd();
}
