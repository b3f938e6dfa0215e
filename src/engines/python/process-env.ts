import type { EngineSpec } from '../types.ts';
import type { Stage } from './schema.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const withheldNames = [
  /^INPUT_/,
  /^ACTIONS_/,
  /^GITHUB_(ENV|PATH|OUTPUT|STATE|STEP_SUMMARY|EVENT_PATH)$/,
  /^(GH|AWS|AZURE|NPM)_/,
  /^GOOGLE_APPLICATION_/,
  /^SSH_AUTH_SOCK$/,
];
const secretNames = new RegExp(
  [
    'TOKEN(?!IZ)|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|APIKEY|ACCESSKEY|COOKIE|WEBHOOK|ASKPASS|KUBECONFIG',
    '(?:^|_)(?:KEYS?|PASS|PAT|JWT|DSN|AUTH|BEARER|CREDS?)(?:_|$)',
    '._PWD$',
  ].join('|'),
);
/** A user with a password in an address, or what stands before a web server's name. */
const addressWithPassword = /:\/\/[^/@\s:]*:[^/@\s]+@|^https?:\/\/[^/@\s]+@/i;
/** How tokens of widely used services and private keys begin. */
const secretValues =
  /^(?:gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|A[KS]IA[A-Z0-9]{12}|sk-|hf_|npm_|pypi-|eyJ[\w-]+\.eyJ|-----BEGIN [A-Z ]*PRIVATE KEY)/;

/** Whether a name is one that usually holds a secret. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name.toUpperCase());
}

/** Whether a stage gets this variable only when its `env` names it. */
export function isWithheld(name: string, value: string): boolean {
  const upper = name.toUpperCase();
  if (withheldNames.some((pattern) => pattern.test(upper)) || isSecretName(upper)) return true;
  if (secretValues.test(value.trimStart())) return true;
  return addressWithPassword.test(value) && !upper.endsWith('_PROXY');
}

/** The surrounding environment without what a user's code has no business with. */
export function scrub(env: Variables): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !isWithheld(name, value)) kept[name] = value;
  }
  return kept;
}

/** Environment of a stage's process: scrubbed, our variables, then what the stage itself declares. */
export function stageEnvironment(spec: EngineSpec, stage: Stage, env: Variables): Record<string, string> {
  const result: Record<string, string> = {
    ...scrub(env),
    PYTHONUNBUFFERED: '1',
    TRAINYARD_MODEL: spec.model,
    TRAINYARD_STAGE: stage.name,
  };
  if (spec.seed !== null) {
    result['TRAINYARD_SEED'] = String(spec.seed);
    // Python takes 0 to 2³² − 1.
    result['PYTHONHASHSEED'] = String(((spec.seed % 2 ** 32) + 2 ** 32) % 2 ** 32);
  }
  for (const [name, value] of stage.env) {
    const given = value ?? env[name];
    if (given !== undefined) result[name] = given;
  }
  return result;
}

/** What of the declared environment decides the outcome; secrets rotate and count by name alone. */
export function declaredEnvironment(stage: Stage, env: Variables): [string, string | null][] {
  return [...stage.env]
    .map(([name, value]): [string, string | null] => [
      name,
      value ?? (isSecretName(name) ? null : (env[name] ?? null)),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
