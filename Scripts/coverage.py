#!/usr/bin/env python3
"""What the tests ran of each module.

Scripts/coverage.py BUILD [--html FOLDER] [--lowest N]

BUILD is the folder of a build with `--enable-code-coverage`; its tests have left their counts in BUILD/coverage. Only what the
Swift tests run within their own process counts: not what the programs do that they start, and not what Tests/Interop does, which drives the
release binary.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = (ROOT / "Sources", ROOT / "KeyStore")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("build", type=pathlib.Path)
    arguments.add_argument("--html", type=pathlib.Path, help="write the sources with their counts to this folder")
    arguments.add_argument("--lowest", type=int, default=10, help="how many of the least covered files to name (10)")
    options = arguments.parse_args()

    counts = sorted((options.build / "coverage").glob("*.profraw"))
    programs = sorted(options.build.glob("*.xctest"))
    if not counts or not programs:
        print(f"coverage: no counts in {options.build}/coverage; run `make test` first", file=sys.stderr)
        return 3
    profile = options.build / "coverage" / "all.profdata"
    subprocess.run([tool("llvm-profdata"), "merge", "-failure-mode=all", "-sparse", "-o", profile, *counts], check=True)
    view = ["-instr-profile", profile, programs[0], "-ignore-filename-regex", r"/(\.build[^/]*|Tests)/"]
    if options.html:
        subprocess.run([tool("llvm-cov"), "show", "-format=html", "-output-dir", options.html, *view], check=True)
    exported = subprocess.run([tool("llvm-cov"), "export", "-summary-only", *view], check=True, capture_output=True)
    report(json.loads(exported.stdout)["data"][0]["files"], options.lowest)
    return 0


def tool(name: str) -> str:
    """The tool that came with the compiler: another version's does not read its counts."""
    swift = subprocess.run(["sh", "-c", "command -v swift"], check=True, capture_output=True, text=True).stdout.strip()
    return str(pathlib.Path(swift).resolve().with_name(name))


def report(files: list, lowest: int) -> None:
    modules = collections.defaultdict(lambda: [0, 0])
    ours = []
    for file in files:
        path = pathlib.Path(file["filename"])
        if not any(path.is_relative_to(folder) for folder in OURS):
            continue
        path = path.relative_to(ROOT)
        module = path.parts[0] if path.parts[0] == "KeyStore" else path.parts[1]
        lines = file["summary"]["lines"]
        ours.append((lines["covered"], lines["count"], path))
        for sum_of in (module, "all"):
            modules[sum_of][0] += lines["covered"]
            modules[sum_of][1] += lines["count"]
    print("lines run by the Swift tests")
    for module, (covered, count) in sorted(modules.items(), key=lambda row: (row[0] == "all", row[0])):
        print(f"  {module:<20} {percent(covered, count):>6}  {covered:>6} of {count}")
    print(f"the {lowest} files with the most lines that no test runs")
    for covered, count, path in sorted(ours, key=lambda row: row[0] - row[1])[:lowest]:
        print(f"  {count - covered:>5} of {count:<5} {path}")


def percent(covered: int, count: int) -> str:
    return f"{100 * covered / count:.1f} %" if count else "–"


if __name__ == "__main__":
    sys.exit(main())
