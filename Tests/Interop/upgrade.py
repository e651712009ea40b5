#!/usr/bin/env python3
"""Opens with the present binary what earlier states of Coffer left behind, and sees that what a newer one leaves is refused.

    upgrade.py COFFER-BINARY

Tests/Vectors/upgrade/README.md says what the fixtures are. Each is unpacked into a folder of its own, and must give every plaintext
back; where a form was never released and is no longer read, it must be refused in words, with the exit status for that, and unchanged.
"""

import glob
import json
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile

VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Vectors", "upgrade")
SMALL = "".join(f"{number}\n" for number in range(1, 101)).encode()
LARGE = "".join(f"{number}\n" for number in range(1, 4001)).encode()
USAGE, DAMAGED, ENVIRONMENT = 2, 5, 6
checks = []


def check(name, holds, detail=""):
    checks.append(bool(holds))
    if not holds:
        print(f"FAILED {name} {detail}")


class Fixture:
    """One fixture, unpacked, with the store's key file beside the store."""

    def __init__(self, binary, name, folder):
        self.binary, self.name = binary, name
        with tarfile.open(os.path.join(VECTORS, f"{name}.tar.gz")) as archive:
            archive.extractall(folder, filter="tar")
            # Which leaves the times of links as they come.
            for link in (member for member in archive if member.issym()):
                os.utime(os.path.join(folder, link.name), (link.mtime, link.mtime), follow_symlinks=False)
        self.folder = os.path.join(folder, name)
        self.home = self.path("home")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def has(self, name):
        return os.path.exists(self.path(name))

    def run(self, *arguments, home=None):
        # The seal remembers where its key file was when the fixture was made.
        needs_no_key = arguments[0] in ("identity", "init", "tls") or arguments[:2] == ("seal", "list") or "--passphrase-file" in arguments
        identity = [] if needs_no_key else ["--store-identity", self.path("key")]
        environment = {"COFFER_HOME": home or self.home, "PATH": os.environ["PATH"], "HOME": self.folder}
        return subprocess.run(
            [self.binary, *arguments, *identity], cwd=self.folder, env=environment, capture_output=True, check=False)

    def output(self, *arguments, home=None):
        done = self.run(*arguments, home=home)
        check(f"{self.name}: coffer {' '.join(arguments)}", done.returncode == 0, done.stderr.decode())
        return done.stdout

    def gives(self, expected, *arguments):
        check(f"{self.name}: the bytes of coffer {' '.join(arguments)}", self.output(*arguments) == expected)

    def refuses(self, status, sentence, *arguments):
        """The refusal has to be this status, and to say this (a regular expression)."""
        done = self.run(*arguments)
        said = done.stderr.decode()
        check(f"{self.name}: coffer {' '.join(arguments)} is refused with {status}", done.returncode == status, f"{done.returncode}: {said}")
        check(f"{self.name}: coffer {' '.join(arguments)} says why", re.search(sentence, said), said)


# What each kind of data must give.


def open_keys(fixture):
    keys = json.loads(fixture.output("key", "list", "--json"))
    check(f"{fixture.name}: keys", len(keys["Keys"]) >= 2)
    for key in ("backups", "brought"):
        fixture.gives(SMALL, "kms", "decrypt", "--ciphertext-blob", f"{key}.blob", "--encryption-context", "purpose=nightly", "--out", "-")
    fixture.output("audit", "verify")
    seals = json.loads(fixture.output("seal", "list", "--json"))
    check(f"{fixture.name}: both seals", len(seals["Seals"]) == 2)
    done = fixture.run("key", "list", "--passphrase-file", "passphrase")
    check(f"{fixture.name}: the passphrase opens the store", done.returncode == 0, done.stderr.decode())


def open_files(fixture):
    for name, content in (("before.age", SMALL), ("after.age", LARGE), ("shared.age", SMALL)):
        if not fixture.has(name):
            continue
        context = [] if name == "shared.age" else ["--context", "purpose=nightly"]
        fixture.gives(content, "decrypt", *context, "--output", "-", name)
        fixture.output("verify", name)
        # The old header of an old version becomes a new one; the file opens as before.
        fixture.output("rewrap", name)
        fixture.gives(content, "decrypt", *context, "--output", "-", name)
    if fixture.has("recovery.txt"):
        fixture.gives(SMALL, "decrypt", "-i", "recovery.txt", "--output", "-", "shared.age")


def restore_backup(fixture):
    """Into a store of today: the keys of the backup open what the old store sealed."""
    home = fixture.path("new")
    fixture.output("init", "--seal", f"keyfile:{fixture.path('new-key')}", home=home)
    environment = {"COFFER_HOME": home, "PATH": os.environ["PATH"], "HOME": fixture.folder}

    def coffer(*arguments):
        return subprocess.run([fixture.binary, *arguments], cwd=fixture.folder, env=environment, capture_output=True, check=False)

    done = coffer("key", "restore", "keys.age", "--backup-passphrase-file", "passphrase")
    check(f"{fixture.name}: the backup is restored", done.returncode == 0, done.stderr.decode())
    done = coffer("kms", "decrypt", "--ciphertext-blob", "backups.blob", "--encryption-context", "purpose=nightly", "--out", "-")
    check(f"{fixture.name}: a restored key opens", done.stdout == SMALL, done.stderr.decode())


def open_objects(fixture):
    with open(fixture.path("versions.json"), encoding="utf-8") as file:
        recorded = json.load(file)
    check(f"{fixture.name}: versions", json.loads(fixture.output("object", "versions", "--bucket", "kept", "--json")) == recorded)
    for version in recorded["Versions"]:
        content = SMALL if version["Size"] == len(SMALL) else LARGE
        fixture.gives(
            content, "object", "get", "--bucket", "kept", "--key", version["Key"], "--version-id", version["VersionId"], "--output", "-")
    fixture.output("store", "check")
    fixture.output("store", "scrub")
    device = json.loads(fixture.output("mfa", "list", "--json"))
    check(f"{fixture.name}: the device", [entry["Name"] for entry in device["Devices"]] == ["phone"])
    delete_with_code(fixture, recorded["DeleteMarkers"][0])
    fixture.output("object", "put", "--bucket", "kept", "--key", "note", "--body", "small.txt")
    fixture.gives(SMALL, "object", "get", "--bucket", "kept", "--key", "note", "--output", "-")


def delete_with_code(fixture, marker):
    """The old device's codes are good, and nothing less is."""
    deletion = ["object", "delete", "--bucket", "kept", "--key", marker["Key"], "--version-id", marker["VersionId"]]
    fixture.refuses(4, "give --mfa 'SERIAL CODE'", *deletion)
    enroll = os.path.join(os.path.dirname(VECTORS), "..", "..", "Scripts", "demo-enroll.py")
    code = subprocess.run([sys.executable, enroll, "code", fixture.path("uri"), "0"], capture_output=True, check=True, text=True).stdout.strip()
    fixture.output(*deletion, "--mfa", f"phone {code}")


def verify_manifest(fixture):
    # A copy has its own owners; the archive keeps the rest.
    done = fixture.output("manifest", "verify", "tree.manifest", "tree", "--ignore", "owner", "--json")
    check(f"{fixture.name}: all is intact", json.loads(done)["Verdicts"]["Intact"] == 4, done)
    with open(fixture.path("tree", "a.txt"), "ab") as file:
        file.write(b"101\n")
    done = fixture.run("manifest", "verify", "tree.manifest", "tree", "--ignore", "owner", "--public-key", "signer.pem")
    check(f"{fixture.name}: a change is found", done.returncode == 1 and b"a.txt" in done.stdout, done.stdout)


def judge_scan(fixture):
    done = fixture.run("tls", "judge", "scan.json", "--at", "2026-11-30T00:00:00Z", "--no-system-trust", "--json")
    check(f"{fixture.name}: the scan is judged", done.returncode == 1, done.stderr.decode())
    found = {finding["Id"] for finding in json.loads(done.stdout)["Findings"]}
    check(f"{fixture.name}: its findings", "tls-certificate-self-signed" in found, found)


# What each fixture is good for. Where a form changed before there was any release, and under the same number, it is refused.


def open_early_objects(fixture):
    """Rows of this form lack what today's vouch for. Keys and files of the same store are whole, and so are the objects."""
    fixture.refuses(ENVIRONMENT, "written by an early version of Coffer", "bucket", "list")
    blobs = glob.glob(fixture.path("home", "objects", "*", "*.age"))
    check("the early object store has a file", len(blobs) == 1, blobs)
    for blob in blobs:
        fixture.gives(LARGE, "decrypt", "--output", "-", blob)


def refuse_early_manifest(fixture):
    fixture.refuses(DAMAGED, "early version of Coffer", "manifest", "verify", "tree.manifest", "tree", "--public-key", "signer.pem")


def refuse_early_scan(fixture):
    fixture.refuses(USAGE, 'has no member "finiteFieldWithoutRFC7919"', "tls", "judge", "scan.json")


FIXTURES = {
    "keys": [open_keys, open_files, restore_backup],
    "objects": [open_keys, open_files, restore_backup, open_early_objects],
    "manifests": [open_keys, open_files, restore_backup, open_objects, refuse_early_manifest],
    "scans": [open_keys, open_files, restore_backup, open_objects, verify_manifest, refuse_early_scan],
    "settled": [open_keys, open_files, restore_backup, open_objects, verify_manifest, judge_scan],
}


# What a newer version would leave. Every refusal is of the environment, and leaves what it refuses as it was.


def add_step(fixture, database, step):
    connection = sqlite3.connect(fixture.path("home", database))
    with connection:
        connection.execute("INSERT INTO grdb_migrations VALUES (?)", (step,))
    connection.close()


def replace(fixture, name, old, new):
    with open(fixture.path(name), "rb") as file:
        content = file.read()
    check(f"there is something to replace in {name}", content.count(old) >= 1)
    with open(fixture.path(name), "wb") as file:
        file.write(content.replace(old, new))


def newer_keys(fixture):
    add_step(fixture, "keys.sqlite", "2 later")
    fixture.refuses(ENVIRONMENT, "newer version of Coffer", "key", "list")


def newer_objects(fixture):
    add_step(fixture, "objects.sqlite", "object store 2")
    fixture.refuses(ENVIRONMENT, "newer version of Coffer", "bucket", "list")
    fixture.output("mfa", "list")


def newer_second_factors(fixture):
    add_step(fixture, "objects.sqlite", "access control 2")
    fixture.refuses(ENVIRONMENT, "newer version of Coffer", "mfa", "list")


def newer_trail(fixture):
    replace(fixture, "home/audit.log", b'{"cofferAuditTrail":1,', b'{"cofferAuditTrail":2,')
    fixture.refuses(ENVIRONMENT, "has format 2, this version of Coffer reads up to 1", "audit", "verify")
    fixture.refuses(ENVIRONMENT, "has format 2", "key", "list")


def newer_blob(fixture):
    replace(fixture, "backups.blob", b"CK\x01", b"CK\x02")
    fixture.refuses(
        ENVIRONMENT, "format version 2", "kms", "decrypt", "--ciphertext-blob", "backups.blob", "--encryption-context", "purpose=nightly")


def newer_backup(fixture):
    with open(fixture.path("content"), "wb") as file:
        file.write(b"coffer key backup v2\n" + bytes(64))
    recipient = fixture.output("identity", "public", "recovery.txt").decode().strip()
    fixture.output("encrypt", "--recipient", recipient, "--output", "newer.age", "content")
    fixture.refuses(ENVIRONMENT, "newer version of Coffer", "key", "restore", "newer.age", "--backup-identity", "recovery.txt")


def newer_manifest(fixture):
    replace(fixture, "tree.manifest", b"coffer-manifest/1\n", b"coffer-manifest/2\n")
    fixture.refuses(ENVIRONMENT, "newer", "manifest", "verify", "tree.manifest", "tree")


def newer_scan(fixture):
    replace(fixture, "scan.json", b"coffer-tls-scan/1", b"coffer-tls-scan/2")
    fixture.refuses(ENVIRONMENT, '"coffer-tls-scan/2"', "tls", "judge", "scan.json")


NEWER = [newer_keys, newer_objects, newer_second_factors, newer_trail, newer_blob, newer_backup, newer_manifest, newer_scan]


def main(binary):
    binary = os.path.abspath(binary)
    kept = {os.path.basename(path).removesuffix(".tar.gz") for path in glob.glob(os.path.join(VECTORS, "*.tar.gz"))}
    check("every fixture is opened", kept == set(FIXTURES), kept ^ set(FIXTURES))
    for name in sorted(kept & set(FIXTURES)):
        for examine in FIXTURES[name]:
            with tempfile.TemporaryDirectory() as folder:
                examine(Fixture(binary, name, folder))
    for examine in NEWER:
        with tempfile.TemporaryDirectory() as folder:
            examine(Fixture(binary, "settled", folder))
    print(f"upgrade: {sum(checks)} of {len(checks)} checks hold, on {len(kept)} earlier states and {len(NEWER)} newer forms")
    return 0 if checks and all(checks) else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1]))
