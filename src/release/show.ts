import { UpstreamError } from '../core/errors.ts';
import type { Books, ReleaseDeps } from './types.ts';

/** Shows the deployment where people look; that it cannot be shown stops nothing, the ledger has it. */
export async function show(
  { deployments, environment, runtime }: ReleaseDeps,
  { books }: { books: Books },
): Promise<void> {
  try {
    await deployments.ensure(books.record, environment.url);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    runtime.log.warn(
      `Deployment ${books.record.id} is not shown as it is; reconcile mends it. ${error.message}`,
    );
  }
}
