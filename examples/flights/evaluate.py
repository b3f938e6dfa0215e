"""Scores the held-out flights: one row each in predictions.csv, the numbers of all of them in metrics.json."""

import csv
import json

import joblib
import numpy as np
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score


def main():
    kept = joblib.load("model.joblib")
    data = np.load("data/flights.npz")
    rows = data["held_out"]
    columns = np.stack([data[name][rows] for name in kept["features"]], axis=1).astype(np.float32)
    late = data["late"][rows].astype(int)
    # Rounded first, so that the file of rows and the file of numbers say the same.
    score = np.round(kept["model"].predict_proba(columns)[:, 1], 6)
    prediction = (score >= 0.5).astype(int)

    carrier = data["carrier_names"][data["carrier"][rows]]
    origin = data["origin_names"][data["origin"][rows]]
    ids = (name.decode() for name in data["id"][rows].tolist())
    with open("predictions.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "label", "prediction", "score", "carrier", "origin"])
        writer.writerows(
            zip(ids, late.tolist(), prediction.tolist(), score.tolist(), carrier.tolist(), origin.tolist())
        )

    metrics = {
        "roc_auc": roc_auc_score(late, score),
        "log_loss": log_loss(late, score),
        "brier": brier_score_loss(late, score),
        "accuracy": accuracy_score(late, prediction),
    }
    with open("metrics.json", "w", encoding="utf-8") as file:
        json.dump(metrics, file, indent=2)
        file.write("\n")
    print(", ".join(f"{name} {value:.4f}" for name, value in metrics.items()))


if __name__ == "__main__":
    main()
