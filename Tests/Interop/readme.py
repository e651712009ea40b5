#!/usr/bin/env python3
"""What README.md and Docs/Tour.md show is what `coffer` shows: their commands are run again, against real peers.

usage: readme.py PATH-OF-COFFER
Exit status 0 if nothing differs; otherwise the differences are printed. `make readme` writes the documents anew.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile

PROJECT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
TRANSCRIPT = os.path.join(PROJECT, "Scripts", "transcript.py")
DOCUMENTS = ("README.md", os.path.join("Docs", "Tour.md"))
TOOLS = ("age", "curl", "nginx", "oathtool", "openssl")
PORT = 8443  # of Scripts/transcript-setup.sh

LIE = "<!-- run: transcript-setup.sh -->\n```console\n$ coffer key list\n$ echo $?\nno keys\n```\n<!-- end -->\n"
NOTHING = "```console\n$ coffer key list\nno keys\n```\n"
SILENT_FAILURE = LIE.replace("$ echo $?\n", "")


def transcript(*arguments):
    return subprocess.run([sys.executable, "-B", TRANSCRIPT, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def reason_to_skip():
    missing = [tool for tool in TOOLS if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin")]
    if missing:
        return f"not installed: {', '.join(missing)}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            return f"port {PORT} is in use"
    return None


def a_lie_is_found(coffer):
    with tempfile.TemporaryDirectory(prefix="coffer-readme-") as folder:
        path = os.path.join(folder, "lie.md")
        for text, expected in [(LIE, "-no keys"), (SILENT_FAILURE, "ended with 3"), (NOTHING, "nothing to run")]:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            result = transcript("--check", coffer, path)
            assert result.returncode == 1 and expected in result.stdout + result.stderr, result


def the_documents_are_true(coffer):
    result = transcript("--check", coffer, *(os.path.join(PROJECT, document) for document in DOCUMENTS))
    assert result.returncode == 0, f"{result.stdout}{result.stderr}\n`make readme` writes what the commands show now"


if reason := reason_to_skip():
    print(f"documents: skipped, {reason}")
else:
    a_lie_is_found(sys.argv[1])
    the_documents_are_true(sys.argv[1])
    print("every command in the documents shows what is written there")
