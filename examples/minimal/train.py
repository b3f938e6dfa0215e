"""Fits a classifier that tells malignant from benign tumours."""

from pathlib import Path

import joblib
import yaml
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

params = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
columns, labels = load_breast_cancer(return_X_y=True)
train, _, known, _ = train_test_split(columns, labels, test_size=params["test_share"], random_state=params["seed"])
model = make_pipeline(StandardScaler(), LogisticRegression(C=params["C"])).fit(train, known)
Path("model").mkdir(exist_ok=True)
joblib.dump(model, "model/model.joblib")
