import { existsSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compileFolder } from '../../runtime/compiled.ts';
import { compiledCommand, repositoryRoot, stateOf } from '../build.ts';

/**
 * The engine and its driver as JavaScript that plain node runs, beside the compiled sources, once for each state of
 * both.
 */
export function compiledRig(): { rig: string; src: string } {
  const src = dirname(compiledCommand());
  const source = join(repositoryRoot, 'test/rig/detached');
  const target = `${src}-detached-${stateOf(source)}`;
  if (!existsSync(target)) compileInto(target, source, src);
  return { rig: join(target, 'test/rig/detached'), src };
}

function compileInto(target: string, source: string, src: string): void {
  const folder = mkdtempSync(join(dirname(src), 'making-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(src, join(folder, 'src'));
  compileFolder(source, join(folder, 'test/rig/detached'));
  try {
    renameSync(folder, target);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}
