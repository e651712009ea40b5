#!/usr/bin/env python3
"""Says what takes the space in a release binary, by module of what was linked. It needs the symbols, so not a stripped one.

    Scripts/sizes.py [BINARY]
"""

import collections
import re
import subprocess
import sys

# The first that fits a symbol names its part. Symbols of Swift are mangled: $s, then the module with its length in front.
PARTS = [
    (r"icudt\d+", "ICU's data"),
    (r".*(icu|uloc|ucnv|UnicodeString|utext|ubrk)", "ICU's code"),
    (r"\$s[sS]", "Swift's standard library"),
    (r"_*(CF|kCF|NS)", "CoreFoundation"),
    (r"_*dispatch", "dispatch"),
]


def part_of(symbol):
    module = re.match(r"\$s(\d+)", symbol)
    if module:
        return symbol[module.end():module.end() + int(module.group(1))]
    return next((part for pattern, part in PARTS if re.match(pattern, symbol)), "C, C++ and the Swift runtime")


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else ".build-release/release/coffer"
    listed = subprocess.run(["nm", "--print-size", "--defined-only", binary], check=True, capture_output=True, text=True).stdout
    sizes = collections.Counter()
    for line in listed.splitlines():
        fields = line.split(" ", 3)
        # What begins as zeros (b) takes no space in a file.
        if len(fields) == 4 and fields[2] not in "bB":
            sizes[part_of(fields[3])] += int(fields[1], 16)
    if not sizes:
        sys.exit(f"sizes.py: {binary} has no symbols")
    for part, size in sizes.most_common(25):
        print(f"{size / 1e6:7.2f} MB  {part}")
    print(f"{sum(sizes.values()) / 1e6:7.2f} MB  all symbols; the rest is tables for unwinding, relocation and names")


main()
