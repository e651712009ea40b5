#!/usr/bin/env python3
"""Which tests failed, at the end of a log of some megabytes.

Scripts/failures.py REPORT

REPORT is what `swift test --xunit-output` wrote of Swift Testing's tests.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def main(report: pathlib.Path) -> int:
    try:
        tests = ElementTree.parse(report)
    except (FileNotFoundError, ElementTree.ParseError):
        print(f"failures: no whole report in {report}: the tests did not come to their end", file=sys.stderr)
        return 1
    for test in tests.iter("testcase"):
        for failure in test.iter("failure"):
            print(f"FAILED {test.get('classname')}.{test.get('name')}: {failure.get('message')}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
