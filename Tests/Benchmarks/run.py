#!/usr/bin/env python3
"""Measures coffer against age and against what was promised, in one run on one machine.

    COFFER=path run.py [--mebibytes 1024] [--keys 1000]

Times are the best of several runs. CPU seconds are user and system time of the process. Needs /dev/shm for the file.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

COFFER = os.path.abspath(os.environ.get("COFFER", ".build-release/release/coffer"))


def measure(command, runs=3, core=None, **options):
    """Best (wall, CPU) in seconds."""
    best = (float("inf"), float("inf"))
    pin = (lambda: os.sched_setaffinity(0, {core})) if core is not None else None
    for _ in range(runs):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=pin, **options)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best[0], wall), min(best[1], after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def report(name, value, unit, limit):
    print(f"{name:<52} {value:>9.2f} {unit:<6} {'ok' if value <= limit else 'OVER'} (at most {limit:g})")
    return value <= limit


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mebibytes", type=int, default=1024)
    parser.add_argument("--keys", type=int, default=1000)
    arguments = parser.parse_args()
    core = min(os.sched_getaffinity(0))

    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        os.environ["COFFER_HOME"] = os.path.join(folder, "home")
        subprocess.run([COFFER, "init", "--quiet", "--seal", f"keyfile:{folder}/key"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([COFFER, "key", "create", "--alias", "bench"], check=True, stdout=subprocess.DEVNULL)
        results = [report("coffer --version, wall", measure([COFFER, "--version"], 20)[0] * 1000, "ms", 15)]

        source = os.path.join(folder, "data")
        with open(source, "wb") as file:
            for _ in range(arguments.mebibytes):
                file.write(os.urandom(1 << 20))
        subprocess.run(["age-keygen", "-o", f"{folder}/age.txt"], check=True, stderr=subprocess.DEVNULL)
        recipient = subprocess.run(["age-keygen", "-y", f"{folder}/age.txt"], check=True, capture_output=True, text=True).stdout.strip()
        ours = measure([COFFER, "encrypt", "-k", "bench", "--force", "--quiet", "-o", f"{folder}/ours", source], core=core)
        theirs = measure(["age", "-r", recipient, "-o", f"{folder}/theirs", source], core=core)
        print(f"sealing {arguments.mebibytes} MiB on one core: coffer {ours[1]:.2f} s CPU, age {theirs[1]:.2f} s CPU")
        results.append(report("sealing, CPU as a share of age's", ours[1] / theirs[1], "", 1))
        os.remove(source)
        opened = measure([COFFER, "verify", "--quiet", f"{folder}/ours"], core=core)
        reference = measure(["age", "-d", "-i", f"{folder}/age.txt", "-o", "/dev/null", f"{folder}/theirs"], core=core)
        print(f"opening {arguments.mebibytes} MiB on one core: coffer {opened[1]:.2f} s CPU, age {reference[1]:.2f} s CPU")
        results.append(report("opening, CPU as a share of age's", opened[1] / reference[1], "", 1))

        for _ in range(arguments.keys - 1):
            subprocess.run([COFFER, "key", "create"], check=True, stdout=subprocess.DEVNULL)
        results.append(report(f"coffer key list of {arguments.keys} keys, wall", measure([COFFER, "key", "list"], 10)[0] * 1000, "ms", 50))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
