#!/usr/bin/env python3
"""Runs the commands in a document and writes under each what it showed, so that the document cannot say what is not so.

    transcript.py COFFER DOCUMENT…           rewrites the documents where they differ
    transcript.py --check COFFER DOCUMENT…   shows how they differ; exit status 1 if one does

A document is its own scenario. Between `<!-- run: SCRIPT -->` and `<!-- end -->` every line `$ command` in a ```console block is run, in turn,
in one shell on a real terminal (terminal.py), after SCRIPT was sourced there; `> ` begins what continues a command. All other lines of such a
block are replaced by what was shown. A command that fails has to be followed by `$ echo $?`, so that readers see that it did.

What differs from run to run is replaced, and nothing else (`Steady`): each random name (key IDs, versions of objects, digests of what holds a
time) by one that is derived from its place in the order of appearance, so that the same name stays the same everywhere; the times of the run
by one time on one day, and later ones by those that are as many days after it; recipients of age by age1…; the number of events by …, since it depends on which requests come together; the temporary home by /home/you.
"""

import difflib
import hashlib
import os
import re
import sys
import uuid
from datetime import date, datetime, timedelta, timezone

from terminal import Terminal

COLUMNS = 100
DAY, CLOCK = date(2026, 12, 1), "T07:12:05Z"
REGION = re.compile(r"<!-- run: (\S+) -->\n(.*?)<!-- end -->", re.DOTALL)
BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.DOTALL | re.MULTILINE)


def today():
    return datetime.now(timezone.utc).date()


class Steady:
    """What a run showed, as every run would show it."""

    NAME = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?![0-9a-f])")
    EVENTS = re.compile(r"^\d+(?= events,)|(?<=^Events:    )\d+$", re.MULTILINE)
    RECIPIENT = re.compile(r"age1[a-z0-9]{58}")
    TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d:\d\d(?:\.\d+)?Z)?")

    def __init__(self, home):
        self.home, self.names, self.began = home, {}, today()

    def name(self, match):
        place = self.names.setdefault(match[0], len(self.names))
        digits = hashlib.sha256(b"%d" % place).hexdigest()
        return str(uuid.UUID(digits[:32], version=4)) if "-" in match[0] else digits[:len(match[0])]

    def time(self, match):
        day = date.fromisoformat(match[1])
        later = max(day - today(), timedelta(0))
        return match[0] if day < self.began else (DAY + later).isoformat() + (CLOCK if "T" in match[0] else "")

    def text(self, shown):
        # A line of progress ends in a carriage return and is written over.
        lines = [line.rstrip("\r").rsplit("\r", 1)[-1].rstrip() for line in shown.decode().split("\n")]
        text = "\n".join(lines).replace(self.home, "/home/you")
        for pattern, instead in [(self.TIME, self.time), (self.RECIPIENT, "age1…"), (self.EVENTS, "…"), (self.NAME, self.name)]:
            text = pattern.sub(instead, text)
        return text


def commands(block):
    """The commands of a block, as they stand there."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(line)
        elif line.startswith("> ") and found:
            found[-1] += "\n" + line
    return found


def play(terminal, steady, block):
    shown, failed = [], None
    for command in commands(block):
        if failed and command != "$ echo $?":
            raise SystemExit(f"transcript: {failed}")
        output, status = terminal.run(re.sub(r"\n> ", "\n", command[2:]))
        text = steady.text(output)
        failed = f"{command!r} ended with {status} and showed {text!r}" if status else None
        shown += [command, text.rstrip("\n")] if text.strip() else [command]
    if failed:
        raise SystemExit(f"transcript: {failed}")
    return "\n".join(shown) + "\n"


def render(coffer, document):
    """The document with what its commands show now."""
    folder = os.path.dirname(os.path.realpath(__file__))

    def region(match):
        with Terminal(coffer, COLUMNS, NO_COLOR="1") as terminal:
            steady = Steady(terminal.home)
            output, status = terminal.run(f". {os.path.join(folder, match[1])}")
            if status:
                raise SystemExit(f"transcript: {match[1]} ended with {status} and showed {output.decode()}")
            body = BLOCK.sub(lambda block: play(terminal, steady, block[1]), match[2])
        return f"<!-- run: {match[1]} -->\n{body}<!-- end -->"

    rendered, count = REGION.subn(region, document)
    if not count:
        raise SystemExit("transcript: there is nothing to run between `<!-- run: SCRIPT -->` and `<!-- end -->`")
    return rendered


def main(arguments):
    check = arguments[0] == "--check"
    coffer, *paths = arguments[check:]
    differs = False
    for path in paths:
        with open(path, encoding="utf-8") as file:
            old = file.read()
        new = render(coffer, old)
        if check:
            difference = list(difflib.unified_diff(old.splitlines(), new.splitlines(), path, "what the commands show", lineterm=""))
            print("\n".join(difference) if difference else f"{path}: every command shows what is written there")
            differs = differs or bool(difference)
        elif new != old:
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
    return int(differs)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
