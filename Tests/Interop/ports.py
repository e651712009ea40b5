"""Ports for servers of tests."""

import itertools
import os
import socket
import threading

# Below those that the kernel hands out, so that nobody gets one by chance before the server has it that it is for.
FIRST, COUNT = 10_000, 10_000

numbers = itertools.count(os.getpid() * 97)
lock = threading.Lock()


def free_port():
    """A port of 127.0.0.1 on which nobody listens; each is given once in a process."""
    for _ in range(COUNT):
        with lock:
            port = FIRST + next(numbers) % COUNT
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError("no port is free")
