"""`python columns_polars.py FILE`: the same with polars and formulas by hand, one pass of expressions for all sites."""

import json
import sys

import polars as pl

file = sys.argv[1]
rows = (pl.read_parquet if file.endswith(".parquet") else pl.read_csv)(
    file, columns=["label", "prediction", "score", "site"]
)
y, p, s = pl.col("label").cast(pl.Float64), pl.col("prediction").cast(pl.Float64), pl.col("score")
# In the order of falling scores; scores are doubles at random, so ties do not count.
hits = y.sort_by(s, descending=True)
sums = [
    pl.len().cast(pl.Float64).alias("n"),
    y.sum().alias("pos"),
    p.sum().alias("called"),
    (y * p).sum().alias("tp"),
    ((hits.cum_sum() / pl.int_range(1, pl.len() + 1)) * hits).sum().alias("precisions"),
    (pl.int_range(1, pl.len() + 1) * hits).sum().alias("ranks"),
    (y * s.log() + (1 - y) * (1 - s).log()).sum().alias("loglik"),
    ((y - s) ** 2).sum().alias("squares"),
]


def evaluate(row, name):
    n, pos, called, tp = row["n"], row["pos"], row["called"], row["tp"]
    neg, fp, fn = n - pos, called - tp, pos - tp
    tn = neg - fp
    recall, specificity = tp / pos, tn / neg
    chance = (pos * called + neg * (n - called)) / n
    return {
        f"accuracy {name}": (tp + tn) / n,
        f"balanced_accuracy {name}": (recall + specificity) / 2,
        f"precision {name}": tp / called,
        f"recall {name}": recall,
        f"specificity {name}": specificity,
        f"f1 {name}": 2 * tp / (2 * tp + fp + fn),
        f"matthews_corrcoef {name}": (tp * tn - fp * fn) / (called * pos * neg * (n - called)) ** 0.5,
        f"cohen_kappa {name}": (tp + tn - chance) / (n - chance),
        f"roc_auc {name}": 1 - (row["ranks"] - pos * (pos + 1) / 2) / (pos * neg),
        f"average_precision {name}": row["precisions"] / pos,
        f"log_loss {name}": -row["loglik"] / n,
        f"brier {name}": row["squares"] / n,
    }


values = evaluate(rows.select(sums).row(0, named=True), "all")
for row in rows.group_by("site").agg(sums).iter_rows(named=True):
    values.update(evaluate(row, f"site={row['site']}"))
json.dump(values, sys.stdout)
