import { createHash } from 'node:crypto';

/** Who and when; `zone` as git writes it (`+0000`). */
export interface Signature {
  name: string;
  email: string;
  seconds: number;
  zone: string;
}

export interface TreeEntry {
  /** As git stores it: `100644`, `100755`, `120000`, `40000`, `160000`. */
  mode: string;
  name: string;
  sha: string;
}

export interface Blob {
  type: 'blob';
  bytes: Buffer;
}

export interface Tree {
  type: 'tree';
  entries: TreeEntry[];
}

export interface Commit {
  type: 'commit';
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

export interface Tag {
  type: 'tag';
  object: string;
  objectType: GitObject['type'];
  tag: string;
  tagger: Signature;
  message: string;
}

export type GitObject = Blob | Tree | Commit | Tag;
export type ObjectStore = Map<string, GitObject>;

/** Id of an object as git computes it: SHA-1 over `<type> <size>\0<content>`. */
export function objectId(type: GitObject['type'], content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/** Content of an object as git writes it (git-scm.com/book, Git Internals: Git Objects). */
export function encodeObject(object: GitObject): Buffer {
  if (object.type === 'blob') return object.bytes;
  if (object.type === 'tree') return encodeTree(object.entries);
  return Buffer.from(object.type === 'commit' ? encodeCommit(object) : encodeTag(object));
}

/** Keeps an object under its id and gives the id. */
export function putObject(store: ObjectStore, object: GitObject): string {
  const id = objectId(object.type, encodeObject(object));
  if (!store.has(id)) store.set(id, object);
  return id;
}

/** The object of this id and type, or `undefined`. */
export function getObject<T extends GitObject['type']>(store: ObjectStore, type: T, id: string) {
  const object = store.get(id);
  return object?.type === type ? (object as Extract<GitObject, { type: T }>) : undefined;
}

export function signatureOf(name: string, email: string, date: Date): Signature {
  return { name, email, seconds: Math.floor(date.getTime() / 1000), zone: '+0000' };
}

export function signatureDate({ seconds }: Signature): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Entries sorted as git does: a folder's name counts as if it ended in `/`. */
function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const keyOf = ({ mode, name }: TreeEntry) => Buffer.from(mode === '40000' ? `${name}/` : name);
  const sorted = [...entries].sort((a, b) => Buffer.compare(keyOf(a), keyOf(b)));
  return Buffer.concat(
    sorted.flatMap(({ mode, name, sha }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(sha, 'hex')]),
  );
}

function encodeCommit({ tree, parents, author, committer, message }: Commit): string {
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)];
  return `${lines.join('\n')}\nauthor ${encodeSignature(author)}\ncommitter ${encodeSignature(committer)}\n\n${message}`;
}

function encodeTag({ object, objectType, tag, tagger, message }: Tag): string {
  return `object ${object}\ntype ${objectType}\ntag ${tag}\ntagger ${encodeSignature(tagger)}\n\n${message}`;
}

function encodeSignature({ name, email, seconds, zone }: Signature): string {
  return `${name} <${email}> ${seconds} ${zone}`;
}

/** Reads what git wrote. Throws on objects this store cannot hold byte by byte (signed, other encodings). */
export function decodeObject(type: string, content: Buffer): GitObject {
  if (type === 'blob') return { type, bytes: content };
  if (type === 'tree') return { type, entries: decodeTree(content) };
  const text = content.toString();
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end).split('\n');
  const all = (key: string) =>
    lines.filter((l) => l.startsWith(`${key} `)).map((l) => l.slice(key.length + 1));
  const one = (key: string) => all(key)[0] ?? '';
  const message = text.slice(end + 2);
  if (type === 'tag')
    return {
      type,
      object: one('object'),
      objectType: one('type') as GitObject['type'],
      tag: one('tag'),
      tagger: decodeSignature(one('tagger')),
      message,
    };
  if (type !== 'commit') throw new Error(`git knows no ${type}`);
  const [author, committer] = [decodeSignature(one('author')), decodeSignature(one('committer'))];
  return { type, tree: one('tree'), parents: all('parent'), author, committer, message };
}

function decodeTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const zero = content.indexOf(0, space);
    const sha = content.subarray(zero + 1, zero + 21).toString('hex');
    entries.push({
      mode: content.toString('utf8', at, space),
      name: content.toString('utf8', space + 1, zero),
      sha,
    });
    at = zero + 21;
  }
  return entries;
}

function decodeSignature(text: string): Signature {
  const [, name = '', email = '', seconds = '0', zone = '+0000'] =
    /^(.*) <(.*)> (\d+) ([+-]\d{4})$/.exec(text) ?? [];
  return { name, email, seconds: Number(seconds), zone };
}
