"""A shell on a real pseudo-terminal, in a home of its own, with a person at its keyboard.

Used by transcript.py and images.py. The person has a phone: a question for a code is answered as soon as it is on the screen. Codes come from
the OATH Toolkit's `oathtool`, and the phone learns its secret from the file that `mfa enroll --uri phone.uri` wrote.
"""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time
import urllib.parse

ROWS = 50
PATIENCE = 120  # seconds for one command
PERIOD = 30  # seconds that a code is shown
HASTE = 10  # seconds within which a code is typed and looked at
AHEAD = 1  # so many steps may the phone's clock be ahead of the machine's
END = re.compile(rb"\x1e(\d+)\x1e")

# Commands come in by a pipe, so that the terminal is theirs alone. The status of one is $? for the next, as at a prompt.
SHELL = r"""
status=0
while IFS= read -r -d '' -u 3 line; do
    (exit "$status")
    eval "$line" 3<&-
    status=$?
    printf '\036%d\036' "$status"
done
"""


class Phone:
    """Shows a code for each step once: no code is taken twice, so whoever asks too soon has to wait, as a person has."""

    def __init__(self, uri):
        self.uri, self.last = uri, None

    def code(self):
        # The codes of the step before and of the next one are good, too. Beginning with the former saves waiting; not in the last seconds of a
        # step, when it would not be good any more once it is typed.
        now = int(time.time() + HASTE) // PERIOD
        step = now - AHEAD if self.last is None else max(self.last + 1, now - AHEAD)
        self.last = step
        while step > int(time.time()) // PERIOD + AHEAD:
            time.sleep(0.2)
        return oath_code(self.uri, step * PERIOD)


def oath_code(uri, second):
    """The code of the second factor in a file with an otpauth: URI, as oathtool calculates it."""
    with open(uri, encoding="ascii") as file:
        secret = urllib.parse.parse_qs(urllib.parse.urlparse(file.read().strip()).query)["secret"][0]
    now = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(second))
    command = ["oathtool", "--totp", "--base32", "--now", now, secret]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class Terminal:
    """`run` gives what one command showed, byte for byte, and its exit status."""

    def __init__(self, coffer, columns, **environment):
        self.root = tempfile.mkdtemp(prefix="coffer-transcript-")
        self.home = os.path.join(self.root, "home")
        tools = os.path.join(self.root, "bin")
        os.mkdir(self.home)
        os.mkdir(tools)
        for name in ("coffer", "age-plugin-coffer"):
            os.symlink(os.path.realpath(coffer), os.path.join(tools, name))
        self.phone = Phone(os.path.join(self.home, "phone.uri"))
        self.answers = [(re.compile(rb"[Cc]ode[^\n]*: $"), self.phone.code)]
        self.environment = {
            "HOME": self.home, "PATH": f"{tools}:{os.environ['PATH']}:/usr/sbin", "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color",
        } | {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ} | environment
        self.start(columns)

    def start(self, columns):
        source, self.commands = os.pipe()
        self.shell, self.screen = pty.fork()
        if self.shell == 0:
            os.dup2(source, 3)
            os.set_inheritable(3, True)
            os.chdir(self.home)
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "-c", SHELL], self.environment)
        os.close(source)
        fcntl.ioctl(self.screen, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))

    def run(self, command):
        os.write(self.commands, command.encode() + b"\0")
        shown, answered, deadline = b"", 0, time.monotonic() + PATIENCE
        while not (end := END.search(shown)):
            if not select.select([self.screen], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError(f"{command!r} does not end; it showed {shown.decode(errors='replace')!r}")
            shown += os.read(self.screen, 65536)
            for prompt, answer in self.answers:
                if prompt.search(shown, answered):
                    answered = len(shown)
                    os.write(self.screen, answer().encode() + b"\n")
        return shown[:end.start()].replace(b"\r\n", b"\n"), int(end[1])

    def close(self):
        os.close(self.commands)  # The shell ends at the end of its commands, and its trap on EXIT ends what it started.
        deadline = time.monotonic() + 5
        while os.waitpid(self.shell, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.killpg(self.shell, signal.SIGKILL)
            time.sleep(0.02)
        os.close(self.screen)
        shutil.rmtree(self.root)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
