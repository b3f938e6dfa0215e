"""Writes held-out flights as the requests that a service would get, one JSON document a line, with what became of them.

    python requests.py COUNT
"""

import json
import sys

import numpy as np

FEATURES = ("month", "weekday", "departs", "arrives", "distance", "carrier", "origin", "dest")


def main():
    data = np.load("data/flights.npz")
    held_out = np.flatnonzero(data["held_out"])
    chosen = np.random.default_rng(0).choice(held_out, int(sys.argv[1]), replace=False)
    for row in chosen:
        flight = {name: int(data[name][row]) for name in FEATURES}
        airport = str(data["origin_names"][data["origin"][row]])
        print(json.dumps({"flight": {**flight, "airport": airport}, "late": bool(data["late"][row])}))


if __name__ == "__main__":
    main()
