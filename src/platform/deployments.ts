import type { Conclusion } from '../core/gate/types.ts';
import type { DeploymentRecord, PlacedVersion } from '../schema/deployment.types.ts';
import type { Written } from './types.ts';

/** A deployment that ended or is held, in words for people. */
export interface Notice {
  record: DeploymentRecord;
  /** One sentence. */
  reason: string;
  /** Markdown: reason, steps, measurements. Equal records give equal texts. */
  timeline: string;
}

/** What is shown of deployments where people look for them. The records on the ledger are what counts. */
export interface Deployments {
  /** Shows the record as it is now: found by its id, created or brought up to date. */
  ensure(record: DeploymentRecord, environmentUrl: string | null): Promise<Written>;
  /** The check of the environment on the deployed commit says how it came out. */
  ensureCheck(notice: Notice): Promise<Written>;
  /** One comment for each deployment, on that issue or pull request or on the environment's own issue. */
  ensureComment(notice: Notice, issue: number | 'tracking'): Promise<Written>;
  /**
   * The newest version that is shown as having been live before `live` and that no rollback left since: what to go back to
   * where the ledger cannot say. `null` where nothing shows one.
   */
  lastGood(of: { environment: string; model: string; live: PlacedVersion }): Promise<PlacedVersion | null>;
}

/** What the check of a deployment that ended or is held says: one that is held waits for a person. */
export function conclusionOf({ state }: DeploymentRecord): Conclusion {
  if (state === 'succeeded') return 'success';
  if (state === 'held') return 'action_required';
  return state === 'aborted' ? 'cancelled' : 'failure';
}

/** Who holds a lock. */
export interface Holder {
  /** Drawn at random by each process: nobody else has it. */
  token: string;
  /** Deployment or verb it is held for, for a person. */
  purpose: string;
  since: string;
  /** How it is found out whether the holder still lives; only the adapter that wrote it reads it. */
  life: unknown;
  /** Where a person can look at the holder. */
  url: string | null;
}

/** A lock as it was seen: `holder: null` is free. */
export interface LockSeen {
  holder: Holder | null;
  /** What a change builds upon; `null` when it was never held. */
  mark: string | null;
}

/** Locks of environments, changed by compare-and-swap. */
export interface Locks {
  /** Pause between two looks at a lock that somebody holds. */
  readonly lookEveryMs: number;
  /** What a holder says of this process, so that others find out whether it lives. */
  life(): unknown;
  see(environment: string): Promise<LockSeen>;
  /** `moved`: somebody changed it since it was seen. `unknown`: no answer came. Both mean looking again. */
  change(
    environment: string,
    seen: LockSeen,
    holder: Holder | null,
  ): Promise<'changed' | 'moved' | 'unknown'>;
  /** Whether a holder still lives; one that cannot be told is taken to. */
  lives(holder: Holder): Promise<boolean>;
}
