/**
 * What is measured. Exact figures need no draws; the others take more where one draw costs less: closed forms, counts of
 * cells, sums over rows.
 */
const FULL = {
  sizes: [50, 200, 1000, 5000, 50_000],
  closed: { 50: 2000, 200: 3000, 1000: 1000, 5000: 200, 50000: 30 },
  cells: { 50: 600, 200: 600, 1000: 400, 5000: 100, 50000: 30 },
  sums: { 50: 500, 200: 500, 1000: 100, 5000: 40, 50000: 0 },
};
const QUICK = {
  sizes: [50, 200, 1000],
  closed: { 50: 1000, 200: 1000, 1000: 400 },
  cells: { 50: 300, 200: 300, 1000: 200 },
  sums: { 50: 300, 200: 250, 1000: 50 },
};

/** The third has a higher share of errors, so that three rows in ten can be discordant. */
const TWO_CLASSES = [
  { prevalence: 0.5, discordance: 0.1 },
  { prevalence: 0.2, discordance: 0.1 },
  { prevalence: 0.5, discordance: 0.3, separation: 1.2 },
  { prevalence: 0.05, discordance: 0.05 },
  { prevalence: 0.05, discordance: 0.01 },
  { prevalence: 0.01, discordance: 0.01 },
  { prevalence: 0.5, discordance: 0.03 },
];
const QUICK_CLASSES = 4;

const LABELS = ['accuracy', 'recall', 'f1', 'f1 %', 'f1 bar', 'accuracy %'];
const SCORES = ['roc_auc', 'roc_auc %', 'roc_auc bar'];

/** Margins of a part of the discordant share; at 0 the models are equal. */
export function exactMargins(quick) {
  const sizes = quick
    ? [10, 20, 50, 100, 200, 1_000]
    : [10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1_000, 5_000, 50_000];
  const parts = quick ? [0.5, 0.1, 0] : [0.5, 0.35, 0.25, 0.1, 0];
  return sizes.flatMap((n) =>
    [0.01, 0.03, 0.1, 0.3].flatMap((discordance) =>
      parts.map((part) => ({ kind: 'margin', n, discordance, part, margin: discordance * part })),
    ),
  );
}

export function exactBars(quick) {
  const sizes = quick
    ? [10, 30, 50, 200, 1_000]
    : [10, 15, 20, 30, 50, 75, 100, 200, 500, 1_000, 5_000, 50_000];
  return sizes.flatMap((n) => [0.5, 0.7, 0.9, 0.95, 0.99].map((p) => ({ kind: 'bar', n, p })));
}

/** Studies of no draws are left out. */
export function studies(quick) {
  const plan = quick ? QUICK : FULL;
  return [
    ...ofTwoClasses(plan, quick),
    ...ofErrors(plan, quick),
    ...ofGroups(plan, quick),
    ...ofRealRows(plan, quick),
    ...ofThirtyRows(plan),
  ].filter(({ draws }) => draws > 0);
}

function study(title, population, n, rules, draws) {
  return { kind: 'study', title, population, n, rules, draws };
}

function ofTwoClasses(plan, quick) {
  return TWO_CLASSES.slice(0, quick ? QUICK_CLASSES : undefined).flatMap((settings) => {
    const population = { kind: 'two-classes', ...settings };
    const title = `${percent(settings.prevalence)} positive, ${percent(settings.discordance)} discordant`;
    return plan.sizes.flatMap((n) => [
      study(title, population, n, quick ? ['accuracy', 'f1'] : LABELS, plan.cells[n]),
      study(title, population, n, quick ? ['roc_auc', 'roc_auc bar'] : SCORES, plan.closed[n]),
      study(title, population, n, quick ? ['log_loss'] : ['log_loss', 'average_precision'], plan.sums[n]),
    ]);
  });
}

function ofErrors(plan, quick) {
  const rules = ['mean_absolute_error', 'root_mean_squared_error'];
  const shapes = quick ? ['normal', 'log-normal'] : ['normal', 'half log-normal', 'log-normal'];
  return shapes.flatMap((errors) =>
    plan.sizes.map((n) => study(`errors: ${errors}`, { kind: 'regression', errors }, n, rules, plan.sums[n])),
  );
}

/** `n` counts groups. */
function ofGroups(plan, quick) {
  const sizes = quick ? [50] : [20, 30, 50, 100, 200, 1_000];
  return sizes.flatMap((n) => {
    const draws = n > 200 ? plan.sums[1_000] : plan.sums[200];
    return [
      study('groups of 1 to 12 rows', { kind: 'grouped', prevalence: 0.2 }, n, ['accuracy', 'f1'], draws),
      study('groups of 1 to 12 rows', { kind: 'grouped', prevalence: 0.2 }, n, ['roc_auc'], draws / 2),
    ];
  });
}

function ofRealRows(plan, quick) {
  const of = (name, sizes, rules, draws) =>
    sizes.map((n) => study(`real: ${name}`, { kind: 'real', name }, n, rules, draws(n)));
  const sizes = quick ? [200] : plan.sizes;
  const small = quick ? [50] : [50, 200];
  const [cells, closed, sums] = ['cells', 'closed', 'sums'].map((cost) => (n) => plan[cost][n]);
  return [
    ...of('flights-no-clock', sizes, ['f1', 'matthews_corrcoef'], cells),
    ...of('flights-no-clock', sizes, ['roc_auc'], closed),
    ...of('flights-no-clock', sizes, ['log_loss'], sums),
    ...of('flights-fewer-trees', quick ? [] : sizes, ['roc_auc', 'roc_auc bar'], closed),
    ...of('flights-hours-late', quick ? [] : sizes, ['f1', 'precision'], cells),
    ...of('flights-hours-late', quick ? [] : sizes, ['roc_auc'], closed),
    ...of('flights-minutes-late', sizes, ['mean_absolute_error', 'root_mean_squared_error'], sums),
    ...of(
      'flights-minutes-late',
      quick ? [] : [200, 1_000],
      ['median_absolute_error', 'r2'],
      (n) => plan.sums[n] / 2,
    ),
    ...of(
      'flights-by-day',
      quick ? [] : [20, 50, 100],
      ['accuracy', 'roc_auc'],
      (n) => plan.sums[1_000] / (n / 50),
    ),
    ...of('breast-cancer', small, ['f1', 'accuracy %'], cells),
    ...of('breast-cancer', small, ['roc_auc'], closed),
    ...of('digits', small, ['f1_macro'], cells),
    ...of('digits', quick ? [] : [200], ['log_loss'], sums),
    ...of('diabetes', small, ['mean_absolute_error', 'r2'], sums),
  ];
}

function ofThirtyRows(plan) {
  const population = { kind: 'two-classes', ...TWO_CLASSES[2] };
  const errors = { kind: 'regression', errors: 'normal' };
  const rules = ['mean_absolute_error', 'root_mean_squared_error'];
  return [
    study('50 % positive, 30 % discordant', population, 30, ['f1', 'accuracy'], plan.cells[50]),
    study('50 % positive, 30 % discordant', population, 30, ['roc_auc'], plan.closed[50]),
    study('errors: normal', errors, 30, rules, plan.sums[50]),
  ];
}

/** Rules at their margins all at once, and slices. */
export function families(quick) {
  const population = { kind: 'two-classes', ...TWO_CLASSES[1] };
  const rules = [
    'accuracy',
    'recall',
    'specificity',
    'roc_auc',
    'f1',
    'matthews_corrcoef',
    'balanced_accuracy',
  ];
  const draws = quick ? 150 : 400;
  return [
    { kind: 'rules', population, n: 1_000, rules: ['accuracy', 'recall', 'roc_auc'], draws: 4 * draws },
    { kind: 'rules', population, n: 1_000, rules, draws },
    { kind: 'slices', population, n: 200, slices: 20, rules: ['accuracy', 'roc_auc'], draws },
    { kind: 'slices', population, n: 200, slices: 20, rules: ['f1'], draws: draws / 2 },
  ];
}

function percent(share) {
  return `${100 * share} %`;
}
