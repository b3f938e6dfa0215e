import { dirname, join } from 'node:path';
import { ConfigError, UpstreamError } from '../core/errors.ts';
import type { ArtifactUploads } from '../platform/github/artifacts.ts';
import type { HandedFile } from '../platform/types.ts';
import type { Runtime } from '../runtime/types.ts';

/** Artifacts as the runner's own service takes them. The client of that service is loaded with the first upload. */
export function createRunnerUploads(runtime: Runtime): ArtifactUploads {
  return {
    async upload(artifact, files, retentionDays) {
      requireService(runtime);
      const { default: client } = await import('@actions/artifact');
      const folder = await runtime.files.makeTemporaryFolder('trainyard-artifact-');
      runtime.log.group(`artifact ${artifact}`);
      try {
        const paths = await lay(runtime, folder, files);
        await client.uploadArtifact(artifact, paths, folder, {
          ...(retentionDays !== undefined && { retentionDays }),
        });
        return true;
      } catch (error) {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        if (/409|already exists/i.test(message)) return false;
        throw new UpstreamError(`The artifact ${artifact} could not be kept (${name}: ${message}).`, {
          retryable: true,
          hint: 'Run the job again.',
          cause: error,
        });
      } finally {
        runtime.log.endGroup();
        await runtime.files.remove(folder);
      }
    },
  };
}

/** The service takes a folder: each file lies where it is to be found in the artifact. */
async function lay(runtime: Runtime, folder: string, files: readonly HandedFile[]): Promise<string[]> {
  const paths: string[] = [];
  for (const one of files) {
    const path = join(folder, ...one.path.split('/'));
    if ('text' in one) await runtime.files.write(path, one.text);
    else await point(runtime, one.file, path);
    paths.push(path);
  }
  return paths;
}

/** A link saves copying a model; where links cannot be made it is copied. */
async function point({ files }: Runtime, target: string, path: string): Promise<void> {
  try {
    await files.makeFolder(dirname(path));
    await files.makeLink(target, path);
  } catch {
    await files.copy(target, path);
  }
}

function requireService({ env }: Runtime): void {
  const missing = ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RESULTS_URL'].find((name) => !env[name]);
  if (missing === undefined) return;
  throw new ConfigError(`${missing} is not set: this runner has no service for artifacts.`, {
    expected: 'github.com, or a server with artifacts of version 4',
    hint: 'Where a server has none (GitHub Enterprise Server), use the command line in a step: docs/ci.md.',
  });
}
