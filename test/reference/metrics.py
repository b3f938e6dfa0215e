"""Metrics of scikit-learn and distribution functions of scipy for cases on stdin, as JSON on stdout.

Rows of weight 0 are left out first, as Trainyard does. Where scikit-learn raises, returns NaN or replaces 0/0 by a
number, the value is null: `zero_division=nan` shows the 0/0 of precision, recall and F, the other replacements are
told apart here by their published conditions.
"""

import json
import math
import sys
import warnings
from functools import partial
from itertools import combinations

import numpy as np
from scipy import special
from sklearn import metrics as sk
from sklearn.preprocessing import label_binarize

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


def at(case, threshold):
    """The case with predictions at an operating point."""
    return {**case, "p": np.where(case["s"] >= threshold, "1", "0")}


def specificity(case):
    return sk.recall_score(case["y"], case["p"], sample_weight=case["w"], pos_label="0", zero_division=np.nan)


def specificity_average(case, average):
    """Recall of "not this class", class by class: scikit-learn has no specificity."""
    y, p, w = case["y"], case["p"], case["w"]
    present = np.unique(np.concatenate([y, p]))
    if average == "micro":
        rest, kept = [np.concatenate([column != label for label in present]) for column in (y, p)]
        return sk.recall_score(rest, kept, sample_weight=np.tile(w, len(present)), zero_division=np.nan)
    each = np.array([sk.recall_score(y != c, p != c, sample_weight=w, zero_division=np.nan) for c in present])
    shares = np.ones(len(each)) if average == "macro" else np.array([w[y == label].sum() for label in present])
    return np.average(each[shares > 0], weights=shares[shares > 0])


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


def one_vs_one(case, average):
    """scikit-learn takes no weights here: whole ones are repeated rows, others its areas of two classes, averaged."""
    y, S, w, classes = case["y"], case["S"], case["w"], case["classes"]
    if (w == np.round(w)).all():
        times = w.astype(int)
        y, S = np.repeat(y, times), np.repeat(S, times, axis=0)
        return sk.roc_auc_score(y, S, multi_class="ovo", average=average, labels=classes)
    areas, shares = [], []
    for a, b in combinations([label for label in classes if label in y], 2):
        pair = (y == a) | (y == b)
        both = [
            sk.roc_auc_score(y[pair] == label, S[pair, classes.index(label)], sample_weight=w[pair])
            for label in (a, b)
        ]
        areas.append(np.mean(both))
        shares.append(w[pair].sum() if average == "weighted" else 1)
    return np.average(areas, weights=shares) if areas else math.nan


def class_precision(case, average):
    truth = label_binarize(case["y"], classes=case["classes"])
    if average == "macro" and (truth.sum(axis=0) == 0).any():
        return math.nan
    return sk.average_precision_score(truth, case["S"], average=average, sample_weight=case["w"])


def top_k(case, k):
    return sk.top_k_accuracy_score(case["y"], case["S"], k=k, labels=case["classes"], sample_weight=case["w"])


def calibration_error(case):
    """By its definition: scikit-learn has none."""
    p, truth = case["s"], case["y"] == "1"
    if case["S"] is not None:
        top = case["S"].shape[1] - 1 - np.argmax(case["S"][:, ::-1], axis=1)
        p, truth = case["S"].max(axis=1), np.array(case["classes"])[top] == case["y"]
    found = 0
    for low in range(15):
        inside = (np.floor(p * 15) == low) | ((p == 1) & (low == 14))
        w = case["w"][inside]
        if len(w) > 0:
            gap = np.average(truth[inside], weights=w) - np.average(p[inside], weights=w)
            found += w.sum() / case["w"].sum() * abs(gap)
    return found


def curve(case):
    truth = case["y"] == "1"
    if not truth.any():
        raise ValueError("no positive rows")
    precision, recall, _ = sk.precision_recall_curve(truth, case["s"], sample_weight=case["w"])
    # The last point is no threshold but the end of the drawn curve.
    return precision[:-1], recall[:-1]


def precision_at_recall(case, least):
    precision, recall = curve(case)
    return precision[recall >= least].max()


def recall_at_precision(case, least):
    precision, recall = curve(case)
    return recall[precision >= least].max(initial=-math.inf)


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
    "cohen_kappa": lambda c: sk.cohen_kappa_score(c["y"], c["p"], sample_weight=c["w"]),
    "specificity": specificity,
    "specificity_macro": lambda c: specificity_average(c, "macro"),
    "specificity_micro": lambda c: specificity_average(c, "micro"),
    "specificity_weighted": lambda c: specificity_average(c, "weighted"),
    "precision_at_recall@0.8": lambda c: precision_at_recall(c, 0.8),
    "precision_at_recall@1": lambda c: precision_at_recall(c, 1),
    "recall_at_precision@0.7": lambda c: recall_at_precision(c, 0.7),
    "expected_calibration_error": calibration_error,
    "top_k_accuracy@1": lambda c: top_k(c, 1),
    "top_k_accuracy@2": lambda c: top_k(c, 2),
    "roc_auc": roc_auc,
    "roc_auc_ovo": lambda c: one_vs_one(c, "macro"),
    "roc_auc_ovo_weighted": lambda c: one_vs_one(c, "weighted"),
    "average_precision_macro": lambda c: class_precision(c, "macro"),
    "average_precision_micro": lambda c: class_precision(c, "micro"),
    "average_precision_weighted": lambda c: class_precision(c, "weighted"),
    "roc_auc_ovr": lambda c: one_vs_rest(c, "macro"),
    "roc_auc_ovr_weighted": lambda c: one_vs_rest(c, "weighted"),
    "average_precision": average_precision,
    "log_loss": log_loss,
    "brier": brier,
    "mean_absolute_error": regression(sk.mean_absolute_error),
    "mean_squared_error": regression(sk.mean_squared_error),
    "root_mean_squared_error": regression(sk.root_mean_squared_error),
    "mean_absolute_percentage_error": regression(sk.mean_absolute_percentage_error),
    "median_absolute_error": regression(sk.median_absolute_error),
    "max_error": lambda c: sk.max_error(c["y"], c["p"]),
    "mean_pinball_loss": regression(sk.mean_pinball_loss),
    "mean_pinball_loss@0.9": regression(partial(sk.mean_pinball_loss, alpha=0.9)),
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
        name, _, threshold = name.partition(" from ")
        number = float(METRICS[name](at(case, float(threshold)) if threshold else case))
    except (ValueError, ZeroDivisionError):
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
