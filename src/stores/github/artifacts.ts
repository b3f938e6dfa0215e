import { UpstreamError } from '../../core/errors.ts';
import type { GitHubClient } from '../../github/types.ts';
import { type Artifact, downloadArtifact, listArtifacts } from '../../platform/github/artifacts.ts';
import { openZipFile, type ZipArchive } from '../../platform/github/zip.ts';
import type { Clock, Runtime } from '../../runtime/types.ts';

/** Artifacts of one name that are tried, and pages of them looked through: anybody's code could make many. */
const tried = 5;
const pages = 5;

/** Artifacts of this exact name made by runs of the repository itself, newest first; expired ones are left out. */
export async function artifactsNamed(client: GitHubClient, name: string): Promise<Artifact[]> {
  const listed = await listArtifacts(client, { name }, pages);
  return listed.filter((artifact) => artifact.name === name && artifact.own).slice(0, tried);
}

/** Whether one of them is there for at least half of its time yet: then another is not needed. */
export function lastsLong(artifacts: readonly Artifact[], clock: Clock): boolean {
  const now = clock.now().getTime();
  return artifacts.some(({ created, expires }) => {
    const [from, to] = [Date.parse(created), Date.parse(expires)];
    return !(to - now < (to - from) / 2);
  });
}

/**
 * Opens these artifacts one after the other until `take` says that it has what it wants. The archive lies at `at`
 * meanwhile. One that is gone, larger than `maxBytes` or broken is passed over with a warning; a server that fails is
 * thrown.
 */
export async function takeFromArtifacts(
  runtime: Runtime,
  client: GitHubClient,
  artifacts: readonly Artifact[],
  { at, maxBytes }: { at: string; maxBytes: number },
  take: (archive: ZipArchive) => Promise<boolean>,
): Promise<boolean> {
  for (const artifact of artifacts) {
    try {
      if (!(await downloadArtifact(client, artifact, at, maxBytes))) continue;
      if (await take(await openZipFile(runtime.files, at))) return true;
      runtime.log.warn(`The artifact ${artifact.name} of run ${artifact.runId} is not used: other bytes.`);
    } catch (error) {
      if (!(error instanceof UpstreamError) || error.retryable) throw error;
      runtime.log.warn(
        `The artifact ${artifact.name} of run ${artifact.runId} is not used: ${error.message}`,
      );
    } finally {
      await runtime.files.remove(at);
    }
  }
  return false;
}
