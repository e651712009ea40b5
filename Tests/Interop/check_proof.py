#!/usr/bin/env python3
"""Checks a proof that an entry is in a signed manifest, with nothing but Python's library and the command openssl.

    check_proof.py PROOF KEY [--file FILE]

Written from Docs/Formats/Checkpoint.md, not from the sources of coffer. KEY is a public key in PEM, or a verifier key (name+id+key), or a
file that holds one. The entry stays what it is, bytes. Of FILE, the root of its content is printed: an entry of that file holds the same.

Exit status: 0 the entry is in the manifest that the key signed, 1 it is not, 2 there is nothing to check.
"""

import argparse
import base64
import binascii
import hashlib
import os
import re
import subprocess
import sys
import tempfile

FIRST_LINE = b"c2sp.org/tlog-proof@v1"
SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")  # RFC 8410 section 4, Ed25519
LEAF = 65536
MAXIMUM_PROOF = 400_000
MAXIMUM_HASHES = 64
MAXIMUM_SIGNATURES = 16


class Refused(Exception):
    """Why the proof proves nothing."""


def unbase64(text):
    """The bytes of a base64 text in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Refused(f"bad base64: {error}") from error
    if base64.b64encode(data) != text:
        raise Refused("base64 in another spelling than its own")
    return data


def number(text):
    if not re.fullmatch(rb"0|[1-9][0-9]{0,19}", text) or int(text) >= 1 << 64:
        raise Refused(f"not a number: {text[:40]!r}")
    return int(text)


def tree_hash(text):
    data = unbase64(text)
    if len(data) != 32:
        raise Refused("a hash does not have 32 bytes")
    return data


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def parse_proof(data):
    """entry, index, hashes, text of the checkpoint, lines of signatures"""
    if len(data) > MAXIMUM_PROOF:
        raise Refused("the proof is longer than any that is made")
    head, blank, note = data.partition(b"\n\n")
    lines = head.split(b"\n")
    if not blank or len(lines) < 3 or lines[0] != FIRST_LINE:
        raise Refused("not a proof of this format")
    if not lines[1].startswith(b"extra ") or not lines[2].startswith(b"index "):
        raise Refused("no entry, or no index")
    hashes = [tree_hash(line) for line in lines[3:]]
    if len(hashes) > MAXIMUM_HASHES:
        raise Refused("too many hashes")
    # The text ends at the last blank line of the note.
    text, blank, below = note.rpartition(b"\n\n")
    if not blank or not below.endswith(b"\n"):
        raise Refused("the checkpoint is not signed")
    return unbase64(lines[1][6:]), number(lines[2][6:]), hashes, text + b"\n", below[:-1].split(b"\n")


def read_key(argument):
    """name or None, 32 bytes"""
    text = argument.encode()
    if os.path.exists(argument):
        with open(argument, "rb") as file:
            text = file.read(8193).strip()
    if text.startswith(b"-----BEGIN PUBLIC KEY-----") and text.endswith(b"-----END PUBLIC KEY-----"):
        der = base64.b64decode(b"".join(text[26:-24].split()), validate=True)
        if len(der) != 44 or not der.startswith(SPKI_PREFIX):
            raise Refused("the key is not an Ed25519 key")
        return None, der[12:]
    parts = text.split(b"+", 2)
    if len(parts) != 3:
        raise Refused("neither a public key in PEM nor a verifier key")
    data = unbase64(parts[2])
    if len(data) != 33 or data[0] != 1 or key_id(parts[0], data[1:]).hex().encode() != parts[1]:
        raise Refused("the verifier key contradicts itself")
    return parts[0], data[1:]


def key_id(name, key):
    return hashlib.sha256(name + b"\n\1" + key).digest()[:4]


def signed_by(text, lines, name, key):
    """The name under which the key signed the text."""
    if len(lines) > MAXIMUM_SIGNATURES:
        raise Refused("too many signatures")
    signer = None
    for line in lines:
        match = re.fullmatch(rb"\xe2\x80\x94 ([^ +]+) ([^ ]+)", line)
        if not match:
            raise Refused("a line below the checkpoint is no signature")
        blob = unbase64(match[2])
        if (name is not None and match[1] != name) or blob[:4] != key_id(match[1], key):
            continue
        if not openssl_verifies(text, blob[4:], key):
            raise Refused("the signature is not one of this key over this checkpoint")
        signer = signer or match[1]
    if signer is None:
        raise Refused("the key did not sign this checkpoint")
    return signer.decode()


def openssl_verifies(text, signature, key):
    pem = b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(SPKI_PREFIX + key) + b"\n-----END PUBLIC KEY-----\n"
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for what, data in (("text", text), ("sig", signature), ("key.pem", pem)):
            paths[what] = os.path.join(folder, what)
            with open(paths[what], "wb") as file:
                file.write(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", paths["key.pem"], "-rawin", "-in", paths["text"], "-sigfile", paths["sig"]]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def parse_checkpoint(text):
    lines = text.split(b"\n")
    if len(lines) < 4 or lines.pop() != b"" or b"" in lines or not re.fullmatch(rb"coffer-manifest/[0-9a-f]{32}", lines[0]):
        raise Refused("what is signed is no checkpoint of a manifest")
    return lines[0].decode(), number(lines[1]), tree_hash(lines[2]), lines[3:]


def root_from_path(leaf, index, size, hashes):
    """RFC 9162 section 2.1.3.2"""
    if index >= size:
        raise Refused("the manifest does not have so many entries")
    first, last, value = index, size - 1, leaf
    for sibling in hashes:
        if last == 0:
            raise Refused("more hashes than lead to the root")
        if first & 1 or first == last:
            value = node_hash(sibling, value)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        first, last = first >> 1, last >> 1
    if last:
        raise Refused("fewer hashes than lead to the root")
    return value


def content_root(path):
    """The root over the leaves of 64 KiB of a file, one hash for each bit of their number."""
    parts, count = [], 0
    with open(path, "rb") as file:
        while data := file.read(LEAF):
            value, rest = leaf_hash(data), count
            while rest & 1:
                value, rest = node_hash(parts.pop(), value), rest >> 1
            parts.append(value)
            count += 1
    if not parts:
        return hashlib.sha256(b"").digest()
    value = parts.pop()
    while parts:
        value = node_hash(parts.pop(), value)
    return value


def check(proof, key):
    with open(proof, "rb") as file:
        entry, index, hashes, text, lines = parse_proof(file.read(MAXIMUM_PROOF + 1))
    signer = signed_by(text, lines, *read_key(key))
    origin, size, root, rest = parse_checkpoint(text)
    if root_from_path(leaf_hash(entry), index, size, hashes) != root:
        raise Refused("the hashes lead to another root than the signed one")
    print(f"entry {index} of {size} of {origin}, signed by {signer}")
    print(f"root   {root.hex()}")
    print(f"entry  {entry.hex()}")
    for line in rest:
        print(f"       {line.decode()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("proof")
    parser.add_argument("key", help="a public key in PEM, a verifier key, or a file that holds one")
    parser.add_argument("--file", help="print the root of this file's content as well")
    arguments = parser.parse_args()
    try:
        check(arguments.proof, arguments.key)
        if arguments.file:
            print(f"content of {arguments.file}: root {content_root(arguments.file).hex()}")
    except (Refused, binascii.Error) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"cannot check: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
