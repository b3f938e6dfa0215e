import type { Direction } from './types.ts';

/** What a metric's name may carry: an average (`f1_macro`), a parameter after `@` (`fbeta@2`, `top_k_accuracy@5`). */
export interface CatalogueEntry {
  direction: Direction;
  averages: readonly string[];
  /** `id`: the parameter is part of the id (β, quantile). `k`: it is the identity's `k`, a whole number ≥ 1. */
  parameter: 'id' | 'k' | null;
}

const CLASS_AVERAGES = ['macro', 'micro', 'weighted'];

function entries(
  direction: Direction,
  ids: readonly string[],
  rest: { averages?: readonly string[]; parameter?: 'id' | 'k' } = {},
): [string, CatalogueEntry][] {
  return ids.map((id) => [
    id,
    { direction, averages: rest.averages ?? [], parameter: rest.parameter ?? null },
  ]);
}

/** Metrics we know by name: scikit-learn's functions without `_score`, and the field's own where it has none. */
export const CATALOGUE: ReadonlyMap<string, CatalogueEntry> = new Map([
  ...entries('higher', ['accuracy', 'balanced_accuracy', 'matthews_corrcoef', 'cohen_kappa']),
  ...entries('higher', ['f1', 'jaccard', 'specificity'], { averages: CLASS_AVERAGES }),
  ...entries('higher', ['precision', 'recall'], { averages: CLASS_AVERAGES, parameter: 'k' }),
  ...entries('higher', ['precision_at_recall', 'recall_at_precision'], { parameter: 'id' }),
  ...entries('higher', ['fbeta'], { averages: CLASS_AVERAGES, parameter: 'id' }),
  ...entries('higher', ['roc_auc']),
  ...entries('higher', ['roc_auc_ovr', 'roc_auc_ovo'], { averages: ['macro', 'weighted'] }),
  ...entries('higher', ['average_precision'], { averages: CLASS_AVERAGES }),
  ...entries('higher', ['top_k_accuracy', 'ndcg', 'dcg', 'mrr', 'hit_rate'], { parameter: 'k' }),
  ...entries('lower', [
    'log_loss',
    'brier',
    'expected_calibration_error',
    'hamming_loss',
    'zero_one_loss',
    'hinge_loss',
  ]),
  ...entries('lower', [
    'mean_absolute_error',
    'mean_squared_error',
    'root_mean_squared_error',
    'mean_squared_log_error',
    'root_mean_squared_log_error',
    'mean_absolute_percentage_error',
    'median_absolute_error',
    'max_error',
  ]),
  ...entries('lower', ['mean_pinball_loss'], { parameter: 'id' }),
  ...entries('higher', ['r2', 'explained_variance']),
]);

/** Short and other common forms, written as `normaliseName` leaves them. */
export const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    accuracy: 'acc categorical_accuracy',
    balanced_accuracy: 'balanced_acc bal_acc',
    matthews_corrcoef: 'mcc matthews matthews_correlation_coefficient',
    cohen_kappa: 'kappa cohens_kappa',
    specificity: 'true_negative_rate tnr',
    f1: 'f1score f_1 f1_measure',
    'fbeta@2': 'f2',
    'fbeta@0.5': 'f0.5 f05',
    precision: 'prec positive_predictive_value ppv',
    recall: 'sensitivity true_positive_rate tpr',
    precision_at_recall: 'precision_at_fixed_recall',
    recall_at_precision: 'recall_at_fixed_precision',
    jaccard: 'jaccard_index',
    roc_auc: 'auc auroc auc_roc rocauc aucroc roc_auc_binary area_under_roc',
    average_precision: 'ap pr_auc auprc auc_pr prauc aucpr',
    top_k_accuracy: 'topk_accuracy top_k_acc topk_acc topk',
    'top_k_accuracy@5': 'top5 top_5 top5_accuracy top_5_accuracy top5_acc',
    mrr: 'mean_reciprocal_rank',
    log_loss: 'logloss cross_entropy crossentropy binary_crossentropy categorical_crossentropy logistic_loss',
    brier: 'brier_loss brier_score_loss brierscore',
    expected_calibration_error: 'ece calibration_error',
    mean_absolute_error: 'mae mean_abs_error',
    mean_squared_error: 'mse',
    root_mean_squared_error: 'rmse root_mean_square_error',
    mean_squared_log_error: 'msle',
    root_mean_squared_log_error: 'rmsle',
    mean_absolute_percentage_error: 'mape',
    median_absolute_error: 'medae median_ae mdae',
    max_error: 'maxerror maximum_error',
    mean_pinball_loss: 'pinball pinball_loss quantile_loss',
    r2: 'r_2 r^2 r_squared rsquared rsq coefficient_of_determination',
    explained_variance: 'explained_var',
  }).flatMap(([id, names]) => names.split(' ').map((name): [string, string] => [name, id])),
);

/** Names users write in metrics files that are no metric of ours, and whose direction nobody disputes. */
export const GENERIC_DIRECTIONS: ReadonlyMap<string, Direction> = new Map([
  ...[
    'loss',
    'error',
    'error_rate',
    'misclassification_rate',
    'nll',
    'negative_log_likelihood',
    'perplexity',
    'ppl',
    'bits_per_byte',
    'word_error_rate',
    'wer',
    'character_error_rate',
    'cer',
    'smape',
    'wape',
    'mase',
    'crps',
    'eer',
    'false_positive_rate',
    'fpr',
    'false_negative_rate',
    'fnr',
    'fid',
  ].map((name): [string, Direction] => [name, 'lower']),
  ...[
    'iou',
    'miou',
    'mean_iou',
    'dice',
    'map',
    'map50',
    'mean_average_precision',
    'bleu',
    'sacrebleu',
    'rouge',
    'rouge1',
    'rouge2',
    'rougel',
    'rouge_1',
    'rouge_2',
    'rouge_l',
    'meteor',
    'exact_match',
    'pearson',
    'pearsonr',
    'spearman',
    'spearmanr',
    'kendall_tau',
    'psnr',
    'ssim',
    'concordance_index',
    'c_index',
    'gini',
    'throughput',
  ].map((name): [string, Direction] => [name, 'higher']),
]);
