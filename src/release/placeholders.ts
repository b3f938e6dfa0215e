import type { Placement } from '../targets/types.ts';

/** What a user's query or command may know of the deployment. */
export interface Circumstances extends Placement {
  environment: string;
  /** Percent of the traffic that the version has. */
  weight: number;
}

/** Replaces `{{version}}`, `{{deployment}}`, `{{model}}`, `{{environment}}` and `{{weight}}`; anything else stays. */
export function filled(text: string, about: Circumstances): string {
  const { version, deployment, model, environment, weight } = about;
  const values: Record<string, string> = { version, deployment, model, environment, weight: String(weight) };
  return text.replace(/\{\{ *([a-z]+) *\}\}/g, (whole, name: string) => values[name] ?? whole);
}

/** The same as environment variables of a command: nothing of it becomes part of a shell line. */
export function variables({
  version,
  deployment,
  digest,
  model,
  environment,
  weight,
}: Circumstances): Record<string, string> {
  return {
    TRAINYARD_VERSION: version,
    TRAINYARD_DEPLOYMENT: deployment,
    TRAINYARD_DIGEST: digest,
    TRAINYARD_MODEL: model,
    TRAINYARD_ENVIRONMENT: environment,
    TRAINYARD_WEIGHT: String(weight),
  };
}
