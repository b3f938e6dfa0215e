import { ConfigError, UpstreamError } from '../core/errors.ts';
import { noticeOf } from './notice.ts';
import type { Books, ReleaseDeps } from './types.ts';

/**
 * Shows the deployment where people look; that it cannot be shown stops nothing, the ledger has it. One that ended or is
 * held has a check, and a comment where the environment asks for one: all of them follow from the record, so that
 * whoever comes after a killed run mends them.
 */
export async function show(
  { deployments, environment, runtime }: ReleaseDeps,
  { books }: { books: Books },
): Promise<void> {
  const { record } = books;
  const { issue } = environment;
  try {
    await deployments.ensure(record, environment.url);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    runtime.log.warn(`Deployment ${record.id} is not shown as it is; reconcile mends it. ${error.message}`);
  }
  if (record.state === 'running') return;
  const notice = noticeOf(record);
  const told = async (where: string, telling: Promise<unknown>) => {
    await telling.catch((error: unknown) => {
      if (!(error instanceof UpstreamError || error instanceof ConfigError)) throw error;
      runtime.log.warn([`No ${where} for ${record.id}: ${error.message}`, error.hint ?? ''].join(' ').trim());
    });
  };
  await told('check', deployments.ensureCheck(notice));
  if (issue !== null) await told('comment', deployments.ensureComment(notice, issue));
}
