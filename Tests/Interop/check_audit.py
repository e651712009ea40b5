#!/usr/bin/env python3
"""Checks an exported audit trail without Coffer: with Python's standard library and the command openssl.

    check_audit.py TRAIL NOTE KEY

Written from Docs/Formats/AuditTrail.md, not from the sources of coffer. KEY is a public key in PEM, or a verifier key (name+id+key), or a file
that holds one. Says what is wrong and ends with status 1, or prints how many events there are.
"""

import argparse
import hashlib
import re
import sys

from check_proof import Refused, number, read_key, signed_by

HEAD = re.compile(rb'\{"cofferAuditTrail":1,"sequence":"([0-9]{20})","hash":"([0-9a-f]{64})","mac":"[0-9a-f]{64}"\}')
EVENT = re.compile(
    rb'\{"sequence":([1-9][0-9]*),"previous":"([0-9a-f]{64})","hash":"([0-9a-f]{64})","mac":(?:null|"[0-9a-f]{64}"),"event":(\{.*\})\}')
STATEMENT = re.compile(
    rb"coffer-audit-trail/1\nsequence ([0-9]+)\nhash ([0-9a-f]{64})\nsha256 ([0-9a-f]{64})\ntool [!-~]{1,64}\n"
    rb"time [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\n")


def read_note(note, key):
    """number of events, hash of the last, SHA-256 of the file, who signed"""
    text, blank, below = note.rpartition(b"\n\n")
    if not blank or not below.endswith(b"\n"):
        raise Refused("the statement is not signed")
    text += b"\n"
    signer = signed_by(text, below[:-1].split(b"\n"), *read_key(key))
    match = STATEMENT.fullmatch(text)
    if not match:
        raise Refused("what is signed is no statement about a trail")
    return number(match[1]), bytes.fromhex(match[2].decode()), bytes.fromhex(match[3].decode()), signer


def chain(lines):
    """The position behind the last event: how many there are, and the last hash."""
    sequence, last = 0, bytes(32)
    for line in lines:
        match = EVENT.fullmatch(line)
        if not match or int(match[1]) != sequence + 1:
            raise Refused(f"event {sequence + 1} is not there, or not in its form")
        sequence += 1
        own = hashlib.sha256(b"coffer audit event v1\0" + sequence.to_bytes(8, "big") + last + match[4]).hexdigest().encode()
        if (match[2], match[3]) != (last.hex().encode(), own):
            raise Refused(f"event {sequence} was changed, or the one before it")
        last = bytes.fromhex(own.decode())
    return sequence, last


def check(trail, note, key):
    with open(note, "rb") as file:
        sequence, last, digest, signer = read_note(file.read(16_385), key)
    with open(trail, "rb") as file:
        data = file.read()
    if hashlib.sha256(data).digest() != digest:
        raise Refused("the file is not the one that was signed")
    head, *lines = data.split(b"\n")
    if not HEAD.fullmatch(head) or lines.pop() != b"":
        raise Refused("the file is no trail, or ends early")
    if chain(lines) != (sequence, last):
        raise Refused("the events are not those that were signed")
    return sequence, signer


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("trail", "note", "key"):
        arguments.add_argument(name)
    options = arguments.parse_args()
    try:
        sequence, signer = check(options.trail, options.note, options.key)
    except (Refused, ValueError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    print(f"{sequence} events, signed by {signer}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
