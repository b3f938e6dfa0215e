import type { Script } from './ssh.ts';

/** Codes by which scripts answer. */
export const occupied = 3;
export const missing = 4;
export const otherDigest = 4;
const notThere = 5;

/** Prints the fence, then raises it to `own`. What is no number is no fence. */
export const fenceScript: Script<'base' | 'own'> = {
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

export const noteScript: Script<'base' | 'deployment'> = {
  names: ['base', 'deployment'],
  body: `note=$base/versions/$deployment/deployment.json
if [ -f "$note" ]; then cat "$note"; fi`,
};

/** Prints the notes of all versions, a line each, newest first. */
export const notesScript: Script<'base'> = {
  names: ['base'],
  body: `if [ ! -d "$base/versions" ]; then exit 0; fi
cd "$base/versions"
ls -t | grep -Ex "[0-9a-f]{20}" | while read -r name; do
  if [ -f "$name/deployment.json" ]; then tr -d "\\n" <"$name/deployment.json"; echo; fi
done`,
};

/** Says "placed", or the digests of what an earlier attempt has brought. */
export const heldScript: Script<'base' | 'deployment'> = {
  names: ['base', 'deployment'],
  body: `if [ -d "$base/versions/$deployment" ]; then echo placed; exit 0; fi
mkdir -p "$base/.staging-$deployment"
cd "$base/.staging-$deployment"
rm -f .partial
find . -type f -exec sha256sum {} +`,
};

export const putScript: Script<'base' | 'deployment' | 'name' | 'digest'> = {
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

/** Takes a file from another version that has it under the same name; what counts is its digest, as for one that is sent. */
export const reuseScript: Script<'base' | 'deployment' | 'name' | 'digest' | 'bytes'> = {
  names: ['base', 'deployment', 'name', 'digest', 'bytes'],
  body: `making=$base/.staging-$deployment
file=$making/$name
for old in "$base"/versions/*/"$name"; do
  if [ ! -f "$old" ] || [ "$(wc -c <"$old")" -ne "$bytes" ]; then continue; fi
  cp "$old" "$making/.partial"
  sum=$(sha256sum <"$making/.partial")
  if [ "\${sum%% *}" != "$digest" ]; then continue; fi
  mkdir -p "\${file%/*}"
  mv -fT "$making/.partial" "$file"
  exit 0
done
rm -f "$making/.partial"
exit ${notThere}`,
  answers: [notThere],
};

export const placeScript: Script<'base' | 'deployment'> = {
  names: ['base', 'deployment'],
  body: `mkdir -p "$base/versions"
if [ ! -d "$base/versions/$deployment" ]; then mv -T "$base/.staging-$deployment" "$base/versions/$deployment"; fi`,
};

export const discardScript: Script<'base' | 'deployment'> = {
  names: ['base', 'deployment'],
  body: `rm -rf "$base/.staging-$deployment" "$base/versions/$deployment"`,
};

export const pruneScript: Script<'base' | 'deployment' | 'keep'> = {
  names: ['base', 'deployment', 'keep'],
  body: `if [ ! -d "$base/versions" ]; then exit 0; fi
cd "$base/versions"
ls -t | grep -Ex "[0-9a-f]{20}" | grep -vx "$deployment" | tail -n "+$keep" |
  while read -r old; do rm -rf "$old"; done`,
};

export const readLinkScript: Script<'base' | 'name'> = {
  names: ['base', 'name'],
  body: `link=$base/$name
if [ -L "$link" ]; then readlink "$link"; elif [ -e "$link" ]; then exit ${occupied}; fi`,
  answers: [occupied],
};

/** `mv -T` renames over the link, never into the folder that it leads to. */
export const pointScript: Script<'base' | 'name' | 'deployment'> = {
  names: ['base', 'name', 'deployment'],
  body: `if [ -z "$deployment" ]; then rm -f "$base/$name"; exit 0; fi
version=$base/versions/$deployment
if [ ! -d "$version" ]; then exit ${missing}; fi
ln -sfn "versions/$deployment/model" "$version/.$name"
mv -fT "$version/.$name" "$base/$name"`,
  answers: [missing],
};
