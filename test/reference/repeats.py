"""Intervals and chances of values without rows for cases on stdin, as JSON on stdout.

Seeds are scipy's paired t, earlier runs statsmodels' prediction of one more observation; standard errors and splits
(after Nadeau and Bengio, 2003) are put together from scipy's distributions.
"""

import json
import sys

import numpy as np
from scipy import stats
from statsmodels.regression.linear_model import OLS


def seeds(case):
    found = stats.ttest_rel(case["ours"], case["theirs"])
    interval = found.confidence_interval(1 - 2 * case["alpha"])
    return {"interval": [interval.low, interval.high], "statistic": found.statistic, "p": found.pvalue}


def splits(case):
    difference = np.subtract(case["ours"], case["theirs"])
    n = len(difference)
    error = np.sqrt(difference.var(ddof=1) * (1 / n + case["ratio"]))
    interval = stats.t.interval(1 - 2 * case["alpha"], n - 1, loc=difference.mean(), scale=error)
    statistic = difference.mean() / error
    return {"interval": list(interval), "statistic": statistic, "p": 2 * stats.t.sf(abs(statistic), n - 1)}


def errors(case):
    difference, error = case["values"][0] - case["values"][1], np.hypot(*case["errors"])
    interval = stats.norm.interval(1 - 2 * case["alpha"], loc=difference, scale=error)
    statistic = difference / error
    return {"interval": list(interval), "statistic": statistic, "p": 2 * stats.norm.sf(abs(statistic))}


def earlier(case):
    history = np.array(case["history"])
    fit = OLS(history, np.ones_like(history)).fit()
    limits = fit.get_prediction([[1]]).conf_int(obs=True, alpha=2 * case["alpha"])[0]
    # Limits for one more run, turned round: how far the run at hand lies from the mean, give or take the same.
    reach, away = (limits[1] - limits[0]) / 2, case["value"] - history.mean()
    return {"interval": [away - reach, away + reach]}


HOW = {"seeds": seeds, "splits": splits, "errors": errors, "earlier": earlier}
json.dump([HOW[case["kind"]](case) for case in json.load(sys.stdin)], sys.stdout)
