import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createGit } from '../../src/git/index.ts';
import { createGitLedger } from '../../src/ledger/git/index.ts';
import type { RunRecord } from '../../src/schema/run.types.ts';
import { compileSources } from '../git/compiled.ts';
import {
  bareEnvironment,
  git,
  makeFolder,
  makeRepository,
  makeRuntime,
  removeFolders,
} from '../git/repository.ts';
import { makeRecord } from './records.ts';

const runtime = makeRuntime();
let compiled = '';

beforeAll(() => {
  compiled = compileSources();
});

afterAll(removeFolders);

interface Writer {
  child: ChildProcess;
  /** Ids that the writer was told are written. */
  written: string[];
  errors: string[];
  ended: Promise<unknown>;
}

function startWriter(root: string, records: readonly RunRecord[]): Writer {
  const file = join(makeFolder(), 'records.json');
  writeFileSync(file, JSON.stringify(records));
  const args = [resolve('test/ledger/writer.mjs'), compiled, root, file];
  const child = spawn(process.execPath, args, { cwd: root, env: bareEnvironment(makeFolder()) });
  const writer: Writer = { child, written: [], errors: [], ended: once(child, 'close') };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    writer.written.push(
      ...text
        .split('\n')
        .filter((line) => line.endsWith(' written'))
        .map((line) => line.slice(0, 20)),
    );
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => writer.errors.push(text));
  return writer;
}

function recordsOf(writer: string, count: number): RunRecord[] {
  return Array.from({ length: count }, (_, i) => makeRecord(`${writer} ${i}`));
}

async function idsInLedger(root: string): Promise<string[]> {
  const ledger = createGitLedger(runtime, createGit(runtime, root));
  const entries = await ledger.recent('churn', 100_000);
  const recorded = await ledger.recorded(
    entries.map(({ sha }) => sha),
    'churn',
  );
  expect(recorded).toHaveLength(entries.length);
  return entries.map(({ id }) => id).sort();
}

/** The git of a killed writer, found by its parent, where the system shows it. */
function childrenOf(pid: number): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
}

function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

function killHard(writer: Writer): void {
  const pid = writer.child.pid as number;
  const children = childrenOf(pid);
  for (const id of [pid, ...children, ...children.flatMap(childrenOf)]) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

describe('the ledger under real processes', () => {
  test('20 writers at once lose nothing', async () => {
    const root = makeRepository();
    const all = Array.from({ length: 20 }, (_, i) => recordsOf(`writer ${i}`, 3));

    const writers = all.map((records) => startWriter(root, records));
    await Promise.all(writers.map(({ ended }) => ended));

    expect(writers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(writers.map(({ child }) => child.exitCode)).toEqual(all.map(() => 0));
    const ids = all
      .flat()
      .map(({ id }) => id)
      .sort();
    expect(await idsInLedger(root)).toEqual(ids);
    expect(git(root, 'rev-list', '--count', 'trainyard')).toBe('60');
  }, 120_000);

  test('a writer killed at any moment leaves whole records only, and the next append works', async () => {
    const root = makeRepository();
    const told: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      const records = recordsOf(`round ${round}`, 200);
      const writer = startWriter(root, records);
      await once(writer.child.stdout as NodeJS.ReadableStream, 'data');
      await delay(round * 7);
      killHard(writer);
      await writer.ended;
      told.push(...writer.written);

      const ledger = createGitLedger(runtime, createGit(runtime, root));
      const after = makeRecord(`after ${round}`);
      expect((await ledger.append(after)).result).toBe('written');
      told.push(after.id);
    }

    const ids = await idsInLedger(root);
    expect(ids).toEqual(expect.arrayContaining(told));
    expect(new Set(ids).size).toBe(ids.length);
    expect(git(root, 'fsck', '--strict', '--no-dangling', '--connectivity-only')).toBe('');
  }, 120_000);
});
