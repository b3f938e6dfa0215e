import {
  binnedTwice,
  type SliceDeclaration,
  sliceDeclarationText,
  wrongSlice,
} from '../core/metrics/slice-declaration.ts';
import type { Slice } from '../schema/trainyard.types.ts';
import { type Problem, quoted, step } from './problems.ts';
import type { YamlTree } from './yaml.ts';

/** Declared slices, canonical, and what is wrong with them. `at` is the pointer of the list. */
export function slicesOf(
  written: readonly Slice[],
  at: string,
  tree: YamlTree,
): { slices: SliceDeclaration[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const slices = written.map((slice, i): SliceDeclaration => {
    const declaration = declarationOf(slice);
    const wrong = declaration === null ? 'has both bins and quantiles' : wrongSlice(declaration);
    if (wrong !== null) {
      const name = typeof slice === 'object' && 'column' in slice ? slice.column : String(slice);
      problems.push({ place: tree.locate(step(at, i)), message: `The slice ${quoted(name)} ${wrong}.` });
    }
    return declaration ?? '';
  });
  const twice = binnedTwice(slices);
  if (twice !== null)
    problems.push({
      place: tree.locate(at),
      message: `The column ${quoted(twice)} has bins twice.`,
      hint: 'A combination takes the bins of its columns: keep one of them.',
    });
  return {
    slices: [...new Map(slices.map((slice) => [sliceDeclarationText(slice), slice])).values()],
    problems,
  };
}

function declarationOf(slice: Slice): SliceDeclaration | null {
  if (typeof slice === 'string' || Array.isArray(slice)) return slice;
  const { column, bins, quantiles } = slice;
  if (bins !== undefined) return quantiles === undefined ? { column, bins } : null;
  return quantiles === undefined ? column : { column, quantiles };
}
