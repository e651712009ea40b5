#!/usr/bin/env python3
"""Exported audit trails of the binary that people get: public tools agree about them, and a full disk leaves none behind.

    audit_export.py COFFER-BINARY
"""

import os
import random
import re
import subprocess
import sys
import tempfile

from manifest_peer import Coffer, peer, read, write

DENIED, DAMAGED, ENVIRONMENT = 4, 5, 6
FORMAT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Docs", "Formats", "AuditTrail.md")


def prove_agreement(coffer, trail, randomness):
    """Whoever changes a bit anywhere is found out by both."""
    note = f"{trail}.note"

    def verify():
        done = coffer.run(
            "audit", "verify", trail, "--public-key", coffer.public_key, home="/nonexistent", statuses=(0, DENIED, DAMAGED, ENVIRONMENT))
        status, said = peer("check_audit.py", trail, note, coffer.public_key)
        assert (done.returncode == 0) == (status == 0), (done.returncode, done.stderr, status, said)
        return status == 0

    assert verify()
    for path, count in ((trail, 60), (note, 40)):
        data = read(path)
        for _ in range(count):
            position = randomness.randrange(len(data))
            write(path, data[:position] + bytes([data[position] ^ 1 << randomness.randrange(8)]) + data[position + 1 :])
            assert not verify(), (path, position)
        write(path, data)
    assert verify()
    print("public checker: agrees; of 100 trails or notes with one bit changed both refuse all")


def prove_commands(folder):
    """What the documentation has people type, without Coffer and without Python."""
    block = re.search(r"```sh\n(.*?)```", read(FORMAT).decode().split("## An export")[1], re.DOTALL)
    assert block, "no commands in the documentation"
    for damage, succeeds in ((False, True), (True, False)):
        if damage:
            write(os.path.join(folder, "trail.jsonl"), read(os.path.join(folder, "trail.jsonl"))[:-2])
        done = subprocess.run(["sh", "-eu", "-c", block[1]], cwd=folder, capture_output=True, check=False)
        assert (done.returncode == 0) == succeeds, (damage, done.stdout, done.stderr)
    print("sha256sum and openssl: the documented commands accept the trail, and refuse it shortened")


def prove_full_disk(coffer, folder):
    if os.geteuid() != 0:
        print("full disk: skipped, mounting needs root")
        return
    place = os.path.join(folder, "full")
    os.mkdir(place)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], check=True)
    try:
        done = coffer.run(
            "audit", "export", "-o", os.path.join(place, "trail"), "--sign-with", "audit-key", statuses=(ENVIRONMENT,))
        assert b"No space left" in done.stderr and os.listdir(place) == [], (done.stderr, os.listdir(place))
    finally:
        subprocess.run(["umount", place], check=True)
    print("full disk: an error and no file")


def main():
    with tempfile.TemporaryDirectory() as folder:
        coffer = Coffer(sys.argv[1], folder)
        for _ in range(60):
            coffer.run("kms", "generate-random", "--number-of-bytes", "8")
            coffer.run("key", "create")
        trail = os.path.join(folder, "trail.jsonl")
        coffer.run("audit", "export", "-o", trail, "--sign-with", "audit-key")
        prove_agreement(coffer, trail, random.Random(1))
        os.rename(coffer.public_key, os.path.join(folder, "audit.pem"))
        prove_commands(folder)
        prove_full_disk(coffer, folder)


if __name__ == "__main__":
    main()
