#!/usr/bin/env python3
"""How fast trees are walked and hashed, next to what others need for the same bytes.

Makes its data in the memory (/dev/shm), builds and runs IntegrityBenchmarks, the floor (Tests/Benchmarks/Integrity/floor.c), and the tools that are
there, and prints a table. Times are processor time (user and system), because that carries over from machine to machine better than time on
the wall does; the ratio is the work done for the same processor time, as a share of what the floor (small files) or openssl (large ones) does.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SMALL_FOLDERS, SMALL_PER_FOLDER, SMALL_BYTES = 50, 1000, 4096
LARGE_FILES, LARGE_BYTES = 4, 256 << 20


def make_small(folder):
    generator = random.Random(1)
    for number in range(SMALL_FOLDERS):
        inner = folder / f"folder-{number:02}"
        inner.mkdir(parents=True)
        for index in range(SMALL_PER_FOLDER):
            (inner / f"file-{index:04}.bin").write_bytes(generator.randbytes(SMALL_BYTES))


def make_large(folder):
    folder.mkdir()
    generator = random.Random(2)
    for number in range(LARGE_FILES):
        with open(folder / str(number), "wb") as file:
            for _ in range(LARGE_BYTES >> 20):
                file.write(generator.randbytes(1 << 20))


def make_one(folder, large):
    folder.mkdir()
    with open(folder / "file", "wb") as file:
        for number in range(LARGE_FILES):
            with open(large / str(number), "rb") as part:
                shutil.copyfileobj(part, file, 1 << 20)


def make_empty(folder, count):
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    for index in range(count):
        os.close(os.open(f"{(index * 2654435761) & 0xFFFFFFFF:08x}-{index}", os.O_WRONLY | os.O_CREAT, dir_fd=descriptor))
    os.close(descriptor)


def run(command, rounds):
    """The best of a few rounds: wall and processor seconds, and what it said."""
    best = None
    for _ in range(rounds):
        start = time.monotonic()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            said = output.read()
        if process.returncode != 0:
            raise SystemExit(f"{command[0]} failed with {process.returncode}")
        result = (time.monotonic() - start, usage.ru_utime + usage.ru_stime, said)
        if best is None or result[1] < best[1]:
            best = result
    return best


def build(work):
    floor = work / "floor"
    subprocess.run(["cc", "-O2", "-o", floor, ROOT / "Tests/Benchmarks/Integrity/floor.c", "-lcrypto"], check=True)
    build = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--scratch-path", ".build-release"]
    subprocess.run(build + ["--product", "IntegrityBenchmarks"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return str(floor), str(ROOT / ".build-release/release/IntegrityBenchmarks")


def table(title, unit, amount, rows, rounds):
    """Rows of a name and a command; the first one is what the others are measured by."""
    print(f"\n{title}")
    print(f"  {'':34}{'wall s':>8}{'cpu s':>8}{unit + '/cpu s':>16}{'ratio':>8}")
    measure = None
    for name, command in rows:
        if shutil.which(command[0]) is None:
            print(f"  {name:34}{'not here':>8}")
            continue
        wall, cpu, _ = run(command, rounds)
        measure = measure or amount / cpu
        print(f"  {name:34}{wall:8.3f}{cpu:8.3f}{amount / cpu:16,.2f}{amount / cpu / measure:8.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", type=int, default=0, metavar="N", help="also walk N million empty files in one folder")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="take the best of so many (default: 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="coffer-integrity-") as name:
        work = pathlib.Path(name)
        floor, ours = build(work)
        small, large, one = work / "small", work / "large", work / "one"
        make_small(small)
        make_large(large)
        make_one(one, large)
        manifest = str(work / "manifest")
        count = SMALL_FOLDERS * SMALL_PER_FOLDER
        files = sorted(str(path) for path in large.iterdir())
        table(f"{count} files of {SMALL_BYTES} bytes", "files", count, [
            ("floor: open, stat, read, hash", [floor, str(small)]),
            ("coffer", [ours, "tree", str(small)]),
            ("coffer manifest create", [ours, "create", str(small), manifest]),
            ("coffer manifest verify", [ours, "verify", str(small), manifest]),
            ("coffer, metadata only", [ours, "metadata", str(small)]),
            ("coffer manifest verify --quick", [ours, "quick", str(small), manifest]),
            ("coffer manifest update", [ours, "update", str(small), manifest]),
            ("hashdeep -c sha256 -r", ["hashdeep", "-c", "sha256", "-r", str(small)]),
            ("sha256sum (find, xargs)", ["sh", "-c", f"find {small} -type f -print0 | xargs -0 sha256sum"]),
        ], options.rounds)
        share = os.path.getsize(manifest) / (count * SMALL_BYTES)
        print(f"\n  the manifest has {share:.2%} of the size of the data")
        amount = LARGE_FILES * LARGE_BYTES / 1e9
        for title, folder, paths in [(f"{LARGE_FILES} large files", large, files), ("one large file", one, [str(one / "file")])]:
            table(f"{title}, {amount:.2f} GB", "GB", amount, [
                ("openssl dgst -sha256", ["openssl", "dgst", "-sha256", *paths]),
                ("coffer", [ours, "tree", str(folder)]),
                ("coffer manifest create", [ours, "create", str(folder), manifest]),
                ("sha256sum", ["sha256sum", *paths]),
                ("hashdeep -c sha256", ["hashdeep", "-c", "sha256", *paths]),
            ], options.rounds)
        if options.million:
            shutil.rmtree(one)
            shutil.rmtree(large)
            empty = work / "empty"
            make_empty(empty, options.million * 1_000_000)
            for command in ["metadata", "create", "verify", "quick"]:
                wall, cpu, said = run([ours, command, str(empty)] + ([manifest] if command != "metadata" else []), 1)
                # What the process says of itself: the system's figure for a child includes what this script had when it forked.
                entries, peak = json.loads(said)["entries"], json.loads(said)["peak"] / (1 << 20)
                print(f"\n{entries:,} empty files in one folder, {command}: {entries / wall:,.0f} entries/s, "
                      f"{entries / cpu:,.0f} per cpu s, {peak:.0f} MiB")


if __name__ == "__main__":
    main()
