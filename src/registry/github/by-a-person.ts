import { ConfigError } from '../../core/errors.ts';

/** A release on the tag of a version that we did not make: what it holds is nobody's word. */
export function madeByAPerson(tag: string, model: string, version: string): ConfigError {
  return new ConfigError(`There is a release on the tag ${tag} that Trainyard did not make.`, {
    expected: `no release on ${tag}: Trainyard makes it, with the model in it, before it is published`,
    hint: `Delete that release and its tag, and release "v${version}", or start the workflow by hand with the version "${model}@v${version}". Where releases are immutable the tag is burnt: take the next version.`,
  });
}
