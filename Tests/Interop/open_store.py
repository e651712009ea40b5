#!/usr/bin/env python3
"""Gets data back from a real store without Coffer: from the key file and the database down to the plaintext.

    open_store.py COFFER-BINARY

Coffer makes a store, keys and ciphertexts; everything after that is read by formats.py. This is what somebody could do
who has the files, the documents, and no Coffer.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile

import formats

PASSPHRASE = "correct horse battery staple"
checks = []


def check(name, holds):
    checks.append(bool(holds))
    if not holds:
        print(f"FAILED {name}")


def main(binary):
    binary = os.path.abspath(binary)
    with tempfile.TemporaryDirectory() as folder:
        home, key_file = os.path.join(folder, "home"), os.path.join(folder, "key")
        environment = {"COFFER_HOME": home, "PATH": os.environ["PATH"], "HOME": folder}

        def coffer(*arguments, data=b""):
            done = subprocess.run([binary, *arguments, "--quiet"], input=data, env=environment, capture_output=True, check=False)
            if done.returncode != 0:
                raise SystemExit(f"coffer {' '.join(arguments)}: {done.stderr.decode()}")
            return done.stdout

        coffer("init", "--seal", f"keyfile:{key_file}")
        passphrase_file = os.path.join(folder, "passphrase")
        with open(os.open(passphrase_file, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write(PASSPHRASE + "\n")
        coffer("seal", "add", "passphrase", "--new-passphrase-file", passphrase_file)
        coffer("key", "create", "--alias", "made")
        coffer("key", "create", "--alias", "brought", "--origin", "external")
        coffer("key", "import", "file", "-", "--key", "brought", data=bytes(range(32)))
        blobs = []

        def encrypt(key):
            plaintext = f"secret number {len(blobs)}".encode()
            blob = coffer("kms", "encrypt", "--key-id", f"alias/{key}", "--plaintext", "-", "--encryption-context", "purpose=nightly", data=plaintext)
            blobs.append((blob, plaintext))

        encrypt("made")
        encrypt("brought")
        coffer("key", "rotate", "made")
        encrypt("made")
        coffer("seal", "rotate-root")

        database = sqlite3.connect(os.path.join(home, "keys.sqlite"))
        seals = [(formats.parse_seal(body), body, mac) for body, mac in database.execute("SELECT body, mac FROM seal")]
        with open(key_file, encoding="utf-8") as file:
            identity = formats.parse_identity_file(file.read())
        by_kind = {seal["kind"]: seal for seal, _, _ in seals}
        root = formats.unwrap_root(by_kind["keyfile"]["wrapped_root"], identity)
        other = formats.open_identity(by_kind["passphrase"]["passphrase"], PASSPHRASE.encode())
        check("key file and passphrase open one root key", formats.unwrap_root(by_kind["passphrase"]["wrapped_root"], other) == root)
        check("the recipient is the identity's", formats.x25519_public(identity) == by_kind["keyfile"]["recipient"])

        for seal, body, mac in seals:
            check("a seal's MAC", formats.record_mac(root, formats.seal_identifier(seal["id"]), body) == mac)
        for body, mac in database.execute("SELECT body, mac FROM catalog_state"):
            check("the catalog's MAC", formats.record_mac(root, formats.CATALOG_IDENTIFIER, body) == mac)
        for key_id, body, mac in database.execute("SELECT id, body, mac FROM kms_key"):
            check("a key's MAC", formats.record_mac(root, formats.key_identifier(key_id), body) == mac)
        for name, body, mac in database.execute("SELECT name, body, mac FROM alias"):
            check("an alias's MAC", formats.record_mac(root, formats.alias_identifier(name), body) == mac)
        materials = {}
        for key_id, version, body, mac in database.execute("SELECT key_id, version, body, mac FROM key_version"):
            check("a version's MAC", formats.record_mac(root, formats.key_version_identifier(key_id, version), body) == mac)
            materials[key_id, version] = formats.unwrap_key_version(root, formats.parse_key_version(body))
        database.close()

        check("three versions", len(materials) == 3)
        check("imported material is what was imported", bytes(range(32)) in materials.values())
        for blob, plaintext in blobs:
            material = materials[formats.parse_blob_header(blob)]
            check("a blob opens", formats.decrypt_blob(material, {"purpose": "nightly"}, blob) == plaintext)
    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    return 0 if all(checks) else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
