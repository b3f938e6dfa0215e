/** One request of the REST API. */
export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below the API's address, made by `at`. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: Readonly<Record<string, unknown>>;
  /** What a workflow has to grant for it, as YAML has it: `pull-requests: write`. */
  needs: string;
  /** Media type asked for, where it is not GitHub's JSON. */
  accept?: string;
  /** Asking twice would do it twice, although the method says otherwise: never repeated. */
  once?: boolean;
  /**
   * What it writes rests on what was read just before: never repeated, and when GitHub asks to wait, it is not sent
   * afterwards either but given up with a retryable UpstreamError, so that the caller looks again.
   */
  fresh?: boolean;
}

export interface Answer<T> {
  data: T;
  /** Address of the next page; `null` on the last one. */
  next: string | null;
}

/** One question or mutation of the GraphQL API. */
export interface GraphqlCall {
  text: string;
  variables: Readonly<Record<string, unknown>>;
  needs: string;
}

/** A file on disk on its way to GitHub. */
export interface Upload {
  /** Address that GitHub gave for it (`upload_url`), its template `{?name,label}` cut off or not. */
  url: string;
  query: Readonly<Record<string, string>>;
  file: string;
  /** Byte of the file that the bytes begin at; its first when left out. */
  start?: number;
  bytes: number;
  needs: string;
}

/**
 * GitHub's two APIs for one repository. Waits as rate limits and `retry-after` ask; reads and idempotent writes are
 * repeated after a failure of the other side, `POST` and mutations never: whether they were done is for the caller to
 * look up. Errors: `Refusal` for an answer that is no, ConfigError for a token that is expired or may not, UpstreamError
 * for a server or network that fails, CancelledError.
 */
export interface GitHubClient {
  owner: string;
  repo: string;
  /** What GraphQL takes for a repository. */
  rest<T>(call: Call): Promise<Answer<T>>;
  /** Items of all pages, at most `maxPages` of them; `pick` takes the items out of a page. */
  pages<T, P>(call: Call, pick: (page: P) => readonly T[], maxPages: number): AsyncGenerator<T>;
  graphql<T>(call: GraphqlCall): Promise<T>;
  /** Bytes of a file that GitHub stores elsewhere; more than `maxBytes` is an UpstreamError. */
  bytes(call: Call, maxBytes: number): Promise<Uint8Array>;
  /** The same as a new file on disk, whatever its size; what stands there is replaced. */
  download(call: Call, file: string, maxBytes: number): Promise<void>;
  /** Sends a file without reading it whole; never repeated, like `POST`. */
  upload<T>(upload: Upload): Promise<T>;
  /** Requests sent so far, repeated ones included. */
  sent(): number;
}

/** Path with each value encoded, so that no name of a stranger reaches beyond its segment. */
export function at(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.reduce((path, part, i) => `${path}${encodeURIComponent(String(values[i - 1]))}${part}`);
}
