import type { ModelManifest } from '../schema/manifest.types.ts';

/** Where model versions live, each immutable under a name and a semantic version. */
export interface Registry {
  readonly id: string;
  /** Manifest of a version; `null` when there is none. */
  find(model: string, version: string): Promise<ModelManifest | null>;
  /** All versions of a model, in no order; one whose registration was cut off may be among them. */
  versions(model: string): Promise<string[]>;
  /**
   * Brings the files of a version below `folder`, each where its resource says, size and digest verified; what stands
   * there is replaced. A missing file and one of another digest are a ConfigError naming it.
   */
  fetch(manifest: ModelManifest, folder: string): Promise<void>;
}

/** A version on its way into a registry. */
export interface NewVersion {
  manifest: ModelManifest;
  /** The manifest as it is kept, byte for byte. */
  text: string;
  /**
   * Absolute folder of the files, each where its resource says. Their digests have been verified. The registry may move
   * them away.
   */
  folder: string;
  /** Signature of files and manifest; `null` for none. */
  signature: string | null;
}

export interface Published {
  /** `unchanged`: a version with these bytes was there. */
  result: 'created' | 'unchanged';
  /** Where a person can look at it; `null` where there is no such place. */
  url: string | null;
}

/** A registry that versions can be put into. */
export interface WritableRegistry extends Registry {
  /**
   * Puts a version in, whole or not at all as far as readers see; one that was cut off goes on where it was. The same
   * bytes again are `unchanged`; other bytes under the same version are a ConfigError.
   */
  publish(version: NewVersion): Promise<Published>;
  /** Where a person can look at a version that is there; `null` where there is no such place. */
  page(model: string, version: string): Promise<string | null>;
  /** The manifest's text and the signature of a version as kept; `null` without a version. */
  signed(model: string, version: string): Promise<{ text: string; signature: string | null } | null>;
}

/** Signs a version, whose manifest is kept as `text`: a Sigstore bundle. Whoever may not sign is a ConfigError. */
export type Signer = (manifest: ModelManifest, text: string) => Promise<string>;
