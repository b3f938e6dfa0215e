import { ConfigError } from '../core/errors.ts';
import type { EnginePlugin } from './types.ts';

/** Engines by id, sorted; each is loaded when it is used. */
export const engines: ReadonlyMap<string, () => Promise<EnginePlugin>> = new Map([
  ['python', async () => (await import('./python/index.ts')).plugin],
]);

/** The engine of that id. Throws ConfigError naming the nearest id when there is none. */
export async function engine(id: string): Promise<EnginePlugin> {
  const load = engines.get(id);
  if (load !== undefined) return load();
  const ids = [...engines.keys()];
  const near = nearest(id, ids);
  throw new ConfigError(`There is no engine "${id}".`, {
    expected: `one of: ${ids.join(', ')}`,
    ...(near === null ? {} : { hint: `Did you mean "${near}"?` }),
  });
}

/** The name with the fewest edits to `given`, if no more than a third of its letters differ; else null. */
function nearest(given: string, names: readonly string[]): string | null {
  const scored = names.map((name) => ({ name, edits: distance(given.toLowerCase().slice(0, 100), name) }));
  const [best] = scored.sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= Math.max(2, best.name.length / 3) ? best.name : null;
}

/** Edit distance (Levenshtein 1966), in single insertions, deletions and replacements. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (row[column - 1] as number) + (a[line - 1] === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
