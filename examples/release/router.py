"""The target's command: brings versions to two model servers and shifts traffic between them in HAProxy.

It is called once for each step, with a JSON document on stdin (src/targets/command/README.md). What is meant to be true
is a file, written before anything is done; every step then makes the servers and HAProxy like it, so that a step that
was cut off is mended by the next one.
"""

import fcntl
import json
import os
import shutil
import socket
import sys
import time
import urllib.request
from pathlib import Path

HOME = Path(os.environ.get("ROUTER_HOME", ".serving")).absolute()
SOCKET = os.environ.get("ROUTER_SOCKET", str(HOME / "haproxy.sock"))
PORTS = {"blue": os.environ.get("ROUTER_BLUE", "8081"), "green": os.environ.get("ROUTER_GREEN", "8082")}
NOTHING = {"stable": None, "candidate": None, "fence": 0}


def read():
    path = HOME / "state.json"
    return json.loads(path.read_text()) if path.exists() else dict(NOTHING)


def write(state):
    fresh = HOME / "state.json.new"
    fresh.write_text(json.dumps(state, indent=2))
    fresh.replace(HOME / "state.json")


def haproxy(*commands):
    with socket.socket(socket.AF_UNIX) as admin:
        admin.settimeout(5)
        admin.connect(SOCKET)
        admin.sendall((";".join(commands) + "\n").encode())
        answer = b"".join(iter(lambda: admin.recv(65536), b"")).decode().strip()
    return answer


def ask(slot, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{PORTS[slot]}{path}", data)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def loaded(slot):
    try:
        return ask(slot, "/health")["version"]
    except urllib.error.HTTPError:
        return None  # it lives, and has no version


def load(placed):
    if loaded(placed["slot"]) != placed["version"]:
        ask(placed["slot"], "/load", {"folder": str(HOME / placed["slot"]), "version": placed["version"]})


def under_way(slot):
    """Requests that a server has not answered yet."""
    lines = haproxy("show stat").lstrip("# ").splitlines()
    names = lines[0].split(",")
    rows = (dict(zip(names, line.split(","))) for line in lines[1:])
    return next(int(row["scur"]) for row in rows if (row["pxname"], row["svname"]) == ("models", slot))


def route(state):
    """Makes HAProxy send to each server its share of the requests, and waits for those it no longer sends to."""
    stable, candidate = state["stable"], state["candidate"]
    shares = {slot: 0 for slot in PORTS}
    if candidate:
        shares[candidate["slot"]] = candidate["weight"]
    if stable:
        shares[stable["slot"]] = 100 - sum(shares.values())
    # First who gets more, then who gets less: at no moment is there nobody.
    order = sorted(shares, key=lambda slot: -shares[slot])
    said = haproxy(*(f"set server models/{slot} weight {shares[slot]}" for slot in order))
    if said:
        raise RuntimeError(f"HAProxy says: {said}")
    until = time.monotonic() + 10
    while any(shares[slot] == 0 and under_way(slot) > 0 for slot in PORTS) and time.monotonic() < until:
        time.sleep(0.05)


def placed_in(state):
    return [placed for placed in (state["stable"], state["candidate"]) if placed]


def stage(state, asked):
    placement = asked["placement"]
    mine = {name: placement[name] for name in ("deployment", "version", "digest")}
    if is_mine(state["stable"], asked):
        return
    if is_mine(state["candidate"], asked):
        return load(state["candidate"])
    # Files first: what the state names is there.
    slot = "green" if state["stable"] and state["stable"]["slot"] == "blue" else "blue"
    shutil.rmtree(HOME / slot, ignore_errors=True)
    shutil.copytree(asked["folder"], HOME / slot)
    if loaded(slot) is not None:
        ask(slot, "/unload", {})
    state["candidate"] = {**mine, "slot": slot, "weight": 0}
    write(state)
    load(state["candidate"])


def shift(state, asked):
    if is_mine(state["candidate"], asked):
        # Where nothing is live yet, nobody else can answer.
        state["candidate"]["weight"] = asked["weight"] if state["stable"] else 100


def promote(state, asked):
    if is_mine(state["candidate"], asked):
        state["stable"], state["candidate"] = state["candidate"], None
        del state["stable"]["weight"]


def rollback(state, asked):
    if is_mine(state["candidate"], asked):
        state["candidate"] = None


def retire(state, _asked):
    for slot in PORTS:
        if all(placed["slot"] != slot for placed in placed_in(state)) and loaded(slot) is not None:
            ask(slot, "/unload", {})


def is_mine(placed, asked):
    return placed is not None and placed["deployment"] == asked["placement"]["deployment"]


def probe(state, asked):
    mine = next(placed for placed in placed_in(state) if is_mine(placed, asked))
    if loaded(mine["slot"]) != mine["version"]:
        raise RuntimeError(f"{mine['slot']} does not serve {mine['version']}")


def main():
    asked = json.load(sys.stdin)
    step = asked["step"]
    HOME.mkdir(exist_ok=True)
    with open(HOME / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = read()
        if step == "current":
            return print(json.dumps(state))
        fence = asked["placement"]["fence"]
        if fence < state["fence"]:
            raise RuntimeError(f"fence {fence} is lower than {state['fence']}: a newer deployment has begun")
        state["fence"] = fence
        steps = {"stage": stage, "shift": shift, "probe": probe, "promote": promote}
        if step in steps:
            steps[step](state, asked)
        elif step == "rollback":
            rollback(state, asked)
        write(state)
        route(state)
        if step in ("rollback", "retire"):
            retire(state, asked)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # whoever called reads the last line
        sys.exit(f"{type(error).__name__}: {error}")
