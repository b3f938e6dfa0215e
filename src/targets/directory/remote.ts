import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { UpstreamError } from '../../core/errors.ts';
import type { Runtime } from '../../runtime/types.ts';
import { outdated } from '../fence.ts';
import { type PlacedNote, readPlaced } from '../note.ts';
import type { Placed } from '../types.ts';
import { deploymentOf, gone, notOurs, parsed, type VersionLink, type Versions } from '../versions.ts';
import { oneLine, type RemoteShell, type Script } from './ssh.ts';

/** Versions on a host that is reached by a shell, laid out as those of a local folder. */
export type RemoteVersions = Omit<Versions, 'kept' | 'keeps'>;

const otherDigest = 4;
const occupied = 3;
const missing = 4;

/** Prints the fence, then raises it to `own`. What is no number is no fence. */
const fenceScript: Script<'base' | 'own'> = {
  names: ['base', 'own'],
  body: `seen=0
if [ -f "$base/.fence" ]; then seen=$(cat "$base/.fence"); fi
case $seen in ""|*[!0-9]*) echo "$base/.fence is damaged" >&2; exit 2;; esac
if [ "$seen" -lt "$own" ]; then
  mkdir -p "$base"
  printf %s "$own" >"$base/.fence.$own"
  mv -f "$base/.fence.$own" "$base/.fence"
fi
echo "$seen"`,
};

const noteScript: Script<'base' | 'deployment'> = {
  names: ['base', 'deployment'],
  body: `note=$base/versions/$deployment/deployment.json
if [ -f "$note" ]; then cat "$note"; fi`,
};

/** Says "placed", or the digests of what an earlier attempt has brought. */
const heldScript: Script<'base' | 'deployment'> = {
  names: ['base', 'deployment'],
  body: `if [ -d "$base/versions/$deployment" ]; then echo placed; exit 0; fi
mkdir -p "$base/.staging-$deployment"
cd "$base/.staging-$deployment"
rm -f .partial
find . -type f -exec sha256sum {} +`,
};

const putScript: Script<'base' | 'deployment' | 'name' | 'digest'> = {
  names: ['base', 'deployment', 'name', 'digest'],
  body: `making=$base/.staging-$deployment
file=$making/$name
mkdir -p "\${file%/*}"
cat >"$making/.partial"
sum=$(sha256sum <"$making/.partial")
if [ "\${sum%% *}" != "$digest" ]; then exit ${otherDigest}; fi
mv -fT "$making/.partial" "$file"`,
  answers: [otherDigest],
};

const placeScript: Script<'base' | 'deployment'> = {
  names: ['base', 'deployment'],
  body: `mkdir -p "$base/versions"
if [ ! -d "$base/versions/$deployment" ]; then mv -T "$base/.staging-$deployment" "$base/versions/$deployment"; fi`,
};

const discardScript: Script<'base' | 'deployment'> = {
  names: ['base', 'deployment'],
  body: `rm -rf "$base/.staging-$deployment" "$base/versions/$deployment"`,
};

const pruneScript: Script<'base' | 'deployment' | 'keep'> = {
  names: ['base', 'deployment', 'keep'],
  body: `if [ ! -d "$base/versions" ]; then exit 0; fi
cd "$base/versions"
ls -t | grep -Ex "[0-9a-f]{20}" | grep -vx "$deployment" | tail -n "+$keep" |
  while read -r old; do rm -rf "$old"; done`,
};

const readLinkScript: Script<'base' | 'name'> = {
  names: ['base', 'name'],
  body: `link=$base/$name
if [ -L "$link" ]; then readlink "$link"; elif [ -e "$link" ]; then exit ${occupied}; fi`,
  answers: [occupied],
};

/** `mv -T` renames over the link, never into the folder that it leads to. */
const pointScript: Script<'base' | 'name' | 'deployment'> = {
  names: ['base', 'name', 'deployment'],
  body: `if [ -z "$deployment" ]; then rm -f "$base/$name"; exit 0; fi
version=$base/versions/$deployment
if [ ! -d "$version" ]; then exit ${missing}; fi
ln -sfn "versions/$deployment/model" "$version/.$name"
mv -fT "$version/.$name" "$base/$name"`,
  answers: [missing],
};

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

    async stage({ deployment, version, digest, model }, manifest, folder) {
      const { stdout } = await shell.run(heldScript, { base, deployment });
      if (stdout === 'placed\n') return;
      const held = digestsIn(stdout);
      const note: PlacedNote = { deployment, version, digest, model };
      const files = manifest.resources.map(({ name, digest: of }) => ({
        name: `model/${name}`,
        digest: of,
        data: runtime.files.stream(posix.join(folder, name)),
      }));
      for (const file of [...files, document('manifest.json', manifest), document('deployment.json', note)])
        if (held.get(file.name) !== file.digest) await put(deployment, file);
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
  digest: string;
  data: AsyncIterable<Uint8Array>;
}

function document(name: string, value: unknown): SentFile {
  const text = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  const data = (async function* () {
    yield text;
  })();
  return { name, digest: createHash('sha256').update(text).digest('hex'), data };
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
