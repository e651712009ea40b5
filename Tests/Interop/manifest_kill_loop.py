#!/usr/bin/env python3
"""Kills coffer while it makes manifests, and checks that there is always one that is whole.

    manifest_kill_loop.py [--rounds 100] [--seed 1] [--workers 2] COFFER-BINARY

Each round changes a tree and lets `manifest create --force` or `manifest update` work on it, killed with SIGKILL after a random time or
let be. Afterwards the manifest is the old one, byte for byte, or the next one; it verifies; what was acknowledged is the next one, in which
all is intact, and an older one is refused. Nothing else is beside it, but at most one temporary file of a round that was killed.

The seed decides trees, commands and delays; where exactly a delay hits is up to the machine.
"""

import json
import os
import sys

from killing import Coffer, Lost, main

ROUNDS_PER_TREE = 25
FILES = 150


class Tree(Coffer):
    """A tree and its manifest, and a store with a key."""

    def __init__(self, binary, folder, randomness, durations):
        super().__init__(binary, folder, randomness, durations)
        self.environment["TMPDIR"] = folder
        self.tree, self.place = os.path.join(folder, "tree"), os.path.join(folder, "manifests")
        self.manifest = os.path.join(self.place, "tree.manifest")
        os.mkdir(self.place)
        os.mkdir(self.tree)
        for number in range(FILES):
            self.write(f"file{number}", 3_000_000 if number % 50 == 0 else 2000)
        self.finish("init", "--seal", f"keyfile:{os.path.join(folder, 'unlock.key')}")
        self.finish("key", "create", "--alias", "audit-key", "--spec", "ECC_NIST_EDWARDS25519", "--usage", "SIGN_VERIFY")
        self.finish("manifest", "create", self.tree, "-o", self.manifest, "--sign-with", "audit-key")
        self.old = self.bytes()

    def write(self, name, size):
        with open(os.path.join(self.tree, name), "wb") as file:
            file.write(self.random.randbytes(size))

    def bytes(self):
        with open(self.manifest, "rb") as file:
            return file.read()

    def change(self):
        """What will have to be accepted: there is a difference in any case."""
        self.write(f"new{self.random.randrange(1 << 40)}", 100)
        for _ in range(self.random.randint(0, 5)):
            name = self.random.choice(sorted(os.listdir(self.tree)))
            if self.random.random() < 0.3:
                os.unlink(os.path.join(self.tree, name))
            else:
                self.write(name, self.random.choice([500, 2000, 70_000]))

    def verify(self, expected):
        """The number of differences, from a run that must not fail otherwise."""
        report = json.loads(self.finish("manifest", "verify", self.manifest, self.tree, "--json", statuses=(expected,)))
        return report["DifferenceCount"]

    def create(self):
        return self.interrupt("manifest", "create", self.tree, "-o", self.manifest, "--sign-with", "audit-key", "--force")

    def update(self):
        return self.interrupt("manifest", "update", self.manifest, self.tree)

    def round(self):
        action = self.random.choices(["create", "update"], [1, 3])[0]
        self.change()
        is_acknowledged = getattr(self, action)() is not None
        now = self.bytes()
        if now == self.old:
            if is_acknowledged:
                raise Lost("an acknowledged manifest is not there")
            if self.verify(1) == 0:
                raise Lost("an old manifest knows of what was changed after it")
        else:
            self.verify(0)
            if action == "update":
                self.check_refused(now)
        self.check_folder(is_acknowledged)
        self.old = now
        return action, is_acknowledged

    def check_refused(self, now):
        """The one before is an old one now."""
        with open(self.manifest, "wb") as file:
            file.write(self.old)
        self.finish("manifest", "verify", self.manifest, self.tree, statuses=(4,))
        with open(self.manifest, "wb") as file:
            file.write(now)

    def check_folder(self, is_acknowledged):
        others = sorted(set(os.listdir(self.place)) - {"tree.manifest"})
        if len(others) > (0 if is_acknowledged else 1) or not all(name.startswith(".coffer-") and name.endswith(".tmp") for name in others):
            raise Lost(f"beside the manifest there is {others}")
        for name in others:
            os.unlink(os.path.join(self.place, name))

    def check_everything(self):
        self.finish("manifest", "update", self.manifest, self.tree)
        self.verify(0)
        self.finish("audit", "verify")


if __name__ == "__main__":
    sys.exit(main(__doc__, Tree, 100, ROUNDS_PER_TREE))
