"""A model server: brings up the version it is told to, answers requests, and counts them for Prometheus.

    python serve.py PORT

POST /load {"folder", "version"}, POST /unload, GET /health, POST /predict, GET /metrics.
"""

import json
import sys
import time
from bisect import bisect_left
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

import joblib
import numpy as np

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class Version:
    """A version of the model, and what it has answered."""

    def __init__(self, folder, version):
        self.name = version
        bundle = joblib.load(Path(folder) / "model.joblib")
        self.model, self.features = bundle["model"], bundle["features"]
        self.smooth = bundle.get("serving", {}).get("smooth", 0)
        self.correct = bundle.get("serving", {}).get("correct", {})
        self.lock = Lock()
        self.buckets, self.seconds, self.errors = [0] * (len(BUCKETS) + 1), 0.0, 0

    def score(self, flight):
        """How likely the flight is late; averaged over departures some minutes earlier and later, if asked to."""
        scores = []
        for minutes in range(-self.smooth, self.smooth + 1):
            moved = {**flight, "departs": flight["departs"] + minutes}
            row = np.array([[moved[name] for name in self.features]], dtype=np.float32)
            scores.append(self.model.predict_proba(row)[0, 1])
        return min(1.0, float(np.mean(scores)) + self.correct.get(flight["airport"], 0.0))

    def count(self, seconds, failed):
        with self.lock:
            self.buckets[bisect_left(BUCKETS, seconds)] += 1
            self.seconds += seconds
            self.errors += failed

    def metrics(self):
        with self.lock:
            total = 0
            for bound, number in zip((*BUCKETS, "+Inf"), self.buckets):
                total += number
                yield f'prediction_seconds_bucket{{version="{self.name}",le="{bound}"}} {total}'
            yield f'prediction_seconds_sum{{version="{self.name}"}} {self.seconds}'
            yield f'prediction_seconds_count{{version="{self.name}"}} {total}'
            yield f'prediction_errors_total{{version="{self.name}"}} {self.errors}'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: in two, the second waits for the first to be acknowledged
    version = None

    def do_GET(self):
        live = Handler.version
        if self.path == "/metrics":
            return self.answer(200, "".join(f"{line}\n" for line in (live.metrics() if live else ())), "text/plain")
        if self.path == "/health" and live:
            return self.answer(200, json.dumps({"version": live.name}))
        self.answer(503 if self.path == "/health" else 404, json.dumps({"error": "nothing here"}))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/predict":
            return self.predict(body)
        if self.path == "/load":
            Handler.version = Version(**json.loads(body))
        elif self.path == "/unload":
            Handler.version = None
        else:
            return self.answer(404, json.dumps({"error": "nothing here"}))
        self.answer(200, "{}")

    def predict(self, body):
        live, started = Handler.version, time.perf_counter()
        if live is None:
            return self.answer(503, json.dumps({"error": "no version is loaded"}))
        try:
            code, text = 200, json.dumps({"late": live.score(json.loads(body)), "version": live.name})
        except (KeyError, TypeError, ValueError) as error:
            code, text = 400, json.dumps({"error": f"no flight: {error!r}"})
        live.count(time.perf_counter() - started, code != 200)
        self.answer(code, text)

    def answer(self, code, text, kind="application/json"):
        body = text.encode()
        self.send_response(code)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing of each request."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
