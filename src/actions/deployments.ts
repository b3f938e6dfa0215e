import { ConfigError } from '../core/errors.ts';
import { readEnvironment } from '../formats/deployment.ts';
import type { Documents } from '../ledger/documents.ts';
import { statePath } from '../release/paths.ts';
import type { Registration } from '../verbs/register.ts';

/** By environment the versions that are to be deployed there. */
export type Deployments = Record<string, { model: string; version: string }[]>;

/**
 * What is to be deployed where: each version that is new, or that an earlier attempt registered, to each environment of its
 * model. One that is live there already is left out, so that the second run of a release asks nobody for approval.
 */
export async function deploymentsOf(
  documents: Documents,
  registered: readonly Registration[],
): Promise<Deployments> {
  const wanted = registered
    .filter(({ result }) => result !== 'same-bytes')
    .flatMap(({ environments, ...version }) => environments.map((environment) => ({ environment, version })));
  if (wanted.length === 0) return {};
  const paths = wanted.map(({ environment, version }) => statePath(environment, version.model));
  const { texts } = await documents.read(paths);
  const deployments = new Map<string, { model: string; version: string }[]>();
  for (const [i, { environment, version }] of wanted.entries()) {
    const { model, version: name, digest } = version;
    if (isLive(texts[i] ?? null, paths[i] as string, { version: name, digest })) continue;
    deployments.set(environment, [...(deployments.get(environment) ?? []), { model, version: name }]);
  }
  return Object.fromEntries(deployments);
}

/** A state that cannot be read says nothing: deploying says what is wrong with it. */
function isLive(text: string | null, path: string, { version, digest }: { version: string; digest: string }) {
  if (text === null) return false;
  try {
    const { live, open } = readEnvironment(text, path);
    return open === null && live?.version === version && live.digest === digest;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
