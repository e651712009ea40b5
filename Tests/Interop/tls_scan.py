#!/usr/bin/env python3
"""Scans real and fabricated TLS servers with Coffer and compares every fact with what was written down before.

    Tests/Interop/tls_scan.py [--jobs N] [--only NAME] [--list] [--check] [--keep FOLDER] path/to/coffer

Each case is scanned twice: the results must be equal, unless the peer itself is fickle, and what is expected of it (tls_lab/). One line
for each case; a case that the installed software cannot do is skipped with the reason. `--check` needs no Coffer: it looks at the servers
with a small scanner of the lab's own, to find out whether the expectations are right. Ends with status 1 if anything differs.
"""

import argparse
import concurrent.futures
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import tls_lab.families
from tls_lab.case import Lab, Skip, StartFailure
from tls_lab.pki import PKI
from tls_lab.view import differences, view

#: Exit statuses of a scan that ran to its end: clean, findings, something undecided.
FINISHED = {0, 1, 6}
RESERVE_SECONDS = 30
#: Java with everything switched on has hundreds of things to tell.
MAXIMUM_CONNECTIONS = 1000
MAXIMUM_DIFFERENCES = 3


class Outcome:
    def __init__(self, case):
        self.case = case
        self.problems = []
        self.skipped = None
        self.seconds = []
        self.folder = None


def scan(coffer, case, port, roots):
    """(the result without its time, seconds) of one run."""
    command = [coffer, "tls", "scan", f"127.0.0.1:{port}", "--json", "--target-timeout", f"{int(case.seconds)}s",
               "--max-connections", str(MAXIMUM_CONNECTIONS), "--ca", roots, "--no-system-trust"]
    if case.starttls:
        command += ["--starttls", case.starttls]
    if case.is_intrusive:
        command.append("--intrusive")
    start = time.monotonic()
    try:
        done = subprocess.run([*map(str, command), *case.arguments], capture_output=True, text=True, timeout=case.seconds + RESERVE_SECONDS)
    except subprocess.TimeoutExpired:
        raise ScanFailure(f"the scan did not end within {case.seconds + RESERVE_SECONDS} s") from None
    seconds = time.monotonic() - start
    if done.returncode not in FINISHED:
        raise ScanFailure(f"status {done.returncode}: {done.stderr.strip()[-300:]}")
    result = json.loads(done.stdout)
    del result["Time"]
    return result, seconds


class ScanFailure(Exception):
    """Coffer gave no result at all."""


def judge(coffer, case, port, roots, outcome):
    scans = [scan(coffer, case, port, roots) for _ in range(2)]
    if case.is_steady and scans[0][0] != scans[1][0]:
        # On a busy machine an answer may have come too late; not twice.
        scans.append(scan(coffer, case, port, roots))
    outcome.seconds = [seconds for _, seconds in scans]
    results = [result for result, _ in scans]
    first, second = results[-1], next((other for other in results[:-1] if other == results[-1]), results[0])
    if case.is_steady and first != second:
        found = differences(first, second) or ["a member is in one of them only"]
        outcome.problems += [f"two scans differ: {difference}" for difference in found[:MAXIMUM_DIFFERENCES]]
    outcome.problems += differences(case.expect, view(first["Scans"][0], [finding["Id"] for finding in first["Findings"]]))


def check(case, port, outcome):
    from tls_lab import peek, starttls
    prepare = starttls.client(case.starttls) if case.starttls else None
    scanner = peek.Peek(port, prepare)
    start = time.monotonic()
    seen = scanner.view()
    outcome.seconds = [time.monotonic() - start]
    outcome.problems += differences(peek.agreed(case.expect, seen), seen)


def run(case, arguments, folder, pki):
    outcome = Outcome(case)
    outcome.folder = folder / case.name
    lab = Lab(outcome.folder, pki, sys.executable)
    try:
        port = case.start(lab)
        if arguments.check:
            if not case.peekable:
                raise Skip("breaks the rules: nothing for the small scanner")
            check(case, port, outcome)
        else:
            judge(arguments.coffer, case, port, pki.roots_file, outcome)
    except Skip as skip:
        outcome.skipped = str(skip)
    except (StartFailure, ScanFailure) as failure:
        outcome.problems.append(str(failure))
    except Exception as failure:  # A fault of the lab itself must not hide the other cases; it fails this one.
        outcome.problems.append(f"{type(failure).__name__}: {failure}")
    finally:
        lab.close()
    return outcome


def line(outcome):
    seconds = "/".join(f"{value:.1f}" for value in outcome.seconds)
    if outcome.skipped:
        return f"skipped {outcome.case.name}: {outcome.skipped}"
    if outcome.problems:
        return "\n".join([f"FAILED  {outcome.case.name} ({seconds} s)", *(f"        {problem}" for problem in outcome.problems)])
    return f"passed  {outcome.case.name} ({seconds} s)"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("coffer", nargs="?", type=Path)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--only", action="append", default=[], help="a case, or the beginning of its name")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--keep", type=Path, help="where the folders of failed cases stay")
    arguments = parser.parse_args()
    cases = [case for case in tls_lab.families.cases() if not arguments.only or any(map(case.name.startswith, arguments.only))]
    if arguments.list:
        print("\n".join(case.name for case in cases))
        return 0
    if not cases:
        parser.error("no case has such a name; see --list")
    if not arguments.check and not (arguments.coffer and arguments.coffer.is_file()):
        parser.error("the path of coffer's binary is needed")
    if arguments.coffer:
        arguments.coffer = arguments.coffer.resolve()
    start, output = time.monotonic(), threading.Lock()
    with tempfile.TemporaryDirectory(prefix="tls-lab-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        pki = PKI(folder / "pki")
        outcomes = []
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for future in concurrent.futures.as_completed([pool.submit(run, case, arguments, folder, pki) for case in cases]):
                outcomes.append(future.result())
                with output:
                    print(line(outcomes[-1]), flush=True)
                if outcomes[-1].problems and arguments.keep:
                    shutil.copytree(outcomes[-1].folder, arguments.keep / outcomes[-1].case.name, dirs_exist_ok=True)
    failed = sum(bool(outcome.problems) for outcome in outcomes)
    skipped = sum(outcome.skipped is not None for outcome in outcomes)
    print(f"{len(outcomes) - failed - skipped} passed, {failed} failed, {skipped} skipped in {time.monotonic() - start:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
