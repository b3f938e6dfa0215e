"""`python columns_pandas.py FILE`: what bench/programs/columns.mjs does, as one writes it with pandas and scikit-learn."""

import json
import sys

import pandas as pd
from sklearn import metrics as sk

file = sys.argv[1]
read = pd.read_parquet if file.endswith(".parquet") else pd.read_csv
rows = read(file)


def evaluate(frame, name):
    y, p, s = frame["label"].to_numpy(), frame["prediction"].to_numpy(), frame["score"].to_numpy()
    return {
        f"accuracy {name}": sk.accuracy_score(y, p),
        f"balanced_accuracy {name}": sk.balanced_accuracy_score(y, p),
        f"precision {name}": sk.precision_score(y, p),
        f"recall {name}": sk.recall_score(y, p),
        f"specificity {name}": sk.recall_score(y, p, pos_label=0),
        f"f1 {name}": sk.f1_score(y, p),
        f"matthews_corrcoef {name}": sk.matthews_corrcoef(y, p),
        f"cohen_kappa {name}": sk.cohen_kappa_score(y, p),
        f"roc_auc {name}": sk.roc_auc_score(y, s),
        f"average_precision {name}": sk.average_precision_score(y, s),
        f"log_loss {name}": sk.log_loss(y, s),
        f"brier {name}": sk.brier_score_loss(y, s),
    }


values = evaluate(rows, "all")
for site, frame in rows.groupby("site"):
    values.update(evaluate(frame, f"site={site}"))
json.dump(values, sys.stdout)
