#!/usr/bin/env python3
"""Reads what the thread sanitizer wrote, and tells what may be a race, or is another error.

    Scripts/races.py PREFIX         of the files: PREFIX.1234, …; none is fine

The sanitizer does not see what the slow path of Swift's `Mutex` does (Swift 6.3 on Linux: a futex in a library that is not instrumented), so
that it takes two threads for rivals that had to wait for each other. A report is left out only if both accesses were made inside closures of
`Mutex.withLock` in one type: what such a closure is, `(inout sending Value) -> sending Result`, stands in the mangled name. Two mutexes of
one type are not told apart. Exit status 1 if anything is left.
"""

import glob
import re
import sys

# The type around it; zYu: inout sending; YT: a sending result; XEfU: a closure that does not escape.
LOCKED = re.compile(r"\$s(\S+?[CVO])\d\S*zYu\S*YT\S*XEfU")
STACK = re.compile(r"^  (\S.*) by (?:main )?thread", re.MULTILINE)


def holders(report):
    """The type whose lock each of the two accesses was made under; None for one without."""
    starts = [match.start() for match in STACK.finditer(report)][:2]
    found = [LOCKED.search(report[start:].split("\n\n", 1)[0]) for start in starts]
    return [match and match.group(1) for match in found]


def main():
    count = left = 0
    for path in glob.glob(glob.escape(sys.argv[1]) + ".*"):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        for report in text.split("==================\n"):
            if not re.search("(WARNING|ERROR): ThreadSanitizer", report):
                continue
            count += 1
            types = holders(report)
            if len(types) == 2 and types[0] is not None and types[0] == types[1]:
                continue
            left += 1
            print(report)
    print(f"thread sanitizer: {count} reports, {left} of them not between two closures under a lock", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
