"""`python evaluate.py ROWS`: what bench/programs/evaluate.mjs does, as one writes it with scikit-learn."""

import sys

import numpy as np
from sklearn import metrics as sk

n = int(sys.argv[1])
random = np.random.default_rng(1)
label = (random.random(n) < 0.3).astype(np.int8)
score = np.clip(0.3 + 0.2 * label + 0.6 * (random.random(n) - 0.5), 0, 1)
predicted = (score > 0.5).astype(np.int8)
shop = random.integers(0, 20, n, dtype=np.int8)


def calibration_error(y, s):
    bins = np.minimum((s * 15).astype(np.int64), 14)
    return np.abs(np.bincount(bins, weights=y - s, minlength=15)).sum() / len(y)


def evaluate(rows):
    y, p, s = label[rows], predicted[rows], score[rows]
    return [
        sk.accuracy_score(y, p),
        sk.balanced_accuracy_score(y, p),
        sk.precision_score(y, p),
        sk.recall_score(y, p),
        sk.f1_score(y, p),
        sk.matthews_corrcoef(y, p),
        sk.cohen_kappa_score(y, p),
        sk.roc_auc_score(y, s),
        sk.average_precision_score(y, s),
        sk.log_loss(y, s),
        sk.brier_score_loss(y, s),
        calibration_error(y, s),
    ]


values = evaluate(slice(None))
for each in range(20):
    values += evaluate(np.flatnonzero(shop == each))
print(len(values))
