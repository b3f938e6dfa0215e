"""Chances and quantiles of distributions and McNemar's exact p for points on stdin, as JSON on stdout."""

import json
import sys

from scipy import special, stats
from statsmodels.stats.contingency_tables import mcnemar

request = json.load(sys.stdin)
answer = {
    "studentCdf": [special.stdtr(df, t) for t, df in request["t"]],
    "studentQuantile": [stats.t.ppf(p, df) for p, df in request["p"]],
    "binomialCdf": [stats.binom.cdf(*point) for point in request["binomial"]],
    "trend": [stats.linregress(range(len(values)), values).pvalue / 2 for values in request["trends"]],
    "mcnemar": [float(mcnemar([[9, b], [c, 9]], exact=True).pvalue) for b, c in request["discordant"]],
}
json.dump(answer, sys.stdout)
