#!/usr/bin/env python3
"""Measures Coffer against its limits and against age, and prints one line for each figure.

    Tests/Benchmarks/run.py [--skip-build] [--scratch FOLDER] [--memory FOLDER]

Prints: figure, the limit or what the peer took, and the ratio of the two (below 1 is better). A slow figure is not a failure: the exit
status is 0 whenever everything ran. Processor time is user + system; the best of several rounds is taken, because whatever else the
machine does can only add. Docs/Performance.md tells how to read it.

Needs 3.5 GiB in the memory folder, `taskset`, and for the comparison `age`.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GIB = 1 << 30
GENERATE_DATA_KEY_LIMIT = 15_000  # nanoseconds of processor time
VERSION_LIMIT = 15  # milliseconds
KEY_LIST_LIMIT = 50  # milliseconds
KEY_COUNT = 1000
FILE_ROUNDS = 7  # the kernel's share, fresh pages of tmpfs, varies by a factor of two on a virtual machine


def run(command, environment=None):
    """Runs a command to its end and returns (processor seconds, wall seconds)."""
    start = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"error: {' '.join(map(str, command))} ended with status {process.returncode}")
    return usage.ru_utime + usage.ru_stime, wall


def report(name, figure, unit, against, limit, note=""):
    print(f"{name:<44} {figure:>9.2f} {unit:<3} {against:>7} {limit:>8.2f} {unit:<3} ratio {figure / limit:5.2f}  {note}".rstrip(), flush=True)


def build(scratch):
    base = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--scratch-path", str(scratch), "--package-path", str(ROOT)]
    for product in ["coffer", "CofferBenchmarks"]:
        subprocess.run([*base, "--product", product], check=True, stdout=sys.stderr)


def measure_in_process(binary, disk, memory):
    output = subprocess.run([binary, disk, memory], check=True, stdout=subprocess.PIPE, text=True).stdout
    figures = {}
    for line in output.splitlines():
        name, cpu, wall = line.split("\t")
        figures[name] = (int(cpu), int(wall))
    limit = GENERATE_DATA_KEY_LIMIT / 1000
    for tasks in [64, 256]:
        for place in ["disk", "memory"]:
            cpu, wall = figures[f"generate-data-key/{place}/{tasks}"]
            title = f"GenerateDataKey, {tasks} tasks, trail on {place}"
            report(title, cpu / 1000, "µs", "limit", limit, f"wall {wall / 1000:.1f} µs")
        audit = figures[f"audit-event/memory/{tasks}"][0]
        whole = figures[f"generate-data-key/memory/{tasks}"][0]
        report(f"  of that the audit event alone", audit / 1000, "µs", "whole", whole / 1000)
        report(f"  of that the rest", (whole - audit) / 1000, "µs", "limit", limit)
    primitives = figures["primitives"][0]
    whole = figures["generate-data-key/memory/64"][0]
    report("  libcrypto's part alone", primitives / 1000, "µs", "whole", whole / 1000)


def measure_start(coffer, environment):
    """The processor time of short commands; the wall time, which includes waiting for the disk, is the note."""
    for title, arguments, limit, rounds in [
        ("coffer --version", ["--version"], VERSION_LIMIT, 30),
        (f"coffer key list, {KEY_COUNT} keys", ["key", "list"], KEY_LIST_LIMIT, 15),
    ]:
        times = [run([coffer, *arguments], environment) for _ in range(rounds)]
        cpu = min(cpu for cpu, _ in times) * 1000
        wall = statistics.median(wall for _, wall in times) * 1000
        report(title, cpu, "ms", "limit", limit, f"wall {wall:.1f} ms (median)")


def make_peer(memory):
    """An identity of age, its recipient, and 1 GiB of random bytes."""
    plain, identity = memory / "plain", memory / "identity"
    with plain.open("wb") as file:
        for _ in range(GIB >> 20):
            file.write(os.urandom(1 << 20))
    subprocess.run(["age-keygen", "-o", identity], check=True, stderr=subprocess.DEVNULL)
    recipient = subprocess.run(["age-keygen", "-y", identity], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    return plain, identity, recipient


def measure_files(coffer, environment, memory):
    """Sealing, opening and verifying 1 GiB: on one core beside age, on all cores beside cp."""
    plain, identity, recipient = make_peer(memory)
    ours, theirs, out, copy = (memory / name for name in ["coffer.age", "age.age", "out", "copy"])
    one_core = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    encrypt = [coffer, "encrypt", "--key", "bench", "-o", ours, plain]
    decrypt = [coffer, "decrypt", "-o", out, ours]
    verify = [coffer, "verify", "--quiet", ours]
    for title, ours_command, theirs_command, ours_out, theirs_out, limit in [
        ("encrypt 1 GiB", encrypt, ["age", "-r", recipient, "-o", theirs, plain], ours, theirs, 1.0),
        ("decrypt 1 GiB", decrypt, ["age", "-d", "-i", identity, "-o", out, theirs], out, out, 1.0),
    ]:
        our_times, their_times = [], []
        for _ in range(FILE_ROUNDS):
            # In turn, so that a noisy minute hits both.
            ours_out.unlink(missing_ok=True)
            our_times.append(run([*one_core, *ours_command], environment))
            theirs_out.unlink(missing_ok=True)
            their_times.append(run([*one_core, *theirs_command]))
        (cpu, wall), (peer, peer_wall) = min(our_times), min(their_times)
        report(f"coffer {title}, one core", cpu, "s", "age", peer, f"wall {wall:.2f} s, age {peer_wall:.2f} s")
        report("  the same", cpu, "s", "limit", limit)
        theirs.unlink(missing_ok=True) if "decrypt" in title else None
        out.unlink(missing_ok=True)
    cpu, wall = min(run([*one_core, *verify], environment) for _ in range(FILE_ROUNDS))
    report("coffer verify 1 GiB, one core", cpu, "s", "limit", 0.6, f"wall {wall:.2f} s")
    measure_wall(encrypt, decrypt, verify, plain, ours, out, copy, environment)


def measure_wall(encrypt, decrypt, verify, plain, ours, out, copy, environment):
    walls = {"cp": [], "encrypt": [], "decrypt": [], "verify": []}
    peak = 0
    for _ in range(FILE_ROUNDS):
        for name, command, target in [("cp", ["cp", plain, copy], copy), ("encrypt", encrypt, ours), ("decrypt", decrypt, out),
                                      ("verify", verify, None)]:
            if target:
                target.unlink(missing_ok=True)
            _, wall = run(command, environment)
            walls[name].append(wall)
            if name != "cp":
                peak = max(peak, peak_memory(command, target, environment))
            if target in (copy, out):
                target.unlink(missing_ok=True)
    limit = 1.15 * min(walls["cp"])
    for name in ["encrypt", "decrypt", "verify"]:
        report(f"coffer {name} 1 GiB, all cores, wall", min(walls[name]), "s", "cp*1.15", limit)
    report("  most memory of the three", peak / 1024, "MiB", "limit", 48)


def peak_memory(command, target, environment):
    """KiB; of a run of its own, because wait4 tells the peak of that process alone."""
    if target:
        target.unlink(missing_ok=True)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss


def measure_many(coffer, environment, memory):
    """10 000 files of 4 KiB: sealed beside a shell loop over age, looked at for changes, and rewrapped."""
    tree, sealed = memory / "tree", memory / "sealed"
    count = 10_000
    for folder in range(100):
        (tree / f"{folder:02}").mkdir(parents=True)
        for file in range(count // 100):
            (tree / f"{folder:02}" / f"{file:02}").write_bytes(os.urandom(4096))
    seal = [coffer, "encrypt", "--quiet", "--key", "bench", "--recursive", tree, "-o", sealed]
    _, ours = run(seal, environment)
    copied = memory / "copied"
    _, unchanged = run([*seal, "--update"], environment)
    run(["cp", "-r", tree, copied])
    _, copy = run(["cp", "-ru", f"{tree}/.", copied])
    note = f"cp -ru, which reads nothing, {copy:.2f} s"
    report("coffer encrypt --update, none of 10 000 new", unchanged, "s", "50 µs", count * 50e-6, note)
    shutil.rmtree(copied)
    identity = memory / "identity"
    recipient = subprocess.run(["age-keygen", "-y", identity], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    loop = f"for f in {tree}/0*/*; do age -r {recipient} -o $f.age $f; done"
    _, theirs = run(["sh", "-c", loop])
    # The loop did a tenth of the files.
    report("coffer encrypt --recursive, 10 000 files", ours, "s", "age/5", theirs * 10 / 5, f"a loop over age {theirs * 10:.1f} s")
    run([coffer, "key", "rotate", "bench"], environment)
    _, wall = run([coffer, "rewrap", "--quiet", "--recursive", sealed], environment)
    report("coffer rewrap --recursive, 10 000 files", wall, "s", "limit", 10)
    shutil.rmtree(sealed)
    shutil.rmtree(tree)
    large = memory / "coffer.age"
    run([coffer, "key", "rotate", "bench"], environment)
    _, wall = run([coffer, "rewrap", "--quiet", large], environment)
    _, nothing = run([coffer, "key", "describe", "bench"], environment)
    report("coffer rewrap, 1 GiB", (wall - nothing) * 1000, "ms", "limit", 50, f"beyond a command on the store, {nothing * 1000:.0f} ms")


def measure_objects_in_process(binary, folder, versions):
    """The library: durable puts beside SQLite alone on the same disk, and a bucket of many versions beside one of a thousand."""
    output = subprocess.run([binary, "objects", folder, str(versions)], check=True, stdout=subprocess.PIPE, text=True).stdout
    figures = {name: float(value) for name, value in (line.split("\t") for line in output.splitlines())}
    floor = figures["floor/sqlite-4k-per-second"]
    # A rate is better when it is higher, so the ratio is turned round.
    report("durable puts of 4 KiB, time for 1000", 1e6 / figures["put-4k/per-second"], "ms", "floor*7/3", 1e6 / floor * 7 / 3,
           f"{figures['put-4k/per-second']:.0f}/s, SQLite alone {floor:.0f}/s, processor {figures['put-4k/cpu-microseconds']:.0f} µs each")
    report(f"list 1000 of {versions} versions", figures["list-1000/large/cpu-microseconds"] / 1000, "ms", "limit", 3)
    for name in ["put", "get"]:
        report(f"{name} in a bucket of {versions}", figures[f"{name}/large/cpu-microseconds"], "µs", "of 1024",
               figures[f"{name}/small/cpu-microseconds"])
    report("open the store again, and list", figures["reopen/milliseconds"], "ms", "limit", 1000)
    report("  most memory of all that", figures["memory/peak-kib"] / 1024, "MiB", "limit", 64)


def measure_objects(coffer, environment, disk, memory):
    """The command, on a store that lies on the disk."""
    environment = environment | {"COFFER_HOME": str(disk / "objects-home")}
    run([coffer, "init", "--quiet", "--seal", f"keyfile:{disk / 'objects.key'}"], environment)
    run([coffer, "key", "create", "--quiet", "--alias", "bench"], environment)
    run([coffer, "bucket", "create", "bench", "--quiet", "--versioning", "enabled", "--key", "bench"], environment)
    tree = memory / "small"
    count = 10_000
    for folder in range(100):
        (tree / f"{folder:02}").mkdir(parents=True)
        for file in range(count // 100):
            (tree / f"{folder:02}" / f"{file:02}").write_bytes(os.urandom(4096))
    cpu, wall = run([coffer, "cp", "--quiet", "--recursive", tree, "coffer://bench/small/"], environment)
    report("coffer cp --recursive, 10 000 files of 4 KiB", wall, "s", "3000/s", count / 3000, f"{count / wall:.0f}/s, processor {cpu:.2f} s")
    shutil.rmtree(tree)
    plain = memory / "plain"
    sealed = disk / "sealed.age"
    encrypts, puts = [], []
    for number in range(3):
        sealed.unlink(missing_ok=True)
        encrypts.append(run([coffer, "encrypt", "--quiet", "--key", "bench", "-o", sealed, plain], environment)[1])
        puts.append(run([coffer, "cp", "--quiet", plain, f"coffer://bench/large-{number}"], environment)[1])
    report("coffer cp, 1 GiB to the disk", min(puts), "s", "encr/0.8", min(encrypts) / 0.8, f"coffer encrypt, synced, {min(encrypts):.2f} s")
    cpu, wall = run([coffer, "store", "scrub", "--quiet"], environment)
    report("coffer store scrub, 3 GiB, processor", cpu, "s", "1 GB/s", 3 * GIB / 1e9, f"wall {wall:.2f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--skip-build", action="store_true", help="measure what was built last")
    parser.add_argument("--scratch", type=Path, default=ROOT / ".build-release", help="where to build (default: %(default)s)")
    parser.add_argument("--memory", type=Path, default=Path("/dev/shm"), help="a folder on tmpfs (default: %(default)s)")
    parser.add_argument("--versions", type=int, default=1_000_000, help="versions in the large bucket (default: %(default)s)")
    parser.add_argument("--objects", action="store_true", help="measure the object store alone")
    options = parser.parse_args()
    if not options.skip_build:
        build(options.scratch)
    products = options.scratch / "release"
    with tempfile.TemporaryDirectory() as disk, tempfile.TemporaryDirectory(dir=options.memory) as memory:
        disk, memory = Path(disk), Path(memory)
        for folder in [disk / "warm", memory / "warm", disk / "objects"]:
            folder.mkdir()
        coffer = products / "coffer"
        if options.objects:
            make_peer(memory)
            measure_objects(coffer, os.environ, disk, memory)
            return measure_objects_in_process(products / "CofferBenchmarks", disk / "objects", options.versions)
        measure_in_process(products / "CofferBenchmarks", disk / "warm", memory / "warm")
        # The store too lies in memory: a thousand keys are a thousand syncs.
        environment = os.environ | {"COFFER_HOME": str(memory / "home")}
        run([coffer, "init", "--quiet", "--seal", f"keyfile:{memory / 'unlock.key'}"], environment)
        run([coffer, "key", "create", "--alias", "bench"], environment)
        for _ in range(KEY_COUNT - 1):
            run([coffer, "key", "create"], environment)
        measure_start(coffer, environment)
        if shutil.which("age") and shutil.which("taskset"):
            measure_files(coffer, environment, memory)
            measure_many(coffer, environment, memory)
            measure_objects(coffer, environment, disk, memory)
        else:
            print("age or taskset is not installed: files not measured")
        measure_objects_in_process(products / "CofferBenchmarks", disk / "objects", options.versions)


if __name__ == "__main__":
    main()
