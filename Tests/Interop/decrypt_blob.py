#!/usr/bin/env python3
"""Opens a KMS ciphertext of Coffer without Coffer, and checks the known answers of Docs/Formats.

    decrypt_blob.py FILE.json               writes the plaintext to stdout
    decrypt_blob.py --check ANSWERS.json    checks known answers, and that changed ones are refused
    decrypt_blob.py --write ANSWERS.json    makes them

FILE.json has the members of one entry of "ciphertextBlobs" in known_answers.json but `plaintext` and `salt`.
Binary values are hexadecimal.
"""

import argparse
import json
import sys

import formats

KEY_ID = "11111111-2222-4333-8444-555555555555"


def sequence(first, count):
    return bytes((first + index) & 0xFF for index in range(count))


def decrypt(entry):
    blob = bytes.fromhex(entry["blob"])
    if formats.parse_blob_header(blob) != (entry["keyId"], entry["keyVersion"]):
        raise formats.FormatError("the blob names another key or version")
    return formats.decrypt_blob(bytes.fromhex(entry["keyMaterial"]), entry["encryptionContext"], blob)


def make_answers():
    material, salt = sequence(0x00, 32), sequence(0xA0, 32)
    blobs = []
    for name, version, context, plaintext in [
        ("one pair", 1, {"purpose": "nightly"}, b"hello coffer"),
        ("empty context", 1, {}, b"hello coffer"),
        ("order is by bytes of the names", 2, {"é": "2", "z": "", "Z": "1"}, bytes(16)),
    ]:
        blob = formats.encrypt_blob(material, KEY_ID, version, context, plaintext, salt)
        blobs.append({
            "name": name, "keyId": KEY_ID, "keyVersion": version, "keyMaterial": material.hex(), "salt": salt.hex(),
            "encryptionContext": context, "encodedContext": formats.encode_context(context).hex(), "plaintext": plaintext.hex(),
            "blob": blob.hex(),
        })
    identity, ephemeral, root = sequence(0x40, 32), sequence(0x60, 32), sequence(0xC0, 32)
    recipient = formats.x25519_public(identity)
    passphrase, seal_salt, log_n = "correct horse battery staple", sequence(0xB0, 16), 10
    return {
        "ciphertextBlobs": blobs,
        "recipientWraps": [{
            "rootKey": root.hex(), "identity": identity.hex(), "recipient": recipient.hex(), "ephemeralPrivateKey": ephemeral.hex(),
            "wrapped": formats.wrap_root(root, ephemeral, recipient).hex(),
        }],
        "passphraseSeals": [{
            "identity": identity.hex(), "passphrase": passphrase, "salt": seal_salt.hex(), "logN": log_n,
            "sealed": formats.seal_identity(identity, passphrase.encode(), seal_salt, log_n).hex(),
        }],
    }


def refuses(action):
    try:
        action()
    except formats.FormatError:
        return True
    return False


def flipped(data):
    """`data` with one bit changed, once for each byte."""
    for index in range(len(data)):
        yield data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]


def check(answers):
    """Yields a name and whether it holds."""
    yield "made again, the answers are the same", make_answers() == answers
    for entry in answers["ciphertextBlobs"]:
        blob, material = bytes.fromhex(entry["blob"]), bytes.fromhex(entry["keyMaterial"])
        context, name = entry["encryptionContext"], entry["name"]
        yield f"{name}: opens", decrypt(entry) == bytes.fromhex(entry["plaintext"])
        yield f"{name}: context", formats.encode_context(context).hex() == entry["encodedContext"]
        yield f"{name}: no bit can change", all(
            refuses(lambda: formats.decrypt_blob(material, context, changed)) for changed in flipped(blob))
        yield f"{name}: no byte can be cut off", all(
            refuses(lambda: formats.decrypt_blob(material, context, blob[:count])) for count in range(len(blob)))
        yield f"{name}: another context is refused", refuses(lambda: formats.decrypt_blob(material, {**context, "a": "b"}, blob))
        yield f"{name}: another key is refused", refuses(lambda: formats.decrypt_blob(bytes(32), context, blob))
    for entry in answers["recipientWraps"]:
        wrapped, identity = bytes.fromhex(entry["wrapped"]), bytes.fromhex(entry["identity"])
        yield "root key: opens", formats.unwrap_root(wrapped, identity).hex() == entry["rootKey"]
        yield "root key: another identity is refused", refuses(lambda: formats.unwrap_root(wrapped, bytes(31) + b"\x40"))
        yield "root key: no bit of the sealed bytes can change", all(
            refuses(lambda: formats.unwrap_root(wrapped[:36] + changed, identity)) for changed in flipped(wrapped[36:]))
    for entry in answers["passphraseSeals"]:
        sealed = bytes.fromhex(entry["sealed"])
        yield "passphrase: opens", formats.open_identity(sealed, entry["passphrase"].encode()).hex() == entry["identity"]
        yield "passphrase: another one is refused", refuses(lambda: formats.open_identity(sealed, b"correct horse battery stable"))
        yield "passphrase: costs out of bounds are refused", all(
            refuses(lambda: formats.open_identity(bytes([cost]) + sealed[1:], b"")) for cost in (0, 9, 21, 255))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--write", action="store_true")
    arguments = parser.parse_args()

    if arguments.write:
        with open(arguments.file, "w", encoding="utf-8") as file:
            json.dump(make_answers(), file, indent=2, ensure_ascii=False)
            file.write("\n")
        return 0
    with open(arguments.file, encoding="utf-8") as file:
        content = json.load(file)
    if not arguments.check:
        try:
            sys.stdout.buffer.write(decrypt(content))
        except formats.FormatError as error:
            print(f"refused: {error}", file=sys.stderr)
            return 5
        return 0
    results = list(check(content))
    for name, holds in results:
        if not holds:
            print(f"FAILED {name}")
    failed = sum(not holds for _, holds in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
