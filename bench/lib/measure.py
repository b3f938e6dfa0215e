"""Runs commands in turn and prints, for each, the median wall time, CPU time and peak memory.

Reads {"runs": n, "warmups": n, "commands": [{"argv", "cwd", "env", "expect"}]} from stdin. Commands alternate, so
that a busy moment of the machine meets all of them. CPU is user + system time of the process and of every
descendant it waited for; peak is the largest resident size of one of these processes.
"""

import json
import os
import statistics
import subprocess
import sys
import time

PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes on macOS, kilobytes elsewhere


def run_once(command):
    started = time.perf_counter()
    process = subprocess.Popen(
        command["argv"],
        cwd=command["cwd"],
        env=command["env"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if code not in command["expect"]:
        sys.exit(f"{command['argv']} ended with {code}, not {command['expect']}:\n{errors.decode(errors='replace')}")
    return wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss * PEAK_UNIT / 1e6


def main():
    job = json.load(sys.stdin)
    seen = [[] for _ in job["commands"]]
    for turn in range(job["warmups"] + job["runs"]):
        for results, command in zip(seen, job["commands"]):
            result = run_once(command)
            if turn >= job["warmups"]:
                results.append(result)
    medians = [[statistics.median(column) for column in zip(*results)] for results in seen]
    json.dump([dict(zip(("wall", "cpu", "peak"), row)) for row in medians], sys.stdout)


if __name__ == "__main__":
    main()
