import { writeRunRecord } from '../../formats/run-record.ts';
import type { HandedFile } from '../../platform/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import type { Deps } from '../deps.ts';
import type { ScoreFile } from '../scores.ts';

/** The files of a bundle, numbered as they come: no name of the project's becomes a path in it. */
export interface Content {
  files: HandedFile[];
  records: { model: string; record: RunRecord }[];
  /** Path of a record in the bundle; `model`: it was made for that model of this commit. */
  record(model: string | null, record: RunRecord): string;
  file(source: ScoreFile): { path: string; label: string; sha256: string | null };
  /** Takes the predictions of a run along. */
  blob(record: RunRecord): Promise<void>;
}

export function createContent(deps: Deps): Content {
  const content: Content = {
    files: [],
    records: [],
    record(model, record) {
      if (model !== null) content.records.push({ model, record });
      const path = `runs/${content.files.length}.json`;
      content.files.push({ path, text: writeRunRecord(record) });
      return path;
    },
    file({ path: file, label, sha256 }) {
      const path = `files/${content.files.length}`;
      content.files.push({ path, file });
      return { path, label, sha256 };
    },
    async blob({ model, predictions }) {
      if (predictions === null) return;
      const { sha256 } = predictions;
      const path = `objects/${sha256.slice(0, 2)}/${sha256}`;
      if (content.files.some((one) => one.path === path)) return;
      const folder = await deps.runtime.files.makeTemporaryFolder('trainyard-bundle-');
      const file = `${folder}/${sha256}`;
      if (await deps.blobs(model).get(sha256, file)) content.files.push({ path, file });
    },
  };
  return content;
}
