/** One line of act's log (`--json`). */
interface Line {
  msg?: string;
  job?: string;
  jobID?: string;
  matrix?: Record<string, unknown>;
  stage?: string;
  step?: string;
  stepID?: string[];
  stepid?: string[];
  jobResult?: string;
  stepResult?: string;
  command?: string;
  name?: string;
  arg?: string;
  content?: string;
  kvPairs?: Record<string, string>;
  raw_output?: boolean;
}

export type Result = 'success' | 'failure' | 'cancelled' | 'skipped';

export interface Annotation {
  level: 'notice' | 'warning' | 'error';
  message: string;
  properties: Record<string, string>;
}

/** What one job did. */
export interface JobLog {
  /** `train`, `train (3.12)` for one of a matrix, `pipeline / train` for one of a called workflow. */
  key: string;
  id: string;
  matrix: Record<string, unknown>;
  result: Result;
  /** Steps that ran, by what they are called (`Main actions/checkout@v5`), with how they ended. */
  steps: { name: string; id: string; stage: string; result: Result }[];
  /** Outputs of steps: `<step id>.<output>`. */
  outputs: Record<string, string>;
  annotations: Annotation[];
  summary: string;
  /** What its steps printed. */
  text: string;
}

export interface ActLog {
  jobs: JobLog[];
  /** Everything act said, for messages of failed tests. */
  text: string;
}

/** Reads act's log line by line; `changed` is told when a job begins or ends. Throws for what act left out. */
export function makeActLog(changed: (job: JobLog) => void): ActLog & { add(line: string): void } {
  const jobs = new Map<string, JobLog>();
  const log: ActLog & { add(line: string): void } = {
    jobs: [],
    text: '',
    add(text) {
      const line = parsed(text);
      log.text += `${line.job === undefined ? '' : `[${line.job}] `}${(line.msg ?? text).trimEnd()}\n`;
      if (line.msg?.includes('Skipping unsupported platform'))
        throw new Error(`act leaves out job ${line.jobID}: no runner for its runs-on`);
      if (line.jobID === undefined || (line.stepID ?? line.stepid ?? line.jobResult) === undefined) return;
      const key = keyOf(line);
      let job = jobs.get(key);
      if (!job) {
        job = newJob(key, line);
        jobs.set(key, job);
        log.jobs.push(job);
        changed(job);
      }
      addLine(job, line);
      if (line.jobResult !== undefined) changed(job);
    },
  };
  return log;
}

function newJob(key: string, { jobID = '', matrix = {} }: Line): JobLog {
  const empty = { steps: [], outputs: {}, annotations: [], summary: '', text: '' };
  return { key, id: jobID, matrix, result: 'cancelled', ...empty };
}

function addLine(job: JobLog, line: Line): void {
  const id = line.stepID?.join('.') ?? '';
  if (line.raw_output) job.text += line.msg ?? '';
  if (line.jobResult !== undefined) job.result = ownResult(job, line.jobResult as Result);
  if (line.stepResult !== undefined && line.stage !== undefined)
    job.steps.push({
      name: line.step ?? '',
      id,
      stage: line.stage,
      result: line.stepResult as Result,
    });
  if (line.command === 'set-output') job.outputs[`${id}.${line.name}`] = line.arg ?? '';
  if (line.command === 'summary') job.summary += line.content ?? '';
  if (line.command === 'notice' || line.command === 'warning' || line.command === 'error')
    job.annotations.push({ level: line.command, message: line.arg ?? '', properties: line.kvPairs ?? {} });
}

/** One of a matrix is called failed by act when another one failed before it ended. */
function ownResult({ matrix, steps }: JobLog, said: Result): Result {
  const fine = Object.keys(matrix).length > 0 && steps.every(({ result }) => result !== 'failure');
  return said === 'failure' && fine ? 'success' : said;
}

/** act calls a job of a called workflow `<calling job>/<workflow>/<job>`, others `<workflow>/<job>`. */
function keyOf({ job = '', jobID = '', matrix = {} }: Line): string {
  const parts = job.split('/');
  const outer = parts.length > 2 ? `${parts[0]} / ` : '';
  const values = Object.values(matrix)
    .map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)))
    .filter((value) => value !== '');
  return `${outer}${jobID}${values.length > 0 ? ` (${values.join(', ')})` : ''}`;
}

function parsed(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return {};
  }
}
