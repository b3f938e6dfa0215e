"""Metrics of two prediction files on all rows and on each of 50 slices, by scikit-learn: values without intervals."""

import csv
import sys

import numpy as np
from sklearn import metrics as m

COUNTS = [
    m.accuracy_score, m.precision_score, m.recall_score, m.f1_score, m.balanced_accuracy_score,
    m.matthews_corrcoef, m.cohen_kappa_score,
    lambda y, p: m.recall_score(y, p, pos_label=0),
    lambda y, p: m.f1_score(y, p, average="macro"),
    lambda y, p: m.fbeta_score(y, p, beta=2),
]  # fmt: skip
SCORES = [m.roc_auc_score, m.log_loss, m.brier_score_loss, m.average_precision_score]
SCORES.append(lambda y, s: np.interp(0.5, *(column[::-1] for column in m.precision_recall_curve(y, s)[1::-1])))

*files, kind = sys.argv[1:]
for file in files:
    with open(file, newline="") as lines:
        rows = list(csv.DictReader(lines))
    label = np.array([int(row["label"]) for row in rows])
    seen = np.array([float(row["prediction" if kind == "counts" else "score"]) for row in rows])
    shop = np.array([row["shop"] for row in rows])
    views = [slice(None), *(shop == name for name in np.unique(shop))]
    for view in views:
        values = [metric(label[view], seen[view]) for metric in (COUNTS if kind == "counts" else SCORES)]
print(values)
