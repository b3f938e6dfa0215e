import type { Git } from '../../git/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { notALedger } from '../changes.ts';
import type { Documents } from '../documents.ts';
import { markerPath, markerText } from '../layout.ts';
import { localRef, textOf } from './read.ts';
import { findTips } from './snapshot.ts';
import { removeDeadLock } from './stale-lock.ts';

/** Documents on the branch of the ledger of a clone, by plain git. */
export function createGitDocuments(runtime: Runtime, git: Git): Documents {
  return {
    async read(paths) {
      const { parent } = await findTips(git);
      if (parent === null) return { version: null, texts: paths.map(() => null) };
      const names = [markerPath, ...paths].map((path) => `${parent}:${path}`);
      const [marker, ...objects] = await git.readObjects(names);
      if (!marker) throw notALedger();
      const texts = objects.map((object, i) => object && textOf(object, names[i + 1] as string));
      return { version: parent, texts };
    },

    async write(version, message, files) {
      const marker = version === null ? [{ path: markerPath, text: markerText }] : [];
      const outcome = await git.commitFiles({
        ref: localRef,
        parent: version,
        message: `${message}\n`,
        files: [...marker, ...files],
        date: runtime.clock.now(),
      });
      if (outcome.result === 'written') return { result: 'written', version: outcome.sha };
      await removeDeadLock(runtime, outcome.reason);
      return { result: 'moved', reason: outcome.reason };
    },
  };
}
