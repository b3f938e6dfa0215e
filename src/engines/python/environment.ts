import { join } from 'node:path';
import { scrub } from '../../runtime/scrub.ts';
import type { Runtime } from '../../runtime/types.ts';
import { which } from '../../runtime/which.ts';
import type { RunPlan } from '../types.ts';
import { digestOf } from './digest.ts';

type Environment = NonNullable<RunPlan['environment']>;

interface Probe {
  python: string;
  platform: string;
  packages: [string, string][];
  /** Folders packages are found in. */
  folders: string[];
}

interface Kept {
  probe: Probe;
  stamps: [string, number | null][];
}

/** The folder it is asked in is no place to import from. */
const probeScript = `
import sys
sys.path[:] = [p for p in sys.path if p]
import importlib.metadata, json, os, platform, sys, sysconfig
packages = {}
for found in importlib.metadata.distributions():
    name = found.metadata["Name"]
    if name:
        packages.setdefault(name, found.version)
print(json.dumps({"python": platform.python_version(), "platform": sysconfig.get_platform(),
  "packages": sorted(packages.items()), "folders": [p for p in sys.path if os.path.isdir(p)]}))
`;
const probeTimeoutMs = 60_000;

/**
 * Python version, platform and installed packages, asked from one `python` process and kept on disk until the
 * interpreter or a folder of packages changes. Without Python only the platform. The digest covers the version,
 * the platform and the sorted `name==version` lines, names as PEP 503 normalises them.
 */
export async function readEnvironment(runtime: Runtime, stateFolder: string): Promise<Environment> {
  const interpreter = (await which(runtime, 'python')) ?? (await which(runtime, 'python3'));
  if (interpreter === null)
    return environmentOf({ python: '', platform: runtime.platform, packages: [], folders: [] });
  const identity = [
    interpreter,
    runtime.env['PYTHONPATH'] ?? null,
    runtime.env['PYTHONHOME'] ?? null,
    runtime.env['VIRTUAL_ENV'] ?? null,
  ];
  const file = join(stateFolder, 'cache', 'environments', `${digestOf(identity).slice(0, 32)}.json`);
  const kept = parseKept(await runtime.files.readText(file));
  if (kept !== null && (await isFresh(runtime, kept))) return environmentOf(kept.probe);
  const probe = await probePython(runtime, interpreter, stateFolder);
  if (probe === null)
    return environmentOf({ python: '', platform: runtime.platform, packages: [], folders: [] });
  const stamps: Kept['stamps'] = [];
  for (const path of [interpreter, ...probe.folders]) stamps.push([path, await stamp(runtime, path)]);
  await runtime.files.write(file, JSON.stringify({ probe, stamps }));
  return environmentOf(probe);
}

/** A cached link to an interpreter counts by what it points at. */
async function stamp(runtime: Runtime, path: string): Promise<number | null> {
  const target = await runtime.files.realPath(path);
  return target === null ? null : ((await runtime.files.info(target))?.modifiedMs ?? null);
}

async function isFresh(runtime: Runtime, kept: Kept): Promise<boolean> {
  for (const [path, modifiedMs] of kept.stamps) {
    if ((await stamp(runtime, path)) !== modifiedMs) return false;
  }
  return true;
}

function parseKept(text: string | null): Kept | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text);
    return Array.isArray(value.stamps) && Array.isArray(value.probe.packages) ? value : null;
  } catch {
    return null;
  }
}

async function probePython(runtime: Runtime, interpreter: string, cwd: string): Promise<Probe | null> {
  await runtime.files.makeFolder(cwd);
  const result = await runtime.processes.run({
    command: interpreter,
    args: ['-c', probeScript],
    cwd,
    env: scrub(runtime.env),
    timeoutMs: probeTimeoutMs,
    signal: runtime.signal,
  });
  try {
    if (result.code === 0) return JSON.parse(new TextDecoder().decode(result.stdout));
  } catch {
    // Reported below: a wrapper that prints something of its own is no interpreter we can ask.
  }
  if (!result.cancelled)
    runtime.log.warn(
      `${interpreter} did not say which packages are installed: they are left out of the run key.`,
    );
  return null;
}

function environmentOf({ python, platform, packages }: Probe): Environment {
  const named = new Map(
    packages.map(([name, version]) => [name.toLowerCase().replaceAll(/[-_.]+/g, '-'), version]),
  );
  const sorted = [...named].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    digest: digestOf([python || null, platform, sorted.map(([name, version]) => `${name}==${version}`)]),
    python: python || null,
    platform,
    packages: Object.fromEntries(sorted),
  };
}
