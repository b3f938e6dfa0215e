import type { Answer } from '../github/call.ts';
import type { Upload } from '../github/records.ts';
import { isSigned } from '../github/signed.ts';
import type { State } from '../github/state.ts';

/** One request to the blob storage behind signed addresses. */
export interface BlobRequest {
  method: string;
  address: URL;
  headers: Record<string, string | undefined>;
  bytes: Buffer;
}

/** What a request to the blob storage is called in plans and logs. */
export function blobOperation({ method, address }: BlobRequest): string {
  const part = address.searchParams.get('comp');
  if (method === 'PUT')
    return { block: 'blobs/put-block', blocklist: 'blobs/put-block-list' }[part ?? ''] ?? 'blobs/put';
  return 'blobs/get';
}

/** Answers as Azure's blob storage does (learn.microsoft.com/rest/api/storageservices, Put Block, Put Block List, Get Blob). */
export function serveBlob(state: State, request: BlobRequest): Answer {
  // A token sent to a signed address is an error there.
  if (request.headers['authorization'] !== undefined) return storageError(401, 'InvalidAuthenticationInfo');
  const right = request.method === 'PUT' ? 'write' : 'read';
  if (!isSigned(state, request.address, right)) return storageError(403, 'AuthenticationFailed');
  if (request.method === 'GET') return readBlob(state, request.address);
  if (request.method !== 'PUT') return storageError(405, 'UnsupportedHttpVerb');
  const [, key = ''] = /^\/results\/uploads\/([0-9a-f]+)\.zip$/.exec(request.address.pathname) ?? [];
  const upload = state.uploads.get(key);
  return upload ? writeBlob(state, upload, request) : storageError(404, 'BlobNotFound');
}

function readBlob(state: State, { pathname }: URL): Answer {
  const [, kind, id] = /^\/(artifacts|assets)\/(\d+)/.exec(pathname) ?? [];
  const all = [...state.repositories.values()];
  if (kind === 'artifacts') {
    const found = all
      .flatMap(({ runs }) => runs.flatMap((run) => run.artifacts))
      .find((a) => a.id === Number(id));
    return found ? content(found.zip, found.contentType, found.name) : storageError(404, 'BlobNotFound');
  }
  const found = all
    .flatMap(({ releases }) => releases.flatMap((release) => release.assets))
    .find((asset) => asset.id === Number(id));
  return found
    ? content(found.bytes, 'application/octet-stream', found.name)
    : storageError(404, 'BlobNotFound');
}

function content(body: Buffer, type: string, name: string): Answer {
  const file = type === 'application/zip' ? `${name}.zip` : name;
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(file)}`;
  return { status: 200, body, headers: { 'content-type': type, 'content-disposition': disposition } };
}

function writeBlob(state: State, upload: Upload, request: BlobRequest): Answer {
  const operation = blobOperation(request);
  if (operation === 'blobs/put-block') {
    upload.blocks.set(request.address.searchParams.get('blockid') ?? '', request.bytes);
  } else if (operation === 'blobs/put-block-list') {
    const ids = [...request.bytes.toString().matchAll(/<(?:Latest|Uncommitted)>([^<]*)</g)].map(
      ([, id]) => id as string,
    );
    const blocks = ids.map((id) => upload.blocks.get(id));
    if (blocks.includes(undefined)) return storageError(400, 'InvalidBlockList');
    upload.bytes = Buffer.concat(blocks as Buffer[]);
  } else {
    upload.bytes = request.bytes;
  }
  const modified = state.now().toUTCString();
  return { status: 201, headers: { etag: `"${state.id()}"`, 'last-modified': modified } };
}

function storageError(status: number, code: string): Answer {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return {
    status,
    body: Buffer.from(body),
    headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
  };
}
