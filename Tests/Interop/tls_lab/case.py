"""What a case is, and how its server is started, awaited and ended."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

READY_SECONDS = 20
LOG_LINES = 15


class Skip(Exception):
    """The installed software cannot do this; the text says why."""


class StartFailure(Exception):
    """The server did not come up although it should have."""


@dataclass
class Case:
    """One server configuration and the facts that a scan of it must give, written down before any scan."""

    name: str
    #: Starts the server in its Lab and returns the port, or raises Skip.
    start: Callable[["Lab"], int]
    #: What `view.view` of the scan must contain; see view.py for the forms of an expectation.
    expect: dict
    #: Further arguments of `coffer tls scan`.
    arguments: list = field(default_factory=list)
    #: No scan of it may take longer.
    seconds: float = 20
    #: Spoken before TLS, as `--starttls` calls it.
    starttls: str | None = None
    #: With the probes that alarm intrusion detection; they cost seconds, so only where something is expected of them.
    is_intrusive: bool | None = None
    #: Two scans of it are equal. Not of peers that answer by the clock or by the count of connections.
    is_steady: bool = True
    #: What the small scanner of peek.py cannot judge: peers that break the rules.
    peekable: bool = True

    def __post_init__(self):
        if self.is_intrusive is None:
            self.is_intrusive = "vulnerabilities" in self.expect


def program(name, *folders):
    """The path of an installed program; Skip if there is none."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *folders]))
    if not found:
        raise Skip(f"{name} is not installed")
    return found


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Lab:
    """Where one case lives: its folder, its processes and its in-process servers. All of them end with it."""

    def __init__(self, folder, pki, python):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self.pki = pki
        self.python = python
        self.processes = []
        self.listeners = []
        self.log = self.folder / "server.log"

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text) if isinstance(text, str) else path.write_bytes(text)
        return path

    def run(self, *command, **options):
        """A command to its end; its output is returned, its failure is the case's."""
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, **options)
        if done.returncode != 0:
            raise StartFailure(f"{command[0]} ended with status {done.returncode}: {done.stderr.strip()[-400:]}")
        return done.stdout

    def spawn(self, *command, port=None, environment=None, stdin=subprocess.DEVNULL, **options):
        """Starts a server in a process group of its own and waits until it accepts connections."""
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                [str(part) for part in command], stdin=stdin, stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
                env={**os.environ, **(environment or {})}, **options,
            )
        self.processes.append(process)
        if port is not None:
            self.await_port(port, process)
        return port

    def await_port(self, port, process):
        deadline = time.monotonic() + READY_SECONDS
        while not answers(port):
            if process.poll() is not None:
                raise StartFailure(f"{process.args[0]} ended with status {process.returncode}: {self.tail()}")
            if time.monotonic() > deadline:
                raise StartFailure(f"{process.args[0]} accepts no connections after {READY_SECONDS} s: {self.tail()}")
            time.sleep(0.02)

    def serve(self, handle):
        """Serves every connection with `handle(socket)` in a thread of this process; for fabricated peers."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.listeners.append(listener)

        def one(connection):
            with connection:
                try:
                    connection.settimeout(20)
                    handle(connection)
                except (OSError, EOFError):
                    pass  # The scanner went away, which is its right.

        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return listener.getsockname()[1]

    def tail(self):
        try:
            return " | ".join(self.log.read_text(errors="replace").strip().splitlines()[-LOG_LINES:])
        except OSError:
            return "(no log)"

    def close(self):
        for listener in self.listeners:
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # Not connected, as listeners are on some systems; closing is what counts.
            listener.close()
        for process in self.processes:
            for number in [signal.SIGTERM, signal.SIGKILL]:
                try:
                    os.killpg(process.pid, number)
                except ProcessLookupError:
                    break
                try:
                    process.wait(1)
                except subprocess.TimeoutExpired:
                    continue
                if number == signal.SIGTERM:
                    # Workers that outlive their master.
                    try:
                        os.killpg(process.pid, signal.SIGKILL)
                    except ProcessLookupError:
                        break
                break
