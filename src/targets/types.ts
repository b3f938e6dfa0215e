import type { Runtime } from '../runtime/types.ts';
import type { Web } from '../runtime/web.ts';
import type { ModelManifest } from '../schema/manifest.types.ts';

/** What a target can do, as data: docs and checks are generated from it. */
export interface TargetCapabilities {
  /** `switch`: a version has all traffic or none. `weighted`: shares of it in percent. */
  traffic: 'switch' | 'weighted';
}

/** A version as it lies on a target, keyed by the deployment that brought it. */
export interface Placed {
  deployment: string;
  version: string;
  digest: string;
}

/** A version that a deployment places, and the number by which a target tells an older deployment from a newer one. */
export interface Placement extends Placed {
  model: string;
  fence: number;
}

/** What a target says is true. */
export interface TargetState {
  /** The version that was promoted last and stays when nothing else happens. */
  stable: Placed | null;
  /** A version that has traffic, or may get some, without being promoted. */
  candidate: (Placed & { weight: number }) | null;
  /** The highest fence seen; 0 where the target keeps none. */
  fence: number;
}

/** A version that a target has kept. */
export interface KeptVersion {
  manifest: ModelManifest;
  /** Where its files lie. */
  folder: string;
}

/**
 * Where a version serves. Every method is idempotent, may be repeated after a failure, and leaves the stable version
 * serving until `shift` and `promote` say otherwise. A fence below the highest seen is refused where the target can keep
 * it. Failures of the other side are an UpstreamError; what cannot be mended by trying again a ConfigError.
 */
export interface Target {
  readonly id: string;
  readonly capabilities: TargetCapabilities;
  current(): Promise<TargetState>;
  /** Brings the files, which lie verified below `folder` and may be moved away, without sending traffic. */
  stage(placement: Placement, manifest: ModelManifest, folder: string): Promise<void>;
  /** Sends this share of the traffic, in percent, to a staged version; a `switch` target only 0 and 100. */
  shift(placement: Placement, weight: number): Promise<void>;
  /** Whether the placed version answers, in the target's own terms; a reason when it does not. */
  probe(placement: Placement): Promise<string | null>;
  /** Makes the version the stable one with all traffic. */
  promote(placement: Placement): Promise<void>;
  /** All traffic back to `to` (nothing when `null`), and the attempt's own version off the target. */
  rollback(placement: Placement, to: Placed | null): Promise<void>;
  /** The files of a version that lies here still, by its manifest, for going back where the registry cannot be asked. */
  kept?(version: string): Promise<KeptVersion | null>;
  /** The versions that lie here still, by the deployments that brought them, newest first. */
  keeps?(): Promise<Placed[]>;
  /** Removes what is neither stable nor among the versions that are kept. */
  retire(placement: Placement): Promise<void>;
}

/** What a target is made with. */
export interface TargetPlace {
  runtime: Runtime;
  web: Web;
  /** Root of the checkout, for relative paths. */
  root: string;
  environment: string;
  model: string;
}

/** A plug-in: makes the target of an environment from its section of the configuration. */
export interface TargetPlugin<Section> {
  readonly id: string;
  capabilities(section: Section): TargetCapabilities;
  create(place: TargetPlace, section: Section): Target;
}
