"""Areas under ROC curves with DeLong's variances, and chances adjusted by Holm, for cases on stdin, as JSON on stdout.

Areas are scikit-learn's; variances follow Sun and Xu (2014) from scipy's midranks and numpy's covariances.
"""

import json
import sys

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests


def delong(case):
    truth = np.array(case["positive"], dtype=bool)
    scores = np.array(case["scores"], dtype=float)
    m, n = truth.sum(), (~truth).sum()
    pooled, ours, theirs = (rankdata(rows, axis=1) for rows in (scores, scores[:, truth], scores[:, ~truth]))
    of_positive = (pooled[:, truth] - ours) / n
    of_negative = 1 - (pooled[:, ~truth] - theirs) / m
    covariance = np.cov(of_positive) / m + np.cov(of_negative) / n
    factor = np.array([1, -case["factor"]])
    return {
        "areas": [roc_auc_score(truth, row) for row in scores],
        "variances": np.diag(covariance).tolist(),
        "contrast": float(factor @ covariance @ factor),
    }


request = json.load(sys.stdin)
answer = {
    "delong": [delong(case) for case in request["delong"]],
    "holm": [multipletests(chances, method="holm")[1].tolist() for chances in request["holm"]],
}
json.dump(answer, sys.stdout)
