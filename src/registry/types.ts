import type { ModelManifest } from '../schema/manifest.types.ts';

/** Where model versions live, each immutable under a name and a semantic version. */
export interface Registry {
  readonly id: string;
  /** Manifest of a version; `null` when there is none. */
  find(model: string, version: string): Promise<ModelManifest | null>;
  /** All versions of a model, in no order. */
  versions(model: string): Promise<string[]>;
  /**
   * Brings the files of a version below `folder`, each where its resource says, size and digest verified; what stands
   * there is replaced. A missing file and one of another digest are a ConfigError naming it.
   */
  fetch(manifest: ModelManifest, folder: string): Promise<void>;
}
