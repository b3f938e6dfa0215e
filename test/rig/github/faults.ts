/**
 * What goes wrong with a request. `afterWrite` faults let the request take effect first. `meanwhile` is done as the connection
 * ends, such as killing who asked.
 */
export type Fault =
  | { fault: 'primary-limit'; resetInSeconds?: number }
  | { fault: 'secondary-limit'; retryAfter?: number | null }
  | { fault: 'status'; status: 500 | 502 | 503 | 504; afterWrite?: boolean }
  | { fault: 'slow'; ms: number }
  | { fault: 'cut-off' }
  | { fault: 'lost-answer'; hangMs?: number; meanwhile?: () => void }
  | { fault: 'no-connection'; meanwhile?: () => void }
  | { fault: 'ref-moved'; repository: string; ref: string };

export type Planned = Fault & {
  /**
   * Operation ids it strikes: `issues/create-comment`, `graphql/createCommitOnBranch`, `results/CreateArtifact`,
   * `blobs/put-block`; every one of the APIs when left out.
   */
  operation?: string | readonly string[] | undefined;
  /** How often; once when left out. */
  times?: number | undefined;
  /** How many fitting requests go well before. */
  after?: number | undefined;
};

/** Switches of one server. Faults planned first strike first, one a request. */
export interface Switches {
  plan(...faults: Planned[]): void;
  /** Lists leave out objects made from now on for this many lists. */
  lag(lists: number): void;
  /** The token answers 401 from now on. */
  expire(token: string): void;
  /** The token may only read from now on. */
  makeReadOnly(token: string): void;
  /** Faults that have not struck yet. */
  pending(): number;
  clear(): void;
}

export interface FaultPlan {
  planned: Planned[];
  next(operation: string): Fault | null;
}

export function makeFaultPlan(): FaultPlan {
  const plan: FaultPlan = {
    planned: [],
    next(operation) {
      const fault = plan.planned.find((candidate) => strikes(candidate, operation));
      if (!fault) return null;
      fault.times = (fault.times ?? 1) - 1;
      if (fault.times <= 0) plan.planned.splice(plan.planned.indexOf(fault), 1);
      return fault;
    },
  };
  return plan;
}

function strikes(fault: Planned, operation: string): boolean {
  const { operation: wanted, after = 0 } = fault;
  const fits =
    wanted === undefined
      ? !/^(results|blobs)\//.test(operation)
      : Array.isArray(wanted)
        ? wanted.includes(operation)
        : wanted === operation;
  if (!fits) return false;
  if (after === 0) return true;
  fault.after = after - 1;
  return false;
}
