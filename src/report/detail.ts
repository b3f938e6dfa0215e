/** How much of everything a rendering shows. `null` = no limit. */
export interface Detail {
  /** What is left out, as the reader would call it; empty for the whole report. */
  omitted: string;
  /** Rows of changed metrics before the fold. */
  changedOpen: number;
  /** Rows of changed metrics inside the fold. */
  changedFolded: number;
  unchanged: number;
  slices: number;
  /** Sentences of notes and warnings. */
  notes: number;
  /** Passing and unjudged rules are listed too. */
  allRules: boolean;
  rules: number;
  /** Params, inputs and environment entries, each. */
  changes: number;
  method: boolean;
  provenance: boolean;
  /** Models that pass get a section, not only a line. */
  passingModels: boolean;
  /** Only a line per model. */
  linesOnly: boolean;
}

const EVERYTHING: Detail = {
  omitted: '',
  changedOpen: 12,
  changedFolded: Number.POSITIVE_INFINITY,
  unchanged: Number.POSITIVE_INFINITY,
  slices: Number.POSITIVE_INFINITY,
  notes: Number.POSITIVE_INFINITY,
  allRules: true,
  rules: Number.POSITIVE_INFINITY,
  changes: Number.POSITIVE_INFINITY,
  method: true,
  provenance: true,
  passingModels: true,
  linesOnly: false,
};

/** From the whole report down to verdict lines; a renderer takes the first that fits. */
export const DETAILS: readonly Detail[] = [
  EVERYTHING,
  {
    ...EVERYTHING,
    omitted: 'unchanged metrics and all but the worst slices',
    unchanged: 0,
    slices: 20,
    changedFolded: 200,
    changes: 50,
  },
  {
    ...EVERYTHING,
    omitted:
      'slices, unchanged metrics, all but the most changed metrics, rules that pass, and how it was judged',
    changedFolded: 0,
    unchanged: 0,
    slices: 0,
    notes: 10,
    allRules: false,
    rules: 30,
    changes: 10,
    method: false,
    provenance: false,
    passingModels: false,
  },
  { ...EVERYTHING, omitted: 'everything but the verdicts', linesOnly: true },
];
