import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { BlobStore } from '../../src/platform/types.ts';
import { makeFolder } from '../git/repository.ts';

/** SHA-256 of a text or bytes, as hex. */
export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What every store of bytes by digest does. */
export function describeBlobStore(name: string, make: () => Promise<BlobStore>): void {
  describe(`${name} as a blob store`, () => {
    test('bytes come back as they were put, and putting twice is fine', async () => {
      const store = await make();
      const folder = makeFolder();
      writeFileSync(join(folder, 'in'), 'model bytes');
      const digest = sha256('model bytes');
      expect(await store.has(digest)).toBe(false);

      await store.put(digest, join(folder, 'in'));
      await store.put(digest, join(folder, 'in'));

      expect(await store.has(digest)).toBe(true);
      expect(await store.get(digest, join(folder, 'new', 'out'))).toBe(true);
      expect(readFileSync(join(folder, 'new', 'out'), 'utf8')).toBe('model bytes');
    });

    test('what it does not have leaves the target alone', async () => {
      const store = await make();
      const target = join(makeFolder(), 'out');
      writeFileSync(target, 'before');

      expect(await store.get(sha256('nothing'), target)).toBe(false);
      expect(readFileSync(target, 'utf8')).toBe('before');
    });

    test('bytes of another digest than promised are refused and not kept', async () => {
      const store = await make();
      const file = join(makeFolder(), 'in');
      writeFileSync(file, 'other');

      await expect(store.put(sha256('promised'), file)).rejects.toMatchObject({ name: 'ConfigError' });
      expect(await store.has(sha256('promised'))).toBe(false);
    });

    test('the same bytes put at once are kept once and whole', async () => {
      const store = await make();
      const folder = makeFolder();
      const text = 'x'.repeat(1_000_000);
      writeFileSync(join(folder, 'in'), text);

      await Promise.all([1, 2, 3, 4].map(() => store.put(sha256(text), join(folder, 'in'))));

      expect(await store.get(sha256(text), join(folder, 'out'))).toBe(true);
      expect(readFileSync(join(folder, 'out'), 'utf8')).toBe(text);
    });

    test.each(['', '../../etc/passwd', 'A'.repeat(64), 'a'.repeat(63)])(
      'refuses the digest %j',
      async (digest) => {
        const store = await make();
        const target = join(makeFolder(), 'out');

        await expect(store.has(digest)).rejects.toMatchObject({ name: 'ConfigError' });
        await expect(store.get(digest, target)).rejects.toMatchObject({ name: 'ConfigError' });
        expect(existsSync(target)).toBe(false);
      },
    );
  });
}
