"""The paired bootstrap as one writes it by hand with scikit-learn: python bootstrap.py candidate baseline resamples."""

import csv
import sys

import numpy as np
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    label, prediction = (np.array([int(row[name]) for row in rows]) for name in ("label", "prediction"))
    return label, prediction, np.array([float(row["score"]) for row in rows])


def metrics(label, prediction, score):
    return roc_auc_score(label, score), log_loss(label, score), accuracy_score(label, prediction)


def main():
    candidate, baseline = read(sys.argv[1]), read(sys.argv[2])
    random = np.random.default_rng(0)
    differences = []
    for _ in range(int(sys.argv[3])):
        drawn = random.integers(0, len(candidate[0]), len(candidate[0]))
        c, b = (metrics(*(column[drawn] for column in side)) for side in (candidate, baseline))
        differences.append(np.subtract(c, b))
    print(np.quantile(differences, [0.05, 0.95], axis=0))


if __name__ == "__main__":
    main()
