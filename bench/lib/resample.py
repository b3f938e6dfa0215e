"""The same intervals as bench/programs/resample.mjs by numpy, scipy and scikit-learn: python resample.py WORK ROWS DRAWS.

WORK: `f1` and `roc_auc` by scipy.stats.bootstrap over scikit-learn's metric, as one does without thinking of speed;
`sorted`: ROC AUC by a numpy loop that sorts once and draws weights; `delong`: DeLong's interval from midranks.
"""

import sys

import numpy as np

work, n, draws = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random = np.random.default_rng(0)
label = (random.random(n) < 0.3).astype(np.int64)
scores = [0.25 * label + 0.75 * random.random(n) for _ in range(2)]


def by_scipy():
    from scipy.stats import bootstrap
    from sklearn.metrics import f1_score, roc_auc_score

    metric = f1_score if work == "f1" else roc_auc_score
    sides = scores if work == "roc_auc" else [(score >= 0.5).astype(np.int64) for score in scores]
    change = lambda y, c, b: metric(y, c) - metric(y, b)
    # The percentile method, because BCa would evaluate once more for each row: what that costs is extrapolated.
    return bootstrap(
        (label, *sides), change, paired=True, vectorized=False, n_resamples=draws,
        confidence_level=0.9, method="percentile", rng=random,
    ).confidence_interval  # fmt: skip


def by_sorted_weights():
    def prepared(score):
        order = np.argsort(-score, kind="stable")
        return order, label[order], np.flatnonzero(np.diff(score[order], append=np.inf))

    def area(weights, order, positive, ends):
        weight = weights[order]
        above, all_above = (np.cumsum(some)[ends] for some in (weight * positive, weight))
        below = all_above - above
        return np.trapezoid(np.append(0, above), np.append(0, below)) / above[-1] / below[-1]

    sides = [prepared(score) for score in scores]
    changes = []
    for _ in range(draws):
        weights = np.bincount(random.integers(0, n, n), minlength=n)
        changes.append(area(weights, *sides[0]) - area(weights, *sides[1]))
    return np.quantile(changes, [0.05, 0.95])


def by_delong():
    def midranks(values):
        order = np.argsort(values)
        ascending = values[order]
        starts = np.flatnonzero(np.diff(ascending, prepend=-np.inf))
        ends = np.append(starts[1:], len(values))
        ranks = np.empty(len(values))
        ranks[order] = np.repeat((starts + ends + 1) / 2, ends - starts)
        return ranks

    positive = label == 1
    m, others = positive.sum(), (~positive).sum()
    of_positive, of_negative = np.empty((2, m)), np.empty((2, others))
    for side, score in enumerate(scores):
        pooled = midranks(score)
        of_positive[side] = (pooled[positive] - midranks(score[positive])) / others
        of_negative[side] = 1 - (pooled[~positive] - midranks(score[~positive])) / m
    covariance = np.cov(of_positive) / m + np.cov(of_negative) / others
    reach = 1.6448536269514722 * np.sqrt([1, -1] @ covariance @ [1, -1])
    change = np.subtract(*of_positive.mean(1))
    return change - reach, change + reach


print({"sorted": by_sorted_weights, "delong": by_delong}.get(work, by_scipy)())
