import { join } from 'node:path';
import type { Runtime } from '../../runtime/types.ts';
import type { RunOutputs } from '../types.ts';
import type { Stage } from './schema.ts';

/** Where the output of one running stage goes. */
export interface StageOutput {
  write(chunk: Uint8Array): Promise<void>;
  /** The last 20 lines. */
  tail(): string;
  /** Ends the stage's group with a line that says how it went. */
  close(summary: string): Promise<void>;
}

/** The story of a run: each stage's lines stay together, also when stages run at once. */
export interface StageLogs {
  open(stage: Stage, file: string): StageOutput;
}

interface OpenStage {
  stage: Stage;
  file: string;
  /** Shown while it happens: at most one stage is. */
  live: boolean;
  /** What is to be done with the stage's output, in order. */
  chain: Promise<void>;
}

const tailLines = 20;
const tailBytes = 16 << 10;
const lineLimit = 500;
const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/**
 * The only running stage is shown live. Others write to their file alone and are shown as a whole when they ended
 * and nobody is live.
 */
export function createStageLogs(runtime: Runtime): StageLogs {
  const { log, files } = runtime;
  const running = new Set<OpenStage>();
  const ended: { entry: OpenStage; summary: string }[] = [];
  let showing: Promise<void> = Promise.resolve();

  const heading = ({ stage }: OpenStage) => `${stage.name}: ${stage.command.trim().split('\n')[0]}`;
  const showFile = async (entry: OpenStage): Promise<void> => {
    if ((await files.info(entry.file)) === null) return;
    for await (const chunk of files.stream(entry.file)) await log.output(chunk);
  };
  const showEnded = async (): Promise<void> => {
    for (let next = ended.shift(); next !== undefined; next = ended.shift()) {
      log.group(heading(next.entry));
      await showFile(next.entry);
      log.info(next.summary);
      log.endGroup();
    }
  };
  /** The one stage that is left running is shown from its beginning on. */
  const adopt = (): void => {
    const [only, another] = running;
    if (only === undefined || another !== undefined || only.live) return;
    only.live = true;
    log.group(heading(only));
    only.chain = only.chain.then(() => showFile(only));
    only.chain.catch(() => undefined);
  };
  const anyLive = () => [...running].some((entry) => entry.live);
  const settle = (): Promise<void> => {
    showing = showing.then(async () => {
      if (anyLive()) return;
      await showEnded();
      adopt();
    });
    return showing;
  };

  return {
    open(stage, file) {
      const entry: OpenStage = { stage, file, live: false, chain: Promise.resolve() };
      running.add(entry);
      let last: Uint8Array = new Uint8Array(0);
      entry.chain = settle();
      return {
        write(chunk) {
          last = lastBytes(last, chunk);
          // Fixed now: what came before the stage was adopted is shown from its file.
          const live = entry.live;
          entry.chain = entry.chain.then(async () => {
            await files.append(file, chunk);
            if (live) await log.output(chunk);
          });
          return entry.chain;
        },
        tail: () => lastLines(last),
        async close(summary) {
          await entry.chain.catch(() => undefined);
          running.delete(entry);
          if (entry.live) {
            log.info(summary);
            log.endGroup();
          } else ended.push({ entry, summary });
          await settle();
        },
      };
    },
  };
}

function lastBytes(before: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (chunk.length >= tailBytes) return chunk.slice(chunk.length - tailBytes);
  return Buffer.concat([before.subarray(Math.max(0, before.length + chunk.length - tailBytes)), chunk]);
}

function lastLines(bytes: Uint8Array): string {
  const lines = new TextDecoder()
    .decode(bytes)
    .trimEnd()
    .split(/\r\n|\n|\r/);
  return lines
    .slice(-tailLines)
    .map((line) => line.replace(colours, '').replace(/(?!\t)\p{Cc}/gu, '\ufffd'))
    .map((line) => (line.length > lineLimit ? `${line.slice(0, lineLimit)}…` : line))
    .join('\n');
}

/** One line per stage: name, result, time. */
export function stageTable(stages: RunOutputs['stages']): string {
  const width = Math.max(5, ...stages.map((stage) => stage.name.length));
  const rows = stages.map(({ name, result, seconds, tries }) => {
    const again = tries > 1 ? ` (${tries} tries)` : '';
    return `${name.padEnd(width)}  ${result.padEnd(9)}  ${seconds.toFixed(1).padStart(7)} s${again}`;
  });
  return [`${'stage'.padEnd(width)}  ${'result'.padEnd(9)}  ${'time'.padStart(9)}`, ...rows].join('\n');
}

/** Log file of a stage; the number keeps them in order. */
export function stageLogFile(folder: string, index: number, name: string): string {
  return join(folder, `${String(index + 1).padStart(3, '0')}-${name}.log`);
}
