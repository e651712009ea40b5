#!/usr/bin/env python3
"""Checks a manifest of Coffer without Coffer: with Python's standard library and the command openssl.

    check_manifest.py backup.manifest audit-key.pem [FOLDER]

Written from Docs/Formats/Manifest.md alone. Checks the layout, the root over all entries, the recorded leaves, the chain of notes and every
signature; with a FOLDER also that each file in it has the recorded content. Says what is wrong and ends with status 1, or prints `ok`.
"""

import base64
import hashlib
import os
import subprocess
import sys
import tempfile

MAGIC = b"coffer-manifest/1\n"
FOOTER = b"/coffer\n"
LEAF = 65536
DIGESTS = {1: 16, 2: 20, 3: 28, 4: 32, 5: 48, 6: 64, 7: 64}
METADATA, IDENTITY, SIZE, ROOT, DIGEST, TARGET, ATTRIBUTES, DEVICE, UNREADABLE = (1 << bit for bit in range(9))


class Wrong(Exception):
    pass


def sha256(data):
    return hashlib.sha256(data).digest()


class Tree:
    """RFC 6962 §2.1, leaf by leaf."""

    def __init__(self):
        self.count, self.roots = 0, []

    def append(self, leaf_hash):
        rest = self.count
        while rest & 1:
            leaf_hash = sha256(b"\1" + self.roots.pop() + leaf_hash)
            rest >>= 1
        self.roots.append(leaf_hash)
        self.count += 1

    def root(self):
        if not self.roots:
            return sha256(b"")
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = sha256(b"\1" + left + root)
        return root


class Reader:
    def __init__(self, data):
        self.data, self.position = data, 0

    def take(self, count):
        piece = self.data[self.position : self.position + count]
        if len(piece) != count:
            raise Wrong("ends too early")
        self.position += count
        return piece

    def number(self, count):
        return int.from_bytes(self.take(count), "big")

    def variable(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def difference(self):
        value = self.variable()
        return value >> 1 ^ -(value & 1)

    def time(self, last):
        difference = self.difference()
        if difference == -(1 << 63):
            return signed64(self.number(8)), self.number(4)
        return divmod(last[0] * 10**9 + last[1] + difference, 10**9)


def signed64(number):
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


class Entry:
    """One entry; `last` is the one before it in its block."""

    def __init__(self, reader, last):
        shared = reader.take(1)[0]
        if shared & 128:
            raise Wrong("a record has a mark that means nothing")
        self.type, self.fields = (last.type, last.fields) if shared & 1 else (reader.number(1), reader.number(2))
        prefix, suffix, count = reader.variable(), reader.variable(), reader.variable()
        if prefix + suffix > len(last.path):
            raise Wrong("a path shares more than there is")
        self.path = last.path[:prefix] + reader.take(count) + last.path[len(last.path) - suffix :]
        self.owner, self.mtime = last.owner, last.mtime
        self.device, self.inode = last.device, last.inode
        if self.fields & METADATA:
            if not shared & 2:
                self.owner = (reader.number(2), reader.variable(), reader.variable())
            if not shared & 4:
                self.mtime = reader.time(last.mtime)
        else:
            self.owner, self.mtime = (0, 0, 0), (0, 0)
        if self.fields & IDENTITY:
            self.ctime = self.mtime if shared & 8 else reader.time(last.ctime)
            if not shared & 16:
                self.device = (reader.variable(), reader.variable())
            self.inode = (last.inode + (1 if shared & 32 else reader.difference())) % (1 << 64)
        else:
            self.ctime, self.device, self.inode = (0, 0), (0, 0), 0
        self.size = None
        if self.fields & SIZE:
            self.size = last.size if shared & 64 else reader.variable()
        self.root = reader.take(32) if self.fields & ROOT else None
        start = reader.position
        if self.fields & DIGEST:
            for _ in range(reader.number(1)):
                reader.take(DIGESTS[reader.number(1)])
        if self.fields & TARGET:
            reader.take(reader.number(2))
        if self.fields & ATTRIBUTES:
            reader.take(32)
        if self.fields & DEVICE:
            reader.take(8)
        if self.fields & UNREADABLE:
            reader.take(2)
        self.rest = reader.data[start : reader.position]

    def canonical(self):
        def number(value, count):
            return value.to_bytes(count, "big")

        data = number(1, 1) + number(self.type, 1) + number(self.fields, 2) + number(len(self.path), 2) + self.path
        if self.fields & METADATA:
            data += number(self.owner[0], 2) + number(self.owner[1], 4) + number(self.owner[2], 4)
            data += number(self.mtime[0] % (1 << 64), 8) + number(self.mtime[1], 4)
        if self.fields & IDENTITY:
            data += number(self.ctime[0] % (1 << 64), 8) + number(self.ctime[1], 4)
            data += number(self.device[0], 8) + number(self.inode, 8) + number(self.device[1], 4)
        if self.fields & SIZE:
            data += number(self.size, 8)
        return data + (self.root or b"") + self.rest

    def leaf_count(self):
        count = -(-self.size // LEAF) if self.root and self.size is not None else 0
        return count if count > 1 else 0


class Origin:
    type, fields, path, owner, mtime, ctime, device, inode, size = 0, 0, b"", (0, 0, 0), (0, 0), (0, 0), (0, 0), 0, None


def read_blocks(data, end):
    """The entries, each with its leaves' hashes."""
    entries, position = [], len(MAGIC)
    while position < end:
        kind, count = data[position : position + 1], int.from_bytes(data[position + 1 : position + 9], "big")
        if kind != b"E":
            raise Wrong("a block of entries was expected")
        reader, last, block = Reader(data[position + 9 : position + 9 + count]), Origin, []
        while reader.position < count:
            last = Entry(reader, last)
            block.append(last)
        position += 9 + count
        leaves = b""
        if data[position : position + 1] == b"L":
            count = int.from_bytes(data[position + 1 : position + 9], "big")
            leaves = data[position + 9 : position + 9 + count]
            position += 9 + count
        for entry in block:
            entry.leaves, leaves = leaves[: 32 * entry.leaf_count()], leaves[32 * entry.leaf_count() :]
        if leaves:
            raise Wrong("there are leaves that belong to no entry")
        entries += block
    return entries


def read_notes(data):
    reader, notes = Reader(data), []
    while reader.position < len(data):
        notes.append(reader.take(reader.number(4)))
    return notes


def check_signature(note, key):
    text, _, signatures = note.partition(b"\n\n")
    text += b"\n"
    for line in signatures.splitlines():
        dash, name, encoded = line.split(b" ")
        blob = base64.b64decode(encoded, validate=True)
        if dash != "—".encode() or base64.b64encode(blob) != encoded:
            raise Wrong("a note has a line that is no signature")
        public = subprocess.run(
            ["openssl", "pkey", "-pubin", "-in", key, "-outform", "DER"], check=True, capture_output=True
        ).stdout[-32:]
        if blob[:4] != sha256(name + b"\n\1" + public)[:4]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("text", "signature")]
            for path, content in zip(paths, (text, blob[4:])):
                with open(path, "wb") as file:
                    file.write(content)
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", paths[0], "-sigfile", paths[1]]
            if subprocess.run(command, capture_output=True).returncode == 0:
                return text
    raise Wrong("no signature of this key")


def fields(text):
    lines = text.decode().splitlines()
    named = dict(line.split(" ", 1) for line in lines[3:] if " " in line)
    return lines[0], int(lines[1]), base64.b64decode(lines[2]), named


def check_chain(texts):
    previous = None
    for text in texts:
        origin, _, root, named = fields(text)
        if previous and (origin, base64.b64decode(named["previous"])) != previous:
            raise Wrong("a note does not follow the one before it")
        previous = (origin, root)


def content(path):
    """Size, root and leaves of a file."""
    tree, size, hashes = Tree(), 0, b""
    with open(path, "rb") as file:
        while piece := file.read(LEAF):
            size += len(piece)
            hashes += sha256(b"\0" + piece)
            tree.append(hashes[-32:])
    return size, tree.root()


def check(manifest, key, folder):
    with open(manifest, "rb") as file:
        data = file.read()
    if not data.startswith(MAGIC) or not data.endswith(FOOTER):
        raise Wrong("this is no manifest, or it was cut off")
    count = int.from_bytes(data[-16:-8], "big")
    end = len(data) - 16 - count
    if data[end - 9 : end] != b"Z" + count.to_bytes(8, "big"):
        raise Wrong("the end of the blocks is not where it should be")
    texts = [check_signature(note, key) for note in read_notes(data[end:-16])]
    check_chain(texts)
    _, size, root, _ = fields(texts[-1])
    entries, tree = read_blocks(data, end - 9), Tree()
    for entry in entries:
        tree.append(sha256(b"\0" + entry.canonical()))
        if entry.leaves:
            leaves = Tree()
            for start in range(0, len(entry.leaves), 32):
                leaves.append(entry.leaves[start : start + 32])
            if leaves.root() != entry.root:
                raise Wrong(f"{entry.path!r}: its leaves do not come to its root")
    if (tree.count, tree.root()) != (size, root):
        raise Wrong("the entries do not come to the signed root")
    for entry in entries:
        if folder and entry.root and content(os.path.join(os.fsencode(folder), entry.path)) != (entry.size, entry.root):
            raise Wrong(f"{entry.path!r}: its content is another")


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        check(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) == 4 else None)
    except (Wrong, OSError, ValueError, KeyError) as error:
        sys.exit(f"{sys.argv[1]}: {error}")
    print("ok")


if __name__ == "__main__":
    main()
