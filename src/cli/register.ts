import { ConfigError } from '../core/errors.ts';
import type { Runtime } from '../runtime/types.ts';
import { register as registerModels } from '../verbs/register.ts';
import type { Arguments } from './arguments.ts';
import { composeRegister } from './compose-register.ts';
import { document, registered } from './print.ts';

/** `trainyard register`. */
export async function register(runtime: Runtime, args: Arguments): Promise<number> {
  const version = args.text('version');
  if (version === null)
    throw new ConfigError('--version is missing.', { expected: 'v1.2.0, or churn@v1.2.0 for one model' });
  const site = await composeRegister(runtime, args.text('signing-key'));
  const versions = await registerModels(site, {
    version,
    model: args.text('model'),
    revision: args.text('commit') ?? 'HEAD',
    retrain: args.flag('retrain'),
  });
  for (const { warnings } of versions) for (const warning of warnings) runtime.log.warn(warning);
  process.stdout.write(args.flag('json') ? document({ versions }) : registered(versions));
  return 0;
}
