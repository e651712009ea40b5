#!/usr/bin/env python3
"""The progress bar of `coffer` on a real pseudo-terminal, while somebody reads its result slowly.

usage: progress.py PATH-OF-COFFER
Exit status 0 if everything is as it should be; otherwise an assertion says what is not.
"""

import fcntl
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

COFFER = sys.argv[1]
SIZE = 48 << 20
BLOCK = 64 << 10  # as much as a pipe holds


def run(*arguments, columns=100, pause=0.004, **environment):
    """What the command showed on its terminal while its result went through a pipe, a block for each pause."""
    controller, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    shown = []

    def watch():
        while True:
            try:
                data = os.read(controller, 65536)
            except OSError:
                return
            if not data:
                return
            shown.append(data)

    process = subprocess.Popen(
        [COFFER, *arguments, "--force", "-o", PIPE], env=ENVIRONMENT | environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=terminal, start_new_session=True)
    os.close(terminal)
    watcher = threading.Thread(target=watch)
    watcher.start()
    with open(PIPE, "rb", buffering=0) as result:
        while result.read(BLOCK):
            time.sleep(pause)
    status = process.wait(timeout=60)
    watcher.join()
    os.close(controller)
    text = b"".join(shown).decode()
    assert status == 0, (status, text)
    return text


def lines(text):
    """The line as it was each time, without colour."""
    return [line for line in re.sub("\x1b\\[[0-9;]*m", "", text).split("\r") if line]


def a_bar_on_a_terminal():
    text = run("encrypt", "-k", "k", FILE)
    shown = lines(text)
    pattern = r"sealing \S*file \[=*>? *\] +\d+%  [\d.]+ [kM]B of 50\.3 MB, [\d.]+ [kM]B/s, (\d+ s|\d+:\d\d) left *"
    assert len(shown) >= 3 and all(re.fullmatch(pattern, line) for line in shown[:-1]), shown
    assert all(len(line) < 100 for line in shown), shown
    assert shown[-1].strip() == "" and text.endswith("\r"), "the line stayed"
    assert "\x1b[" in text, "no colour"
    shares = [int(re.search(r"(\d+)%", line).group(1)) for line in shown[:-1]]
    assert shares == sorted(shares) and shares[-1] > shares[0], shares


def a_narrow_terminal():
    shown = lines(run("encrypt", "-k", "k", FILE, columns=40))
    assert len(shown) >= 3 and all(len(line) < 40 for line in shown) and "%" in shown[0], shown


def no_colour():
    for options, environment in [([], {"NO_COLOR": "1"}), (["--no-color"], {}), ([], {"TERM": "dumb"})]:
        text = run("encrypt", "-k", "k", FILE, *options, **environment)
        assert "%" in text and "\x1b" not in text, text


def silence():
    assert run("encrypt", "-k", "k", FILE, "--quiet") == ""
    assert run("encrypt", "-k", "k", FILE, "--json") == ""
    assert run("encrypt", "-k", "k", SMALL, pause=0) == "", "a second had not passed"


FOLDER = tempfile.mkdtemp(prefix="coffer-progress-")
PIPE, FILE, SMALL = (os.path.join(FOLDER, name) for name in ("pipe", "file", "small"))
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": FOLDER, "COFFER_HOME": os.path.join(FOLDER, "home"), "TERM": "xterm"}
if "LD_LIBRARY_PATH" in os.environ:
    ENVIRONMENT["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]

try:
    for command in (["init", "--seal", f"keyfile:{FOLDER}/key"], ["key", "create", "--alias", "k"]):
        subprocess.run([COFFER, *command, "--quiet"], env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    os.mkfifo(PIPE)
    with open(FILE, "wb") as file:
        file.truncate(SIZE)
    with open(SMALL, "wb") as file:
        file.truncate(1000)
    a_bar_on_a_terminal()
    a_narrow_terminal()
    no_colour()
    silence()
    print("progress is shown as it should be")
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
