import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { byName, manifestText, rootDigest } from '../../src/formats/manifest.ts';
import type { NewVersion, WritableRegistry } from '../../src/registry/types.ts';
import type { ModelManifest } from '../../src/schema/manifest.types.ts';
import { makeFolder } from '../git/repository.ts';

/** A model of several files: in folders, empty, with names that registries change. */
export const model: Record<string, string> = {
  'model/weights.bin': 'weights',
  'model/config.json': '{"layers": 2}',
  'model.config.json': 'not the other one',
  'empty.txt': '',
  'ünï "x".txt': 'named',
};

/** A version ready to be published. */
export function versionOf(
  version: string,
  files: Record<string, string> = model,
  changes: Partial<ModelManifest> = {},
): NewVersion {
  const folder = makeFolder();
  const resources = Object.entries(files).map(([name, text]) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    const digest = createHash('sha256').update(text).digest('hex');
    return { name, bytes: Buffer.byteLength(text), algorithm: 'sha256' as const, digest };
  });
  resources.sort(byName);
  const manifest: ModelManifest = {
    ...{ schema: 'trainyard/manifest', version: 1, model: 'churn', model_version: version },
    ...{ digest: rootDigest(resources), resources, commit: null, run: 'a'.repeat(20) },
    ...{ verdict: { verdict: 'pass', kind: 'pass' }, created: '2026-05-01T00:00:00.000Z' },
    ...changes,
  };
  return { manifest, text: manifestText(manifest), folder, signature: '{"signed": true}\n' };
}

/** Paths and texts below a folder. */
export function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

export interface OpenedRegistry {
  /** Another process's view of the same registry. */
  open(): WritableRegistry;
  /** A model that the registry has no version of. */
  name: string;
}

/** What every registry does. */
export function describeRegistry(kind: string, make: () => Promise<OpenedRegistry>): void {
  describe(`a registry of ${kind}`, () => {
    test('has nothing at first', async () => {
      const { open, name } = await make();
      const registry = open();
      expect(await registry.find(name, '1.0.0')).toBeNull();
      expect(await registry.signed(name, '1.0.0')).toBeNull();
      expect(await registry.versions(name)).toEqual([]);
    });

    test('gives back what was published: manifest, text, signature and every file', async () => {
      const { open, name } = await make();
      const made = of(name, '1.0.0');

      expect(await open().publish(made)).toMatchObject({ result: 'created' });

      expect(await open().find(name, '1.0.0')).toEqual(made.manifest);
      expect(await open().signed(name, '1.0.0')).toEqual({ text: made.text, signature: made.signature });
      const folder = join(makeFolder(), 'to');
      await open().fetch(made.manifest, folder);
      expect(filesIn(folder)).toEqual(model);
    });

    test('keeps each version and each model for itself', async () => {
      const { open, name } = await make();
      for (const version of ['1.0.0', '1.10.0', '2.0.0-rc.1']) await open().publish(of(name, version));
      await open().publish(of(name, '1.0.0', { a: 'b' }, { model: `${name}-2` }));

      expect((await open().versions(name)).sort()).toEqual(['1.0.0', '1.10.0', '2.0.0-rc.1']);
      expect(await open().versions(`${name}-2`)).toEqual(['1.0.0']);
      expect(await open().find(name, '1.1.0')).toBeNull();
    });

    test('the same bytes again are unchanged, whatever else the manifest says now', async () => {
      const { open, name } = await make();
      const first = of(name, '1.0.0');
      await open().publish(first);

      const later = of(name, '1.0.0', model, { created: '2027-01-01T00:00:00.000Z' });
      const { result, url } = await open().publish(later);
      expect(result).toBe('unchanged');
      expect(await open().page(name, '1.0.0')).toBe(url);
      expect(await open().find(name, '1.0.0')).toEqual(first.manifest);
    });

    test('other bytes under a version that is taken are refused, and what is there stays', async () => {
      const { open, name } = await make();
      const first = of(name, '1.0.0');
      await open().publish(first);

      await expect(open().publish(of(name, '1.0.0', { model: 'x' }))).rejects.toMatchObject({
        name: 'ConfigError',
        message: expect.stringContaining(`${name} 1.0.0 is registered already, with other bytes`),
      });
      expect(await open().find(name, '1.0.0')).toEqual(first.manifest);
    });

    test('of two that publish at once one creates, whoever is first', async () => {
      const { open, name } = await make();
      const made = [of(name, '1.0.0'), of(name, '1.0.0')];

      const results = await Promise.all(made.map((version) => open().publish(version)));

      expect(results.map(({ result }) => result).sort()[0]).toBe('created');
      expect(await open().versions(name)).toEqual(['1.0.0']);
      const folder = join(makeFolder(), 'to');
      await open().fetch(of(name, '1.0.0').manifest, folder);
      expect(filesIn(folder)).toEqual(model);
    });

    test('a version without a signature has none', async () => {
      const { open, name } = await make();
      await open().publish({ ...of(name, '1.0.0'), signature: null });
      expect(await open().signed(name, '1.0.0')).toMatchObject({ signature: null });
    });

    test('files of another digest than the manifest says are not brought', async () => {
      const { open, name } = await make();
      const made = of(name, '1.0.0');
      await open().publish(made);
      const resources = made.manifest.resources.map((one) => ({ ...one, digest: '0'.repeat(64) }));
      const folder = join(makeFolder(), 'to');

      await expect(open().fetch({ ...made.manifest, resources }, folder)).rejects.toMatchObject({
        name: 'ConfigError',
      });
    });
  });
}

/** A version of that model. */
function of(name: string, version: string, files = model, changes: Partial<ModelManifest> = {}): NewVersion {
  return versionOf(version, files, { model: name, ...changes });
}
