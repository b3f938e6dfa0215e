/** One request as it was answered. */
export interface Logged {
  operation: string;
  method: string;
  path: string;
  status: number;
  /** Login of the asker. */
  user: string | null;
}

/** Every request since the start or the last `clear`. */
export interface Requests {
  /** Those to the APIs. */
  all: Logged[];
  /** Those to the artifact service and the blob storage, which no budget counts. */
  storage: Logged[];
  count(operation?: string): number;
  counts(): Record<string, number>;
  clear(): void;
}

export function makeRequests(): Requests {
  const all: Logged[] = [];
  const storage: Logged[] = [];
  return {
    all,
    storage,
    count: (operation) =>
      operation === undefined ? all.length : all.filter((request) => request.operation === operation).length,
    counts() {
      const counts: Record<string, number> = {};
      for (const { operation } of all) counts[operation] = (counts[operation] ?? 0) + 1;
      return counts;
    },
    clear() {
      all.splice(0);
      storage.splice(0);
    },
  };
}
