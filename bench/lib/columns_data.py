"""Writes n rows of predictions of two models as CSV and as Parquet: `columns_data.py FOLDER n`.

Labels are drawn at 24 %, scores follow them with noise of their own for each model; 20 slices. Numbers are written
in full, as pandas and polars write doubles.
"""

import sys

import numpy as np
import polars as pl


def main():
    folder, n = sys.argv[1], int(sys.argv[2])
    random = np.random.default_rng(7)
    label = (random.random(n) < 0.24).astype(np.int8)
    names = pl.Series([f"site {place}" for place in range(20)])
    site = names.gather(random.integers(0, 20, n))
    shared = random.normal(0, 1, n)
    for name in ("candidate", "baseline"):
        noise = 0.7 * shared + 0.3 * random.normal(0, 1, n)
        score = 1 / (1 + np.exp(-(noise + 1.4 * label - 1.5)))
        frame = pl.DataFrame(
            {
                "id": np.arange(n),
                "label": label,
                "prediction": (score > 0.5).astype(np.int8),
                "score": score,
                "site": site,
            }
        )
        frame.write_csv(f"{folder}/{name}.csv")
        frame.write_parquet(f"{folder}/{name}.parquet", compression="snappy")


if __name__ == "__main__":
    main()
