/** Environment variables, some of them unset. */
export type Variables = Readonly<Record<string, string | undefined>>;

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

/** Whether a user's command gets this variable only when it is named. */
function isWithheld(name: string, value: string): boolean {
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
