import { createGit } from '../../git/index.ts';
import { isSha } from '../../git/names.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { Platform } from '../types.ts';
import { localContext } from './context.ts';
import { createOutputs } from './outputs.ts';
import { createRecords } from './records.ts';
import { createStateFolder, refuseCommittedState } from './state-folder.ts';
import { latestReleaseTag } from './tags.ts';
import { createVerdicts } from './verdicts.ts';

/**
 * A clone as the place where code is reviewed: commits by plain git, everything posted as files under `.trainyard/`
 * (which git overlooks). `promotable` gives every run of the model made in this work tree, whatever the context: on a
 * laptop all of them are the commit's own. Records of every trust level are accepted. Files that are broken or of a
 * newer version, and a commit with a state folder of its own: ConfigError naming the file.
 */
export function createLocalPlatform(runtime: Runtime, root: string): Platform {
  const git = createGit(runtime, root);
  const state = createStateFolder(runtime, root);
  return {
    id: 'local',
    async context() {
      await refuseCommittedState(git);
      await state.prepare().catch(() => runtime.log.debug('.trainyard/ cannot be written; looking on.'));
      return localContext(git);
    },
    async readFileAt(sha, path) {
      const bytes = isSha(sha) ? await git.showFile(sha, path) : null;
      return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    },
    async folderAt(sha, name) {
      const [id = null] = isSha(sha) ? await git.objectIds([`${sha}:${name}`]) : [];
      return id;
    },
    commit: (revision) => git.commit(revision),
    firstParents: (sha, count) => git.firstParents(sha, count),
    latestTag: (sha) => latestReleaseTag(git, sha),
    ...createRecords(runtime, state),
    accepts: () => true,
    ...createVerdicts(runtime, state),
    ...createOutputs(state),
  };
}
