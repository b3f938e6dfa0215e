"""Scores the held-out rows: one row each in predictions.csv, the numbers of all of them in metrics.json."""

import csv
import json
from pathlib import Path

import joblib
import yaml
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split

params = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
columns, labels = load_breast_cancer(return_X_y=True)
rows = range(len(labels))
split = train_test_split(rows, test_size=params["test_share"], random_state=params["seed"])[1]
model = joblib.load("model/model.joblib")
score = model.predict_proba(columns[split])[:, 1]
prediction = model.predict(columns[split])

with open("predictions.csv", "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["id", "label", "prediction", "score"])
    writer.writerows(zip(split, labels[split].tolist(), prediction.tolist(), score.tolist()))

metrics = {"roc_auc": roc_auc_score(labels[split], score), "accuracy": accuracy_score(labels[split], prediction)}
Path("metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
