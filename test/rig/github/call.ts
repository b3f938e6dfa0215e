import { notFound, Refusal } from './refusals.ts';
import { type Repository, repositoryNamed, type State, type Token, type User } from './state.ts';

/** Where this server is found. */
export interface Places {
  /** Root of the REST API, without a slash at its end. */
  api: string;
  /** What people open. */
  html: string;
  uploads: string;
  /** Another origin: signed addresses of artifacts and assets. */
  blobs: string;
}

/** One request, checked against its description. */
export interface Call {
  state: State;
  places: Places;
  token: Token | null;
  address: string;
  path: Record<string, unknown>;
  query: Record<string, unknown>;
  body: unknown;
  /** The body as it came, for uploads. */
  bytes: Buffer;
  headers: Record<string, string | undefined>;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Handler = (call: Call) => Answer;
export type Handlers = Record<string, Handler>;

/** The repository the path names. */
export function repositoryOf({ state, path }: Call): Repository {
  const found = repositoryNamed(state, `${path['owner']}/${path['repo']}`);
  if (!found) throw notFound();
  return found;
}

/** Who is asking. Throws 401 for nobody. */
export function userOf({ token }: Call): User {
  if (!token) throw new Refusal(401, 'Requires authentication');
  return token.user;
}

/** The item of this id, or 404. */
export function byId<T extends { id: number }>(items: readonly T[], id: unknown): T {
  const found = items.find((item) => item.id === Number(id));
  if (!found) throw notFound();
  return found;
}
