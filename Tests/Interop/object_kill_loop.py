#!/usr/bin/env python3
"""Kills coffer in the middle of what it does to objects, and checks that nothing acknowledged is lost.

    object_kill_loop.py [--rounds 1000] [--seed 1] [--workers 2] COFFER-BINARY

Each round starts one command on a store of objects and kills it with SIGKILL after a random time, or lets it finish. The ledger holds
every version that a command acknowledged, line by line where it acknowledges many, with the SHA-256 of its bytes, and every deletion.
After the round the bucket is listed: what was acknowledged is there, what was deleted is not, what is there besides belongs to the
command that was killed, and stays from then on. Versions chosen at random are read. When a store has served its rounds it is
checked and scrubbed: no damage, only what a crash may leave.

The seed decides commands and delays; where exactly a delay hits is up to the machine.
"""

import hashlib
import json
import os
import sys
import time

from killing import Coffer, Lost, main

ROUNDS_PER_STORE = 100
BUCKET = "coffer://loop"
SAMPLE = 2
FINAL_SAMPLE = 20


class ObjectStore(Coffer):
    def __init__(self, binary, folder, randomness, durations):
        super().__init__(binary, folder, randomness, durations)
        self.count = 0
        # The ledger: (key, version ID) -> SHA-256 of the bytes, None for a delete marker, "?" for bytes that are not known.
        self.versions = {}
        # Acknowledged deletions.
        self.deleted = set()
        # What the command of this round may have done without saying so: keys, or the beginnings of keys.
        self.touched = ()
        self.finish("init", "--seal", f"keyfile:{os.path.join(folder, 'unlock.key')}")
        self.finish("key", "create", "--alias", "loop")
        self.finish("bucket", "create", "loop", "--versioning", "enabled", "--key", "loop")

    # Running coffer

    def interrupt(self, *arguments, data=b""):
        """What the command acknowledged, and whether it came to its end."""
        verbs = {"object": 3, "store": 2}.get(arguments[0], 1)
        kind = " ".join([*arguments[:verbs], *(["--recursive"] if "--recursive" in arguments else [])])
        output, is_done = self.kill(kind, *arguments, data=data)
        if is_done and output.startswith(b"{\n"):
            return [json.loads(output)], True
        lines = [json.loads(line) for line in output.decode().splitlines(keepends=True) if line.startswith("{\"") and line.endswith("}\n")]
        # The last one says how many there were.
        return [line for line in lines if "DoneCount" not in line], is_done

    def new_file(self, size):
        self.count += 1
        path = os.path.join(self.folder, f"file-{self.count}")
        data = self.random.randbytes(size)
        with open(path, "wb") as file:
            file.write(data)
        return path, hashlib.sha256(data).hexdigest()

    def size(self):
        return self.random.choice([0, 10, 4000, 16_352, 16_353, 70_000, 300_000])

    # What a round does; each says whether it was acknowledged

    def tree(self):
        self.count += 1
        folder, prefix = os.path.join(self.folder, f"tree-{self.count}"), f"tree-{self.count}/"
        os.makedirs(os.path.join(folder, "sub"))
        digests = {}
        for number in range(24):
            name = f"{'sub/' if number % 3 == 0 else ''}{number}"
            data = self.random.randbytes(self.size() if number % 6 == 0 else 1000)
            digests[prefix + name] = hashlib.sha256(data).hexdigest()
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        self.touched = (prefix,)
        lines, is_done = self.interrupt("cp", "--recursive", folder, f"{BUCKET}/{prefix}", "--json")
        for line in lines:
            key = line["Output"].removeprefix(BUCKET + "/")
            self.versions[key, line["VersionId"]] = digests[key]
        if is_done and len(lines) != len(digests):
            raise Lost(f"{len(digests)} files were to be stored and {len(lines)} were acknowledged")
        return is_done

    def put(self):
        known = sorted({key for key, _ in self.versions if not key.startswith("tree-")})
        key = self.random.choice(known) if known and self.random.random() < 0.5 else f"put-{self.count}"
        path, digest = self.new_file(self.random.choice([self.size(), 3_000_000]))
        self.touched = (key,)
        lines, is_done = self.interrupt("cp", path, f"{BUCKET}/{key}", "--json")
        os.unlink(path)
        if is_done:
            self.versions[key, lines[0]["VersionId"]] = digest
        return is_done

    def upload(self):
        """An object in one part."""
        path, digest = self.new_file(self.size())
        key = f"upload-{self.count}"
        self.touched = (key,)
        place = ["--bucket", "loop", "--key", key]
        created = json.loads(self.finish("object", "upload", "create", *place, "--json"))
        place += ["--upload-id", created["UploadId"]]
        lines, is_done = self.interrupt("object", "upload", "part", *place, "--part-number", "1", "--body", path, "--json")
        os.unlink(path)
        if not is_done:
            return False
        parts = json.dumps({"Parts": [{"PartNumber": 1, "ETag": lines[0]["ETag"]}]})
        lines, is_done = self.interrupt("object", "upload", "complete", *place, "--multipart-upload", "-", "--json", data=parts.encode())
        if is_done:
            self.versions[key, lines[0]["VersionId"]] = digest
        return is_done

    def some(self):
        """An acknowledged version that is an object; None while there is none."""
        objects = [name for name, digest in self.versions.items() if digest]
        return self.random.choice(objects) if objects else None

    def copy(self):
        source = self.some()
        if not source:
            return self.put()
        self.count += 1
        key = f"copy-{self.count}"
        self.touched = (key,)
        lines, is_done = self.interrupt("cp", f"{BUCKET}/{source[0]}", f"{BUCKET}/{key}", "--version-id", source[1], "--json")
        if is_done:
            self.versions[key, lines[0]["VersionId"]] = self.versions[source]
        return is_done

    def mark(self):
        source = self.some()
        if not source:
            return self.put()
        self.touched = (source[0],)
        lines, is_done = self.interrupt("rm", f"{BUCKET}/{source[0]}", "--json")
        if is_done:
            self.versions[source[0], lines[0]["VersionId"]] = None
        return is_done

    def delete(self):
        source = self.some()
        if not source:
            return self.put()
        digest = self.versions.pop(source)
        _, is_done = self.interrupt("rm", f"{BUCKET}/{source[0]}", "--version-id", source[1], "--json")
        if is_done:
            self.deleted.add(source)
        elif source in self.listed():
            self.versions[source] = digest
        return is_done

    def delete_tree(self):
        trees = sorted({key.split("/")[0] for key, _ in self.versions if key.startswith("tree-")})
        if not trees:
            return self.tree()
        prefix = self.random.choice(trees) + "/"
        pending = {name: digest for name, digest in self.versions.items() if name[0].startswith(prefix)}
        for name in pending:
            del self.versions[name]
        lines, is_done = self.interrupt("rm", "--recursive", "--all-versions", f"{BUCKET}/{prefix}", "--json")
        acknowledged = {(line["Key"], line["VersionId"]) for line in lines}
        self.deleted |= acknowledged
        present = self.listed()
        for name, digest in pending.items():
            if name in present:
                if name in acknowledged or is_done:
                    raise Lost(f"{name} was deleted and is there")
                self.versions[name] = digest
            else:
                self.deleted.add(name)
        return is_done

    def restore(self):
        keys = sorted({key.split("/")[0] for key, _ in self.versions})
        if not keys:
            return self.put()
        prefix = self.random.choice(keys)
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - self.random.choice([1, 3, 10])))
        before = {name: self.versions[name] for name in self.versions}
        self.touched = (prefix,)
        _, is_done = self.interrupt("restore", f"{BUCKET}/{prefix}", "--at", moment, "--json")
        if is_done:
            then = self.finish("ls", "--recursive", "--at", moment, f"{BUCKET}/{prefix}", "--json")
            now = self.finish("ls", "--recursive", f"{BUCKET}/{prefix}", "--json")
            names = [[(line["Key"], line["ETag"]) for line in map(json.loads, text.decode().splitlines())] for text in (then, now)]
            if names[0] != names[1]:
                raise Lost(f"restoring {prefix} to {moment} gave {names[1]}, not {names[0]}")
        for name in self.listed():
            if name not in before and name not in self.versions and name[0].startswith(prefix):
                self.versions[name] = "?" if self.listed()[name] else None
        return is_done

    def rewrap(self):
        self.finish("key", "rotate", "loop", statuses=(0, 6, 4))
        return self.interrupt("store", "rewrap", "loop", "--json")[1]

    def care(self):
        return self.interrupt("store", self.random.choice(["maintain", "check", "scrub"]), "--json")[1]

    # Checks

    def listed(self):
        """(key, version ID) -> whether it is an object."""
        lines = self.finish("ls", "--recursive", "--versions", BUCKET, "--json").decode().splitlines()
        entries = [json.loads(line) for line in lines]
        return {(entry["Key"], entry["VersionId"]): not entry.get("IsDeleteMarker", False) for entry in entries}

    def read(self, name):
        digest = self.versions[name]
        data = self.finish("cp", f"{BUCKET}/{name[0]}", "-", "--version-id", name[1])
        if digest not in ("?", hashlib.sha256(data).hexdigest()):
            raise Lost(f"{name} has other bytes than were stored")

    def check(self, sample):
        present = self.listed()
        for name, digest in self.versions.items():
            if name not in present:
                raise Lost(f"{name} was acknowledged and is gone")
            if present[name] != bool(digest):
                raise Lost(f"{name} is another kind of version")
        for name in present:
            if name in self.deleted:
                raise Lost(f"{name} was deleted and is there")
            if name not in self.versions:
                if not name[0].startswith(self.touched or ("\0",)):
                    raise Lost(f"{name} is there and nobody stored it")
                # It was committed and not acknowledged: from now on it stays.
                self.versions[name] = "?" if present[name] else None
        objects = [name for name, digest in self.versions.items() if digest]
        for name in self.random.sample(objects, min(sample, len(objects))):
            self.read(name)

    def check_everything(self):
        self.touched = ()
        self.check(FINAL_SAMPLE)
        self.finish("store", "check", statuses=(0, 1))
        self.finish("store", "scrub")
        self.finish("audit", "verify")

    def round(self):
        actions = {
            "tree": 4, "put": 4, "upload": 2, "copy": 2, "mark": 2, "delete": 3, "delete_tree": 2, "restore": 2, "rewrap": 1, "care": 1,
        }
        action = self.random.choices(list(actions), list(actions.values()))[0]
        self.touched = ()
        is_acknowledged = getattr(self, action)()
        self.check(SAMPLE)
        return action, is_acknowledged


if __name__ == "__main__":
    sys.exit(main(__doc__, ObjectStore, 1000, ROUNDS_PER_STORE))
