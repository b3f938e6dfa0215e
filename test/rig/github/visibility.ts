/** New objects that lists do not show yet: GitHub answers lists from replicas. */
export interface Visibility {
  /** How many lists a new object is missing from. */
  lag: number;
  created<T extends object>(item: T): T;
  /** The items a list shows now; each list brings hidden ones nearer. */
  shown<T extends object>(items: readonly T[]): T[];
}

export function makeVisibility(): Visibility {
  const hidden = new WeakMap<object, number>();
  const visibility: Visibility = {
    lag: 0,
    created(item) {
      if (visibility.lag > 0) hidden.set(item, visibility.lag);
      return item;
    },
    shown: (items) =>
      items.filter((item) => {
        const left = hidden.get(item) ?? 0;
        if (left > 0) hidden.set(item, left - 1);
        return left === 0;
      }),
  };
  return visibility;
}
