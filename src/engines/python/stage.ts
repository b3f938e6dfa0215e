import { dirname, join } from 'node:path';
import { CancelledError, StageError, UpstreamError } from '../../core/errors.ts';
import { shellCommand } from '../../runtime/shell.ts';
import type { ProcessResult, Runtime } from '../../runtime/types.ts';
import type { EngineSpec } from '../types.ts';
import { checkOut } from './layout.ts';
import type { StageOutput } from './log.ts';
import { stageEnvironment } from './process-env.ts';
import type { Stage } from './schema.ts';

export interface StageRun {
  runtime: Runtime;
  spec: EngineSpec;
  stage: Stage;
  shell: string;
  /** Folder for what belongs to this run alone. */
  folder: string;
  output: StageOutput;
  signal: AbortSignal;
  onTry(number: number): void;
}

const diskFull =
  /No space left on device|\bENOSPC\b|Disk quota exceeded|There is not enough space on the disk/;

/**
 * Runs a stage until it succeeds or its tries are used up, each from fresh outputs, and leaves whole outputs.
 * A stage that did not succeed leaves no outputs. Throws StageError, CancelledError, or UpstreamError for a full disk.
 */
export async function runStage(run: StageRun): Promise<void> {
  const most = run.stage.retries + 1;
  for (let tries = 1; ; tries += 1) {
    run.onTry(tries);
    const failure = await tryStage(run);
    if (failure === null) return;
    await removeOuts(run);
    if (run.signal.aborted) throw new CancelledError(`Stage "${run.stage.name}" was cancelled.`);
    if (!(failure instanceof StageError) || tries === most) throw failure;
    run.runtime.log.warn(`Stage "${run.stage.name}" failed, try ${tries} of ${most}: trying again.`);
  }
}

async function tryStage(run: StageRun): Promise<unknown> {
  try {
    const result = await runProcess(run);
    return failureOf(run, result) ?? (await missingOut(run));
  } catch (error) {
    return error;
  }
}

async function runProcess({
  runtime,
  spec,
  stage,
  shell,
  folder,
  output,
  signal,
}: StageRun): Promise<ProcessResult> {
  await removeOuts({ runtime, spec, stage });
  for (const out of stage.outs) await runtime.files.makeFolder(dirname(join(spec.path, out)));
  const { command, args } = await shellCommand(runtime, shell, stage.command, folder, stage.name);
  return runtime.processes.run({
    command,
    args,
    cwd: spec.path,
    env: stageEnvironment(spec, stage, runtime.env),
    onStdout: output.write,
    onStderr: output.write,
    signal,
    ...(stage.timeoutMs === null ? {} : { timeoutMs: stage.timeoutMs }),
  });
}

async function removeOuts({
  runtime,
  spec,
  stage,
}: Pick<StageRun, 'runtime' | 'spec' | 'stage'>): Promise<void> {
  for (const out of stage.outs) {
    await checkOut(runtime, spec, stage, out);
    await runtime.files.remove(join(spec.path, out));
  }
}

function failureOf({ stage, output }: StageRun, result: ProcessResult): Error | null {
  if (result.cancelled) return new CancelledError(`Stage "${stage.name}" was cancelled.`);
  if (result.code === 0 && !result.timedOut) return null;
  const tail = output.tail();
  if (!result.timedOut && diskFull.test(tail)) {
    const hint = 'Free some space and run again.';
    return new UpstreamError(`The disk is full: stage "${stage.name}" could not write. ${hint}\n${tail}`, {
      hint,
    });
  }
  const how = describeEnd(stage, result);
  const last = tail === '' ? 'It printed nothing.' : `Its last lines:\n${tail}`;
  return new StageError(stage.name, `Stage "${stage.name}" ${how}: ${stage.command}\n${last}`);
}

function describeEnd(stage: Stage, result: ProcessResult): string {
  if (result.timedOut) return `did not end within its timeout of ${(stage.timeoutMs ?? 0) / 1000} s`;
  return result.code === null ? `was ended by ${result.endedBy}` : `failed with exit code ${result.code}`;
}

async function missingOut({ runtime, spec, stage }: StageRun): Promise<StageError | null> {
  for (const out of stage.outs) {
    const info = await runtime.files.info(join(spec.path, out));
    if (info?.kind === 'file' || info?.kind === 'directory') continue;
    const what =
      info === null
        ? `did not write "${out}"`
        : `wrote "${out}" as a link or device, not as a file or folder`;
    return new StageError(
      stage.name,
      `Stage "${stage.name}" ${what}, which it declares as an output: ${stage.command}`,
      `Let the command write ${join(spec.path, out)}, or take it out of the stage.`,
    );
  }
  return null;
}
