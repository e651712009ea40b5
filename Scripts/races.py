#!/usr/bin/env python3
"""Reads reports of the thread sanitizer, and tells those that may be races.

    Scripts/races.py REPORT...

The sanitizer does not see what the slow path of Swift's `Mutex` does (Swift 6.3 on Linux: a futex in a library that is not instrumented), so
that it takes two threads for rivals that had to wait for each other. A report is left out only if both accesses were made inside a closure of
`Mutex.withLock`: its type, `(inout sending Value) -> sending Result`, stands in the mangled name. Exit status 1 if a report is left.
"""

import re
import sys

# zYu: inout sending; YT: a sending result; XEfU: a closure that does not escape.
LOCKED = re.compile(r"\$s\S*zYu\S*YT\S*XEfU")
STACK = re.compile(r"^  (\S.*) by (?:main )?thread", re.MULTILINE)


def accesses(report):
    """The stack of each of the two accesses, as text."""
    starts = [match.start() for match in STACK.finditer(report)]
    return [report[start:].split("\n\n", 1)[0] for start in starts[:2]]


def main():
    count = left = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8", errors="replace") as file:
            reports = [part for part in file.read().split("==================\n") if "WARNING: ThreadSanitizer" in part]
        count += len(reports)
        for report in reports:
            stacks = accesses(report)
            if len(stacks) == 2 and all(LOCKED.search(stack) for stack in stacks):
                continue
            left += 1
            print(report)
    print(f"{count} reports, {left} of them not between closures of one kind of lock", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
