"""Metrics of scikit-learn and distribution functions of scipy for cases on stdin, as JSON on stdout.

Rows of weight 0 are left out first, as Trainyard does. Where scikit-learn raises, returns NaN or replaces 0/0 by a
number, the value is null: `zero_division=nan` shows the 0/0 of precision, recall and F, the other replacements are
told apart here by their published conditions.
"""

import json
import math
import sys
import warnings

import numpy as np
from scipy import special
from sklearn import metrics as sk

warnings.simplefilter("ignore")


def family(function, case, average, **extra):
    y, p, w = case["y"], case["p"], case["w"]
    if average == "binary":
        return function(y, p, sample_weight=w, average="binary", pos_label="1", zero_division=np.nan, **extra)
    if average == "micro":
        return function(y, p, sample_weight=w, average="micro", zero_division=np.nan, **extra)
    # scikit-learn leaves 0/0 classes out of the average; a macro average that has one is undefined here.
    each = np.asarray(function(y, p, sample_weight=w, average=None, zero_division=np.nan, **extra))
    present = np.unique(np.concatenate([y, p]))
    shares = np.ones(len(each)) if average == "macro" else np.array([w[y == label].sum() for label in present])
    if np.isnan(each[shares > 0]).any():
        return math.nan
    return function(y, p, sample_weight=w, average=average, zero_division=0.0, **extra)


def constant(values):
    return len(np.unique(values)) < 2


def matthews(case):
    if constant(case["y"]) or constant(case["p"]):
        return math.nan
    return sk.matthews_corrcoef(case["y"], case["p"], sample_weight=case["w"])


def average_precision(case):
    truth = case["y"] == "1"
    if not truth.any():
        return math.nan
    return sk.average_precision_score(truth.astype(int), case["s"], sample_weight=case["w"])


def roc_auc(case):
    truth = (case["y"] == "1").astype(int)
    return sk.roc_auc_score(truth, case["s"], sample_weight=case["w"])


def one_vs_rest(case, average):
    return sk.roc_auc_score(
        case["y"], case["S"], multi_class="ovr", average=average, labels=case["classes"], sample_weight=case["w"]
    )


def log_loss(case):
    if case["S"] is not None:
        return sk.log_loss(case["y"], case["S"], labels=case["classes"], sample_weight=case["w"])
    return sk.log_loss((case["y"] == "1").astype(int), case["s"], labels=[0, 1], sample_weight=case["w"])


def brier(case):
    if case["S"] is not None:
        return sk.brier_score_loss(case["y"], case["S"], labels=case["classes"], sample_weight=case["w"])
    return sk.brier_score_loss((case["y"] == "1").astype(int), case["s"], sample_weight=case["w"], pos_label=1)


def r2(case):
    if constant(case["y"]):
        return math.nan
    return sk.r2_score(case["y"], case["p"], sample_weight=case["w"])


def regression(function):
    return lambda case: function(case["y"], case["p"], sample_weight=case["w"])


METRICS = {
    "accuracy": lambda c: sk.accuracy_score(c["y"], c["p"], sample_weight=c["w"]),
    "balanced_accuracy": lambda c: sk.balanced_accuracy_score(c["y"], c["p"], sample_weight=c["w"]),
    "matthews_corrcoef": matthews,
    "roc_auc": roc_auc,
    "roc_auc_ovr": lambda c: one_vs_rest(c, "macro"),
    "roc_auc_ovr_weighted": lambda c: one_vs_rest(c, "weighted"),
    "average_precision": average_precision,
    "log_loss": log_loss,
    "brier": brier,
    "mean_absolute_error": regression(sk.mean_absolute_error),
    "mean_squared_error": regression(sk.mean_squared_error),
    "root_mean_squared_error": regression(sk.root_mean_squared_error),
    "r2": r2,
}
for name, function in [("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)]:
    for average in ["binary", "macro", "micro", "weighted"]:
        key = name if average == "binary" else f"{name}_{average}"
        METRICS[key] = lambda c, f=function, a=average: family(f, c, a)
for beta in [0.5, 2]:
    METRICS[f"fbeta@{beta}"] = lambda c, b=beta: family(sk.fbeta_score, c, "binary", beta=b)
    METRICS[f"fbeta_macro@{beta}"] = lambda c, b=beta: family(sk.fbeta_score, c, "macro", beta=b)


def value(name, case):
    if len(case["y"]) == 0:
        return None
    try:
        number = float(METRICS[name](case))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def column(case, name, keep):
    return None if case.get(name) is None else np.array(case[name])[keep]


def evaluate(case):
    weight = np.array(case["w"], dtype=float)
    keep = weight > 0
    rows = {"y": column(case, "y", keep), "p": column(case, "p", keep), "w": weight[keep]}
    rows["s"] = column(case, "s", keep)
    rows["S"] = None if case.get("S") is None else np.array(case["S"]).T[keep]
    rows["classes"] = case.get("classes")
    return {name: value(name, rows) for name in case["names"]}


request = json.load(sys.stdin)
answer = {
    "metrics": [evaluate(case) for case in request["cases"]],
    "normalCdf": special.ndtr(request["x"]).tolist(),
    "normalQuantile": special.ndtri(request["p"]).tolist(),
    "quantiles": [np.quantile(values, p).item() for values, p in request["quantiles"]],
}
json.dump(answer, sys.stdout)
