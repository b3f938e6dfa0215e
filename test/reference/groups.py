"""Rankings by query and fairness for cases on stdin, as JSON on stdout: scikit-learn's NDCG, fairlearn's metrics.

MRR and precision at k are taken from their definitions, on rankings without ties. Where a value is undefined for
Trainyard and a number here, the case is left out by its condition.
"""

import json
import math
import sys
import warnings

import numpy as np
from fairlearn import metrics as fair
from sklearn import metrics as sk

warnings.simplefilter("ignore")


def mean_over_queries(case, value):
    y, s, w, q = (np.array(case[key]) for key in ("y", "s", "w", "q"))
    found = [(value(y[q == each], s[q == each]), w[q == each].mean()) for each in np.unique(q)]
    kept = [(each, weight) for each, weight in found if not math.isnan(each)]
    return np.average([each for each, _ in kept], weights=[weight for _, weight in kept]) if kept else math.nan


def ndcg(y, s, k=None):
    if y.max() <= 0:
        return math.nan
    # scikit-learn refuses a single document; its DCG is then the ideal one.
    return 1.0 if len(y) == 1 else sk.ndcg_score([y], [s], k=k)


def reciprocal_rank(y, s):
    hits = np.flatnonzero(y[np.argsort(-s)] > 0)
    return 1 / (hits[0] + 1) if len(hits) else 0.0


def precision_at(y, s, k):
    return (y[np.argsort(-s)][:k] > 0).sum() / k


QUERY = {
    "ndcg": ndcg,
    "ndcg@3": lambda y, s: ndcg(y, s, 3),
    "mrr": reciprocal_rank,
    "precision@2": lambda y, s: precision_at(y, s, 2),
}
FAIR = {
    "demographic_parity_difference@sex": fair.demographic_parity_difference,
    "demographic_parity_ratio@sex": fair.demographic_parity_ratio,
    "equalized_odds_difference@sex": fair.equalized_odds_difference,
    "equalized_odds_ratio@sex": fair.equalized_odds_ratio,
}


def fairness(case, function):
    y, p, w, g = (np.array(case[key]) for key in ("y", "p", "w", "g"))
    return function(y, p, sensitive_features=g, sample_weight=w)


def clean(number):
    return float(number) if math.isfinite(number) else None


request = json.load(sys.stdin)
answer = {
    "queries": [{name: clean(mean_over_queries(case, value)) for name, value in QUERY.items() if name in case["names"]} for case in request["queries"]],
    "fairness": [{name: clean(fairness(case, function)) for name, function in FAIR.items()} for case in request["fairness"]],
}
json.dump(answer, sys.stdout)
