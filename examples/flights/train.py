"""Fits gradient-boosted trees that say how likely a planned flight is to arrive late."""

import joblib
import numpy as np
import yaml
from sklearn.ensemble import HistGradientBoostingClassifier

CATEGORIES = ("carrier", "origin", "dest")


def main():
    with open("params.yaml", encoding="utf-8") as file:
        params = yaml.safe_load(file)
    data = np.load("data/flights.npz")
    features = params["features"]
    rows = ~data["held_out"]
    columns = np.stack([data[name][rows] for name in features], axis=1).astype(np.float32)
    model = HistGradientBoostingClassifier(
        learning_rate=params["learning_rate"],
        max_iter=params["max_iter"],
        max_leaf_nodes=params["max_leaf_nodes"],
        categorical_features=[name in CATEGORIES for name in features],
        early_stopping=False,  # every run builds the same trees
        random_state=params["seed"],
    )
    model.fit(columns, data["late"][rows])
    joblib.dump({"model": model, "features": features}, "model.joblib")
    print(f"{model.n_iter_} trees on {rows.sum():,} flights and {len(features)} columns")


if __name__ == "__main__":
    main()
