#!/usr/bin/env python3
"""Enrols a second factor as a person does, on a terminal of its own: reads the prompts and types what oathtool shows.

    demo-enroll.py COFFER NAME URI-FILE CODES-FILE

The secret stays in URI-FILE, and the recovery codes in CODES-FILE: good for a demonstration, and for nothing else.
"""

import os
import pty
import sys
import time

from terminal import PERIOD, oath_code


def code(path, step):
    """The code of a step from now, as the app on the phone shows it."""
    return oath_code(path, time.time() + step * PERIOD)


def enroll(coffer, name, uri, codes):
    child, terminal = pty.fork()
    if child == 0:
        os.execv(coffer, [coffer, "mfa", "enroll", "--name", name, "--uri", uri, "--recovery-codes", codes, "--quiet"])
    # The code of the step before is still good, so that nobody has to wait for the next one.
    for prompt, step in [(b"shows: ", -1), (b"next code: ", 0)]:
        seen = b""
        while prompt not in seen:
            seen += os.read(terminal, 1024)
        os.write(terminal, code(uri, step).encode() + b"\n")
    try:
        while os.read(terminal, 1024):
            pass
    except OSError:
        pass  # The other end has gone: the command is done.
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    if sys.argv[1] == "code":
        print(code(sys.argv[2], int(sys.argv[3])))
    else:
        sys.exit(enroll(*sys.argv[1:]))
