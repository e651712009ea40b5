#!/usr/bin/env python3
"""Kills coffer in the middle of what it does, and checks that nothing acknowledged is lost.

    kill_loop.py [--rounds 500] [--seed 1] [--workers 2] COFFER-BINARY

Each round starts one command that changes a store and kills it with SIGKILL after a random time, or lets it finish. A
ledger holds what was acknowledged: exit status 0. After the round the store must open; every acknowledged key must be
listed; an acknowledged ciphertext, chosen at random, must open; what this round acknowledged must be in effect; and the
audit trail must verify. When a store has served its rounds, all of the ledger is checked once more.

The seed decides commands and delays; where exactly a delay hits is up to the machine.
"""

import json
import os
import sys

import formats
from killing import Coffer, Lost, main

ROUNDS_PER_STORE = 50
CONTEXT = {"purpose": "kill loop"}
MAXIMUM_ROTATIONS = 20  # AWS KMS allows 25 on demand.
MAXIMUM_SEALS = 12  # A store has at most 16.


class Store(Coffer):
    def __init__(self, binary, folder, randomness, durations):
        super().__init__(binary, folder, randomness, durations)
        self.file_count = 0
        # The ledger.
        self.keys = {}  # ARN -> acknowledged rotations
        self.waiting = {}  # ARN of an external key -> material that was not acknowledged yet
        self.imported = {}  # ARN -> material
        self.blobs = []  # (blob, plaintext, ARN)
        self.seals = {}  # id -> path of a key file that must open the store

        first = self.new_path()
        self.finish("init", "--seal", f"keyfile:{first}")
        self.seals[self.seal_list()[0]["SealId"]] = first
        self.create()
        self.encrypt()

    def new_path(self):
        self.file_count += 1
        return os.path.join(self.folder, f"key-{self.file_count}")

    def seal_list(self):
        return json.loads(self.finish("seal", "list", "--json"))["Seals"]

    # What a round does; each says whether it was acknowledged

    def create(self, run=None):
        run = run or self.finish
        arguments = ["key", "create", "--tag", "loop=kill"]
        if self.random.random() < 0.5:
            self.file_count += 1
            arguments += ["--alias", f"key-{self.file_count}"]
        output = run(*arguments)
        if output is None:
            return False
        self.keys[output.decode().strip()] = 0
        return True

    def rotate(self):
        candidates = [arn for arn, count in self.keys.items() if count < MAXIMUM_ROTATIONS and arn not in {*self.imported, *self.waiting}]
        arn = self.random.choice(candidates)
        if self.interrupt("key", "rotate", arn) is None:
            return False
        self.keys[arn] += 1
        self.check_rotations(arn)
        return True

    def encrypt(self, arn=None):
        usable = [key for key in self.keys if key not in self.waiting]
        arn = arn or self.random.choice(usable)
        plaintext = self.random.randbytes(self.random.randint(1, 200))
        pairs = ",".join(f"{name}={value}" for name, value in CONTEXT.items())
        blob = self.interrupt("kms", "encrypt", "--key-id", arn, "--plaintext", "-", "--encryption-context", pairs, data=plaintext)
        if blob is None:
            return False
        self.blobs.append((blob, plaintext, arn))
        return True

    def add_seal(self):
        if len(self.seal_list()) >= MAXIMUM_SEALS:
            return self.change_seal()
        path = self.new_path()
        output = self.interrupt("seal", "add", f"keyfile:{path}")
        if output is None:
            return False
        self.seals[output.decode().strip()] = path
        self.check_seal(path)
        return True

    def change_seal(self):
        old, old_path = self.random.choice(list(self.seals.items()))
        path = self.new_path()
        # From here on either the old or the new key file opens the store.
        del self.seals[old]
        output = self.interrupt("seal", "change", old, f"keyfile:{path}")
        if output is None:
            present = {seal["SealId"]: seal["KeyFilePath"] for seal in self.seal_list()}
            ours = [(seal, file) for seal, file in present.items() if file in (old_path, path)]
            if len(ours) != 1:
                raise Lost(f"changing a seal left {len(ours)} of old and new")
            self.seals[ours[0][0]] = ours[0][1]
            self.check_seal(ours[0][1])
            return False
        self.seals[output.decode().strip()] = path
        self.check_seal(path)
        self.finish("key", "list", "--store-identity", old_path, statuses=(4,))
        return True

    def rotate_root(self):
        return self.interrupt("seal", "rotate-root") is not None

    def import_material(self):
        if not self.waiting:
            arn = self.finish("key", "create", "--origin", "external").decode().strip()
            self.keys[arn], self.waiting[arn] = 0, self.random.randbytes(32)
        arn, material = next(iter(self.waiting.items()))
        if self.interrupt("key", "import", "file", "-", "--key", arn, data=material) is None:
            return False
        self.imported[arn] = self.waiting.pop(arn)
        # Acknowledged material encrypts, and what it encrypts opens with the material and nothing else.
        plaintext = b"under imported material"
        blob = self.finish("kms", "encrypt", "--key-id", arn, "--plaintext", "-", data=plaintext)
        if formats.decrypt_blob(material, {}, blob) != plaintext:
            raise Lost(f"{arn} has other material than was imported")
        return True

    # Checks

    def check_seal(self, path):
        self.finish("key", "list", "--store-identity", path)

    def check_rotations(self, arn):
        listed = json.loads(self.finish("key", "rotation", "list", arn, "--json"))["Rotations"]
        if len(listed) < self.keys[arn]:
            raise Lost(f"{arn} has {len(listed)} rotations; {self.keys[arn]} were acknowledged")

    def check_blob(self, blob, plaintext, arn):
        pairs = ",".join(f"{name}={value}" for name, value in CONTEXT.items())
        opened = self.finish("kms", "decrypt", "--ciphertext-blob", "-", "--encryption-context", pairs, "--key-id", arn, data=blob)
        if opened != plaintext:
            raise Lost(f"a ciphertext of {arn} opens to something else")

    def check(self):
        listed = {key["KeyArn"]: key["KeyState"] for key in json.loads(self.finish("key", "list", "--json"))["Keys"]}
        for arn in self.keys:
            if arn not in listed:
                raise Lost(f"{arn} was acknowledged and is gone")
            if arn not in self.waiting and listed[arn] != "Enabled":
                raise Lost(f"{arn} is {listed[arn]}")
        if self.blobs:
            self.check_blob(*self.random.choice(self.blobs))
        self.finish("audit", "verify")

    def check_everything(self):
        for arn in self.keys:
            if arn not in self.imported and arn not in self.waiting:
                self.check_rotations(arn)
        for blob in self.blobs:
            self.check_blob(*blob)
        for path in self.seals.values():
            self.check_seal(path)
        self.finish("audit", "verify")

    def round(self):
        """Does one thing, checks the store, and says what was done and whether it was acknowledged."""
        action = self.random.choices(
            ["create", "rotate", "encrypt", "add_seal", "change_seal", "rotate_root", "import_material"], [4, 4, 2, 2, 3, 4, 4])[0]
        is_acknowledged = self.create(self.interrupt) if action == "create" else getattr(self, action)()
        self.check()
        return action, is_acknowledged


if __name__ == "__main__":
    sys.exit(main(__doc__, Store, 500, ROUNDS_PER_STORE))
