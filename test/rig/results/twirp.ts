import { Ajv, type ValidateFunction } from 'ajv';

/** A refusal as the Twirp protocol has it: code and message in JSON, the status by the code. */
export class TwirpError extends Error {
  readonly code: keyof typeof statuses;

  constructor(code: keyof typeof statuses, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return statuses[this.code];
  }
}

/** twitchtv.github.io/twirp/docs/spec_v7.html, the codes this service has a use for. */
const statuses = {
  already_exists: 409,
  bad_route: 404,
  failed_precondition: 412,
  internal: 500,
  invalid_argument: 400,
  malformed: 400,
  not_found: 404,
  unauthenticated: 401,
  unavailable: 503,
} as const;

const text = { type: 'string', minLength: 1 } as const;
const ids = { workflow_run_backend_id: text, workflow_job_run_backend_id: text };
const named = { ...ids, name: text };
const int64 = { type: 'string', pattern: '^[0-9]+$' } as const;

/**
 * Requests of ArtifactService as `@actions/artifact` 6.2.1 sends them: the JSON form of the messages in its
 * lib/generated/results/api/v1/artifact.js, with the names of the proto file; wrappers are plain values, 64-bit
 * numbers are texts.
 */
const requests = {
  CreateArtifact: strict(
    { ...named, expires_at: text, version: { type: 'integer', minimum: 4 }, mime_type: text },
    ['version'],
  ),
  FinalizeArtifact: strict({
    ...named,
    size: int64,
    hash: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
  }),
  ListArtifacts: strict({ ...ids, name_filter: text, id_filter: int64 }, [], ids),
  GetSignedArtifactURL: strict(named),
  DeleteArtifact: strict(named),
} as const;

export type Method = keyof typeof requests;

export interface Message {
  workflow_run_backend_id: string;
  workflow_job_run_backend_id: string;
  name: string;
  expires_at?: string;
  mime_type?: string;
  size?: string;
  hash?: string;
  name_filter?: string;
  id_filter?: string;
}

/** The request of this method; throws `malformed` when it is not one the service's description has. */
export function readMessage(method: Method, body: unknown): Message {
  const validate = requests[method];
  if (validate(body)) return body as Message;
  const [first] = validate.errors ?? [];
  throw new TwirpError(
    'malformed',
    `the json request could not be decoded: ${first?.instancePath} ${first?.message}`,
  );
}

export function isMethod(name: string): name is Method {
  return Object.hasOwn(requests, name);
}

function strict(
  properties: Record<string, object>,
  more: readonly string[] = [],
  required: Record<string, object> = named,
): ValidateFunction {
  const all = [...Object.keys(required), ...more];
  return new Ajv().compile({ type: 'object', properties, required: all, additionalProperties: false });
}
