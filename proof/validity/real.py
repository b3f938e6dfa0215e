"""Trains pairs of models on the flights of New York and on scikit-learn's data sets, and writes what they say of rows
they were not trained on: columns of float64 beside an index, one folder for each pair.
"""

import json
import sys
import warnings
import zlib
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, sys.argv[2])
import prepare  # noqa: E402  the flights example's own reader

ALL = list(range(8))
NO_CLOCK = [0, 1, 4, 5, 6, 7]


def flights():
    """Columns of numbers, minutes of delay, whether a row is held out, and the day and airport it belongs to."""
    features, delays, held_out, days = [], [], [], []
    carriers, origins, dests = {}, {}, {}
    rows = read_with_delay()
    for name, delay, (carrier, origin, dest), numbers, day in rows:
        codes = (
            carriers.setdefault(carrier, len(carriers)),
            origins.setdefault(origin, len(origins)),
            dests.setdefault(dest, len(dests)),
        )
        features.append((*numbers, *codes))
        delays.append(delay)
        held_out.append(zlib.crc32(name.encode()) < prepare.TEST_SHARE * 2**32)
        days.append(f"{day}-{origin}")
    return (
        np.array(features, dtype=np.float32),
        np.array(delays, dtype=float),
        np.array(held_out),
        np.unique(days, return_inverse=True)[1],
    )


def read_with_delay():
    import csv
    from datetime import date

    rows = csv.DictReader(prepare.open_flights())
    for row in rows:
        if row["arr_delay"] in ("", "NA"):
            continue
        when = date(int(row["year"]), int(row["month"]), int(row["day"]))
        departs, arrives = row["sched_dep_time"], row["sched_arr_time"]
        name = f"{row['month']}/{row['day']}-{row['carrier']}{row['flight']}-{row['origin']}-{departs}"
        numbers = (
            when.month,
            when.weekday(),
            prepare.minutes(departs),
            prepare.minutes(arrives),
            float(row["distance"]),
        )
        texts = (row["carrier"], row["origin"], row["dest"])
        yield name, float(row["arr_delay"]), texts, numbers, when.isoformat()


def trees(kind, columns, **settings):
    categories = [columns.index(at) for at in (5, 6, 7) if at in columns]
    return kind(categorical_features=categories, early_stopping=False, random_state=0, **settings)


class Pairs:
    """Writes populations below a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def write(self, name, task, label, baseline, candidate, classes=None, group=None):
        folder = self.folder / name
        folder.mkdir(parents=True)
        columns = {"label": label}
        if group is not None:
            columns["group"] = group
        for side, outputs in (("baseline", baseline), ("candidate", candidate)):
            columns |= {f"{side}.{key}": values for key, values in outputs.items()}
        for key, values in columns.items():
            np.asarray(values, dtype=np.float64).tofile(folder / f"{key}.f64")
        index = {"task": task, "rows": len(label), "classes": classes, "columns": sorted(columns)}
        (folder / "index.json").write_text(json.dumps(index))


def two_classes(score, threshold=0.5):
    return {"score": score, "prediction": score >= threshold}


def flight_pairs(pairs):
    features, delays, held_out, days = flights()
    train, test = ~held_out, held_out
    days = days[test]

    def scores(late, columns, **settings):
        model = trees(HistGradientBoostingClassifier, columns, **settings)
        return model.fit(features[train][:, columns], late[train]).predict_proba(features[test][:, columns])[:, 1]

    late = delays > prepare.LATE_MINUTES
    base = scores(late, ALL, max_iter=60)
    fewer = scores(late, ALL, max_iter=25, learning_rate=0.2)
    clockless = scores(late, NO_CLOCK, max_iter=60)
    pairs.write("flights-fewer-trees", "binary", late[test], two_classes(base), two_classes(fewer), ["0", "1"])
    pairs.write("flights-no-clock", "binary", late[test], two_classes(base), two_classes(clockless), ["0", "1"])
    pairs.write("flights-by-day", "binary", late[test], two_classes(base), two_classes(clockless), ["0", "1"], days)

    # Hours late: one flight in twenty. No score reaches ½, so both models call as many late as there are.
    hours = delays > 90
    base, clockless = scores(hours, ALL, max_iter=40), scores(hours, NO_CLOCK, max_iter=40)
    sides = [two_classes(s, np.quantile(s, 1 - hours[test].mean())) for s in (base, clockless)]
    pairs.write("flights-hours-late", "binary", hours[test], *sides, ["0", "1"])

    def minutes_late(columns):
        model = trees(HistGradientBoostingRegressor, columns, max_iter=60)
        return model.fit(features[train][:, columns], delays[train]).predict(features[test][:, columns])

    sides = [{"prediction": minutes_late(columns)} for columns in (ALL, NO_CLOCK)]
    pairs.write("flights-minutes-late", "regression", delays[test], *sides)


def small_pairs(pairs):
    """Out-of-fold predictions, so that every row is scored by a model that did not see it."""
    data = load_breast_cancer()
    folds = StratifiedKFold(10, shuffle=True, random_state=0)

    def tumours(columns):
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
        return cross_val_predict(model, data.data[:, columns], data.target, cv=folds, method="predict_proba")[:, 1]

    sides = [two_classes(tumours(columns)) for columns in (range(10), range(5))]
    pairs.write("breast-cancer", "binary", data.target, *sides, ["0", "1"])

    data = load_digits()
    folds = StratifiedKFold(5, shuffle=True, random_state=0)

    def digits(strength):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=500))
        scores = cross_val_predict(model, data.data, data.target, cv=folds, method="predict_proba")
        columns = {f"class{k}": scores[:, k] for k in range(10)}
        return {"prediction": scores.argmax(axis=1), **columns}

    pairs.write("digits", "multiclass", data.target, digits(0.1), digits(0.001), [str(k) for k in range(10)])

    data = load_diabetes()
    folds = KFold(10, shuffle=True, random_state=0)
    sides = [
        {"prediction": cross_val_predict(Ridge(1e-3), data.data[:, columns], data.target, cv=folds)}
        for columns in (range(10), [2, 3])
    ]
    pairs.write("diabetes", "regression", data.target, *sides)


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=FutureWarning)
    made = Pairs(sys.argv[1])
    flight_pairs(made)
    small_pairs(made)
