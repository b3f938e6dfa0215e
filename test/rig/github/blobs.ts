import type { IncomingMessage } from 'node:http';
import type { Answer } from './call.ts';
import type { State } from './state.ts';

/** Bytes behind a signed address: an artifact's archive or a release's asset. A token sent along is an error there. */
export function blobAnswer(state: State, { url = '', headers }: IncomingMessage): Answer {
  if (headers.authorization !== undefined)
    return { status: 401, body: { message: 'Server failed to authenticate the request.' } };
  const [, kind, id] = /^\/(artifacts|assets)\/(\d+)/.exec(url) ?? [];
  const all = [...state.repositories.values()];
  const bytes =
    kind === 'artifacts'
      ? all.flatMap(({ runs }) => runs.flatMap((run) => run.artifacts)).find((a) => a.id === Number(id))?.zip
      : all.flatMap(({ releases }) => releases.flatMap((r) => r.assets)).find((a) => a.id === Number(id))
          ?.bytes;
  if (!bytes) return { status: 404, body: { message: 'The specified blob does not exist.' } };
  const type = kind === 'artifacts' ? 'application/zip' : 'application/octet-stream';
  return { status: 200, body: bytes, headers: { 'content-type': type } };
}
