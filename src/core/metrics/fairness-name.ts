import type { Direction } from './types.ts';

/** A metric of fairness between the values of a column. */
export interface FairnessName {
  kind: 'demographic_parity' | 'equalized_odds';
  how: 'difference' | 'ratio';
  column: string;
}

/** Reads `demographic_parity_difference@sex`, `equalized_odds_ratio@sex`; the column is kept as written. */
export function parseFairnessName(name: string): FairnessName | null {
  const match =
    /^\s*(demographic[\s_-]parity|equali[sz]ed[\s_-]odds)[\s_-](difference|ratio)@(.+?)\s*$/is.exec(name);
  if (!match) return null;
  return {
    kind: /^d/i.test(match[1] ?? '') ? 'demographic_parity' : 'equalized_odds',
    how: /^d/i.test(match[2] ?? '') ? 'difference' : 'ratio',
    column: match[3] ?? '',
  };
}

/** The name in its one spelling; also the metric's id. */
export function fairnessId({ kind, how, column }: FairnessName): string {
  return `${kind}_${how}@${column}`;
}

export function fairnessDirection({ how }: FairnessName): Direction {
  return how === 'difference' ? 'lower' : 'higher';
}

/** The columns that metrics of these names compare, each once. */
export function fairnessColumns(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => parseFairnessName(name)?.column ?? []))];
}
