import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { UpstreamError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';
import { outdated } from '../fence.ts';
import { type PlacedNote, readPlaced } from '../note.ts';
import type { Placed } from '../types.ts';
import { deploymentOf, gone, notOurs, parsed, type VersionLink, type Versions } from '../versions.ts';
import {
  discardScript,
  fenceScript,
  heldScript,
  missing,
  noteScript,
  notesScript,
  occupied,
  otherDigest,
  placeScript,
  pointScript,
  pruneScript,
  putScript,
  readLinkScript,
  reuseScript,
} from './scripts.ts';
import { oneLine, type RemoteShell } from './ssh.ts';

/** Versions on a host that is reached by a shell, laid out as those of a local folder. */
export type RemoteVersions = Omit<Versions, 'kept'>;

/** Smaller files are sent sooner than they are looked for. */
const soughtFrom = 1 << 20;

/** The versions below `base` on the host of the shell. Every file is verified there before it gets its name. */
export function createRemoteVersions(runtime: Runtime, shell: RemoteShell, base: string): RemoteVersions {
  const seenFence = async (own: number) =>
    Number((await shell.run(fenceScript, { base, own: String(own) })).stdout);
  const put = async (deployment: string, file: SentFile): Promise<void> => {
    const { name, digest, data } = file;
    const { code } = await shell.run(putScript, { base, deployment, name: oneLine(name), digest }, data);
    if (code === otherDigest)
      throw new UpstreamError(`${JSON.stringify(name)} arrived on ${shell.host} with another digest.`, {
        retryable: true,
      });
  };
  const reuse = async (deployment: string, { name, digest, bytes }: SentFile): Promise<boolean> => {
    if (bytes < soughtFrom) return false;
    const values = { base, deployment, name: oneLine(name), digest, bytes: String(bytes) };
    return (await shell.run(reuseScript, values)).code === 0;
  };
  return {
    fence: () => seenFence(0),

    async pass(own) {
      const seen = await seenFence(own);
      if (seen > own) throw outdated(`${shell.host}:${base}`, own, seen);
    },

    async placed(deployment): Promise<Placed | null> {
      if (deployment === null) return null;
      const { stdout } = await shell.run(noteScript, { base, deployment });
      return stdout === '' ? null : readPlaced(parsed(stdout));
    },

    async keeps() {
      const { stdout } = await shell.run(notesScript, { base });
      const notes = stdout.split('\n').map((line) => readPlaced(parsed(line)));
      return notes.filter((note) => note !== null);
    },

    async stage({ deployment, version, digest, model }, manifest, folder) {
      const { stdout } = await shell.run(heldScript, { base, deployment });
      if (stdout === 'placed\n') return;
      const held = digestsIn(stdout);
      const note: PlacedNote = { deployment, version, digest, model };
      const files = manifest.resources.map(({ name, bytes, digest: of }) => ({
        name: `model/${name}`,
        bytes,
        digest: of,
        data: runtime.files.stream(posix.join(folder, name)),
      }));
      for (const file of [...files, document('manifest.json', manifest), document('deployment.json', note)])
        if (held.get(file.name) !== file.digest && !(await reuse(deployment, file)))
          await put(deployment, file);
      await shell.run(placeScript, { base, deployment });
    },

    async discard(deployment) {
      await shell.run(discardScript, { base, deployment });
    },

    async prune(deployment, keep) {
      await shell.run(pruneScript, { base, deployment, keep: String(keep) });
    },
  };
}

interface SentFile {
  name: string;
  bytes: number;
  digest: string;
  data: AsyncIterable<Uint8Array>;
}

function document(name: string, value: unknown): SentFile {
  const text = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  const data = (async function* () {
    yield text;
  })();
  const digest = createHash('sha256').update(text).digest('hex');
  return { name, bytes: text.length, digest, data };
}

/** Digests by name from what sha256sum prints; a name that it had to escape counts as not there. */
function digestsIn(text: string): Map<string, string> {
  const lines = text.matchAll(/^([0-9a-f]{64}) [ *]\.\/(.+)$/gm);
  return new Map(Array.from(lines, ([, digest, name]) => [name as string, digest as string]));
}

/** The link `name` in the folder `base` of the host, replaced by a rename there. */
export function createRemoteLink(shell: RemoteShell, base: string, name: string): VersionLink {
  const path = `${shell.host}:${base}/${name}`;
  const read = async (): Promise<string | null> => {
    const { code, stdout } = await shell.run(readLinkScript, { base, name });
    if (code === occupied) throw notOurs(path);
    return stdout === '' ? null : deploymentOf(stdout.replace(/\n$/, ''), 'versions', path);
  };
  return {
    read,
    async point(deployment) {
      if ((await read()) === deployment) return;
      const { code } = await shell.run(pointScript, { base, name, deployment: deployment ?? '' });
      if (code === missing) throw gone(`${shell.host}:${base}`, String(deployment));
    },
  };
}
