import { join } from 'node:path';
import { UpstreamError } from '../core/errors.ts';
import type { ProcessIdentity } from '../runtime/types.ts';
import type { RunRef } from '../schema/run.types.ts';
import type { Deps } from './deps.ts';

/** A run that was submitted and not collected yet: `.trainyard/refs/<run key>.json`. */
export interface KeptRef {
  format: 1;
  model: string;
  ref: RunRef;
  /** When this project first knew of it. */
  submitted: string;
  /** Who waits for it; `null` when it was left to run on purpose. */
  waiting: ProcessIdentity | null;
}

type Place = Pick<Deps, 'runtime' | 'stateFolder'>;

const folderOf = ({ stateFolder }: Place) => join(stateFolder, 'refs');

function fileOf(deps: Place, runKey: string): string {
  if (!/^[0-9a-f]{64}$/.test(runKey)) throw new TypeError(`"${runKey}" is no run key.`);
  return join(folderOf(deps), `${runKey}.json`);
}

/** Keeps the reference of a run, instead of an earlier one of the same key. */
export async function keepRef(
  deps: Place,
  run: { model: string; ref: RunRef; waiting: boolean },
): Promise<void> {
  const { runtime } = deps;
  const before = await keptRef(deps, run.ref.run_key);
  const kept: KeptRef = {
    format: 1,
    model: run.model,
    ref: run.ref,
    submitted: before?.ref.attempt === run.ref.attempt ? before.submitted : runtime.clock.now().toISOString(),
    waiting: run.waiting ? runtime.processes.self() : null,
  };
  await runtime.files.write(fileOf(deps, run.ref.run_key), `${JSON.stringify(kept, null, 2)}\n`);
}

/** The kept reference of a run key; `null` when there is none, or when it is not one of ours. */
export async function keptRef(deps: Place, runKey: string): Promise<KeptRef | null> {
  const file = fileOf(deps, runKey);
  const kept = parseKept(await deps.runtime.files.readText(file));
  if (kept === null || kept.ref.run_key !== runKey) return null;
  return kept;
}

/** All kept references, oldest first. */
export async function keptRefs(deps: Place): Promise<KeptRef[]> {
  const names = (await deps.runtime.files.list(folderOf(deps))) ?? [];
  const keys = names.flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []);
  const kept = await Promise.all(keys.map((key) => keptRef(deps, key)));
  return kept.filter((run) => run !== null).sort((a, b) => Date.parse(a.submitted) - Date.parse(b.submitted));
}

/** Forgets a reference, unless another attempt took its place. */
export async function forgetRef(deps: Place, ref: RunRef): Promise<void> {
  const kept = await keptRef(deps, ref.run_key);
  if (kept?.ref.handle === ref.handle) await deps.runtime.files.remove(fileOf(deps, ref.run_key));
}

/** Does something with a run one waits for. When its service fails, the run is left: it may well go on. */
export async function orLeft<T>(
  deps: Place,
  run: { model: string; ref: RunRef },
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const kept = error instanceof UpstreamError && (await keptRef(deps, run.ref.run_key)) !== null;
    if (kept) await keepRef(deps, { ...run, waiting: false });
    throw error;
  }
}

function parseKept(text: string | null): KeptRef | null {
  try {
    const value = JSON.parse(text ?? 'null') as KeptRef | null;
    const { engine, run_key, attempt, handle } = value?.ref ?? {};
    const isRef = [engine, run_key, handle, value?.model].every((part) => typeof part === 'string');
    return value?.format === 1 && isRef && Number.isInteger(attempt) ? value : null;
  } catch {
    return null;
  }
}
