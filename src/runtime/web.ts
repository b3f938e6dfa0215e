/** One request to a server that a user named. */
export interface WebRequest {
  method: 'GET' | 'POST';
  url: string;
  /** Sent as JSON. */
  body?: unknown;
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface WebAnswer {
  status: number;
  /** Media type in lower case, without parameters; empty when the server does not say. */
  type: string;
  /** At most 1 MiB; more is an UpstreamError. */
  text: string;
}

/** HTTP as probes, metrics and targets need it. Whatever kept an answer from coming is a retryable UpstreamError. */
export interface Web {
  ask(request: WebRequest): Promise<WebAnswer>;
}
