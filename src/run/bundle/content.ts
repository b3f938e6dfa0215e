import { writeRunRecord } from '../../formats/run-record.ts';
import type { HandedFile } from '../../platform/types.ts';
import type { BundledFile, BundledModel } from '../../schema/bundle.types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import type { Deps } from '../deps.ts';
import type { ScoreFile } from '../scores.ts';
import type { TrainedRun } from '../train.ts';

/** The files of a bundle, numbered as they come: no name of the project's becomes a path in it. */
export interface Content {
  files: HandedFile[];
  records: { model: string; record: RunRecord }[];
  /** Path of a record in the bundle; `model`: it was made for that model of this commit. */
  record(model: string | null, record: RunRecord): string;
  file(source: ScoreFile): BundledFile;
  /** A run with the files it wrote; `model` as for `record`. */
  run(model: string | null, run: TrainedRun): Pick<BundledModel, 'record' | 'metrics' | 'predictions'>;
  /** Takes the predictions of a run along, those of its further seeds too. */
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
    run: (model, { record, files: { metrics, predictions } }) => ({
      record: content.record(model, record),
      metrics: metrics.map(content.file),
      predictions: predictions && content.file(predictions),
    }),
    async blob({ model, predictions, repeats = [] }) {
      for (const sha256 of [predictions?.sha256, ...repeats.map((one) => one.predictions)])
        if (sha256) await takeBlob(deps, content.files, model, sha256);
    },
  };
  return content;
}

async function takeBlob(deps: Deps, files: HandedFile[], model: string, sha256: string): Promise<void> {
  const path = `objects/${sha256.slice(0, 2)}/${sha256}`;
  if (files.some((one) => one.path === path)) return;
  const folder = await deps.runtime.files.makeTemporaryFolder('trainyard-bundle-');
  const file = `${folder}/${sha256}`;
  if (await deps.blobs(model).get(sha256, file)) files.push({ path, file });
}
