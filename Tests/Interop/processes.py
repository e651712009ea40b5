"""What other processes are at."""

import contextlib
import os
import time


def holds_file_in(process, folder):
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(f"/proc/{process}/fd"):
            with contextlib.suppress(FileNotFoundError):
                if os.readlink(f"/proc/{process}/fd/{name}").startswith(folder + "/"):
                    return True
    return False


def wait_until_at_work(process, folder):
    """Waits until a process that was started has opened a file in the folder."""
    deadline = time.monotonic() + 60
    while not holds_file_in(process.pid, folder):
        assert process.poll() is None, f"it ended with status {process.returncode} before it was at work"
        assert time.monotonic() < deadline, "it does not get to work"
        time.sleep(0.01)
