"""BCa intervals by scipy.stats.bootstrap from draws on stdin, as JSON on stdout."""

import json
import sys
from types import SimpleNamespace

import numpy as np
from scipy.stats import bootstrap
from scipy.stats._resampling import _bca_interval


def bca(case):
    columns = np.array(case["columns"])
    plain = {
        "mean": lambda rows, axis: columns[0][rows].mean(axis),
        "root mean square": lambda rows, axis: np.sqrt((columns[0][rows] ** 2).mean(axis)),
        "ratio": lambda rows, axis: columns[0][rows].mean(axis) / columns[1][rows].mean(axis),
    }[case["statistic"]]
    statistic = lambda rows, axis: np.round(plain(rows, axis), 12)  # as the draws are, so that ties are ties
    rows, draws, alpha = np.arange(columns.shape[1]), np.array(case["draws"]), case["alpha"]
    found = bootstrap(
        (rows,),
        statistic,
        n_resamples=0,
        confidence_level=1 - 2 * alpha,
        method="BCa",
        vectorized=True,
        bootstrap_result=SimpleNamespace(bootstrap_distribution=draws),
    )
    lower, upper, acceleration = _bca_interval((rows,), statistic, -1, alpha, draws, None, np)
    return {
        "interval": [found.confidence_interval.low, found.confidence_interval.high],
        "levels": [float(np.squeeze(lower)), float(np.squeeze(upper))],
        "acceleration": float(np.squeeze(acceleration)),
        "standardError": float(found.standard_error),
    }


json.dump([bca(case) for case in json.load(sys.stdin)], sys.stdout)
