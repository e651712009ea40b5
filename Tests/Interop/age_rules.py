#!/usr/bin/env python3
"""The rules of the age format, one file for each, made by an implementation of its own and given to `coffer decrypt`.

    Tests/Interop/age_rules.py COFFER

Each case breaks one rule of https://c2sp.org/age, or keeps it in an unusual way, and names what must come of it: success, no match (exit
status 4), a failure of header, MAC or armor (5, and not one byte of output), or a failure of the payload (5, with exactly the bytes that
are authentic on the pipe, and no output file). The classes are those of the test vectors of the age project.
"""

import base64
import hashlib
import hmac
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUCCESS, NO_MATCH, HEADER, MAC, ARMOR, PAYLOAD = "success", "no match", "header", "MAC", "armor", "payload"
STATUS = {SUCCESS: 0, NO_MATCH: 4, HEADER: 5, MAC: 5, ARMOR: 5, PAYLOAD: 5}
CHUNK = 64 * 1024
VERSION = b"age-encryption.org/v1\n"
FILE_KEY = b"YELLOW SUBMARINE"
NONCE = bytes(range(16))
PASSPHRASE = "password"
SECRET = bytes([7] * 32)
OTHER_SECRET = bytes([9] * 32)
EPHEMERAL = bytes([11] * 32)


# --- the format ---------------------------------------------------------------------------------------------------------------------

def b64(data):
    return base64.b64encode(data).rstrip(b"=")


def hkdf(key, salt, info, length=32):
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)


def public(secret):
    key = X25519PrivateKey.from_private_bytes(secret).public_key()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def bech32(hrp, data):
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    values = [int(bits[i:i + 5], 2) for i in range(0, len(bits), 5)]

    def polymod(values):
        check = 1
        for value in values:
            top = check >> 25
            check = (check & 0x1FFFFFF) << 5 ^ value
            for i, generator in enumerate([0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3]):
                check ^= generator if (top >> i) & 1 else 0
        return check

    expanded = [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp]
    checksum = polymod(expanded + values + [0] * 6) ^ 1
    return hrp + "1" + "".join(alphabet[v] for v in values + [(checksum >> 5 * (5 - i)) & 31 for i in range(6)])


def body_lines(body):
    text = b64(body)
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    if not lines or len(lines[-1]) == 64:
        lines.append(b"")
    return b"".join(line + b"\n" for line in lines)


def stanza(arguments, body):
    return b"-> " + b" ".join(arguments) + b"\n" + body_lines(body)


def x25519(file_key=FILE_KEY, secret=SECRET, ephemeral=EPHEMERAL, share=None, wrap_key=None):
    """The share and the body of an X25519 stanza."""
    recipient = public(secret)
    share = public(ephemeral) if share is None else share
    if wrap_key is None:
        shared = X25519PrivateKey.from_private_bytes(ephemeral).exchange(X25519PublicKey.from_public_bytes(recipient))
        wrap_key = hkdf(shared, share + recipient, b"age-encryption.org/v1/X25519")
    return share, ChaCha20Poly1305(wrap_key).encrypt(bytes(12), file_key, None)


def x25519_stanza(**how):
    share, body = x25519(**how)
    return stanza([b"X25519", b64(share)], body)


def scrypt(file_key=FILE_KEY, passphrase=PASSPHRASE, salt=bytes(range(16)), log_n=10):
    key = hashlib.scrypt(passphrase.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=1 << log_n, r=8, p=1, dklen=32)
    return ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)


def mac_of(front, file_key=FILE_KEY):
    return hmac.digest(hkdf(file_key, b"", b"header"), front + b"---", "sha256")


def header(*stanzas, version=VERSION, file_key=FILE_KEY):
    front = version + b"".join(stanzas)
    return front + b"--- " + b64(mac_of(front, file_key)) + b"\n"


def seal(plaintext, number, is_last, nonce=NONCE, file_key=FILE_KEY):
    key = hkdf(file_key, nonce, b"payload")
    return ChaCha20Poly1305(key).encrypt(number.to_bytes(11, "big") + bytes([is_last]), plaintext, None)


def payload(plaintext, nonce=NONCE):
    chunks = [plaintext[i:i + CHUNK] for i in range(0, len(plaintext), CHUNK)] or [b""]
    return nonce + b"".join(seal(chunk, i, i == len(chunks) - 1) for i, chunk in enumerate(chunks))


def armor(data, eol=b"\n", columns=64, end=b"-----END AGE ENCRYPTED FILE-----"):
    text = base64.b64encode(data)
    lines = [text[i:i + columns] for i in range(0, len(text), columns)]
    return eol.join([b"-----BEGIN AGE ENCRYPTED FILE-----", *lines, end]) + eol


# --- the cases ----------------------------------------------------------------------------------------------------------------------

def cases():
    """name, what comes of it, the file, the authentic plaintext."""
    short = b"age"
    ours = x25519_stanza()
    good = header(ours) + payload(short)
    yield "X25519", SUCCESS, good, short
    yield "empty file", HEADER, b"", b""
    yield from header_cases(short, ours)
    yield from mac_cases(short, ours)
    yield from stanza_cases(short, ours)
    yield from x25519_cases(short, ours)
    yield from scrypt_cases(short, ours)
    yield from payload_cases(ours)
    yield from armor_cases(good, short)


def header_cases(short, ours):
    body = payload(short)
    yield "version v2", HEADER, header(ours, version=b"age-encryption.org/v2\n") + body, b""
    yield "version without a line end", HEADER, b"age-encryption.org/v1", b""
    yield "CR LF in the header", HEADER, header(ours).replace(b"\n", b"\r\n") + body, b""
    crlf = (VERSION + ours).replace(b"\n", b"\r\n")
    yield "CR LF, and the MAC over it", HEADER, crlf + b"--- " + b64(mac_of(crlf)) + b"\n" + body, b""
    yield "no stanza", HEADER, header() + body, b""
    yield "header cut in its MAC", HEADER, header(ours)[:-5], b""
    yield "blank line in front", HEADER, b"\n" + header(ours) + body, b""
    yield "a byte order mark in front", HEADER, b"\xef\xbb\xbf" + header(ours) + body, b""


def mac_cases(short, ours):
    body, front = payload(short), VERSION + ours
    mac = b64(mac_of(front))
    yield "MAC of another key", MAC, front + b"--- " + b64(mac_of(front, b"another file key")) + b"\n" + body, b""
    yield "MAC of another header", MAC, front + b"--- " + b64(mac_of(VERSION)) + b"\n" + body, b""
    yield "MAC missing", HEADER, front + b"---\n" + body, b""
    yield "MAC missing after the space", HEADER, front + b"--- \n" + body, b""
    yield "MAC without its space", HEADER, front + b"---" + mac + b"\n" + body, b""
    yield "MAC with two spaces", HEADER, front + b"---  " + mac + b"\n" + body, b""
    yield "MAC with a space behind", HEADER, front + b"--- " + mac + b" \n" + body, b""
    yield "MAC with garbage behind", HEADER, front + b"--- " + mac + b" x\n" + body, b""
    yield "MAC padded", HEADER, front + b"--- " + mac + b"=\n" + body, b""
    yield "MAC too short", HEADER, front + b"--- " + b64(mac_of(front)[:31]) + b"\n" + body, b""
    yield "MAC too long", HEADER, front + b"--- " + b64(mac_of(front) + b"x") + b"\n" + body, b""
    yield "MAC not canonical", HEADER, front + b"--- " + not_canonical(mac) + b"\n" + body, b""


def not_canonical(text):
    """The same bytes with an unused bit set."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text[:-1] + bytes([alphabet[alphabet.index(text[-1]) | 1]])


def stanza_cases(short, ours):
    body = payload(short)

    def beside(extra):
        return header(extra, ours) + body

    yield "grease is passed over", SUCCESS, beside(stanza([b"ab!-grease", b"x", b"y"], b"z" * 47)), short
    yield "a stanza without a body", SUCCESS, beside(stanza([b"unknown"], b"")), short
    yield "a stanza with a full last line", SUCCESS, beside(stanza([b"unknown"], b"z" * 48)), short
    yield "all visible characters as argument", SUCCESS, beside(stanza([b"unknown", bytes(range(0x21, 0x7F))], b"")), short
    yield "a full last line without the empty one", HEADER, beside(b"-> unknown\n" + b64(b"z" * 48) + b"\n"), b""
    yield "a body line that is too long", HEADER, beside(b"-> unknown\n" + b64(b"z" * 51) + b"\n\n"), b""
    yield "a short line within a body", HEADER, beside(b"-> unknown\n" + b64(b"zzz") + b"\n" + b64(b"zzz") + b"\n"), b""
    yield "no body line", HEADER, beside(b"-> unknown\n"), b""
    yield "a padded body", HEADER, beside(b"-> unknown\nenp6eg==\n"), b""
    yield "a body that is not canonical", HEADER, beside(b"-> unknown\n" + not_canonical(b64(b"zz")) + b"\n"), b""
    yield "a body with a space", HEADER, beside(b"-> unknown\nenp6 \n"), b""
    yield "a body of an impossible length", HEADER, beside(b"-> unknown\nenp6e\n"), b""
    yield "an empty argument", HEADER, beside(b"-> unknown  x\n\n"), b""
    yield "a space behind the arguments", HEADER, beside(b"-> unknown \n\n"), b""
    yield "no type", HEADER, beside(b"-> \n\n"), b""
    yield "no space before the type", HEADER, beside(b"->unknown\n\n"), b""
    yield "two spaces before the type", HEADER, beside(b"->  unknown\n\n"), b""
    yield "a tab in the arguments", HEADER, beside(b"-> unknown\tx\n\n"), b""
    yield "an argument with a character beyond ASCII", HEADER, beside("-> unknown \u00e9\n\n".encode()), b""
    yield "an argument with DEL", HEADER, beside(b"-> unknown \x7f\n\n"), b""
    yield "a line that is no stanza", HEADER, header(ours, b"unknown\n\n") + body, b""


def x25519_cases(short, ours):
    body = payload(short)
    share, wrapped = x25519()
    other = x25519_stanza(secret=OTHER_SECRET)

    def alone(arguments, wrapped=wrapped):
        return header(stanza(arguments, wrapped)) + body

    yield "X25519 for somebody else", NO_MATCH, header(other) + body, b""
    yield "X25519 for somebody else first", SUCCESS, header(other, ours) + body, short
    yield "X25519 with a bad tag", NO_MATCH, alone([b"X25519", b64(share)], wrapped[:-1] + bytes([wrapped[-1] ^ 1])), b""
    yield "X25519 lower case", NO_MATCH, alone([b"x25519", b64(share)]), b""
    yield "X25519 with a second argument", HEADER, alone([b"X25519", b64(share), b"x"]), b""
    yield "X25519 without an argument", HEADER, alone([b"X25519"]), b""
    yield "X25519 with a short share", HEADER, alone([b"X25519", b64(share[:31])]), b""
    yield "X25519 with a long share", HEADER, alone([b"X25519", b64(share + b"\0")]), b""
    yield "X25519 with a share that is not canonical", HEADER, alone([b"X25519", not_canonical(b64(share))]), b""
    yield "X25519 with a padded share", HEADER, alone([b"X25519", b64(share) + b"="]), b""
    yield "X25519 with an empty body", HEADER, alone([b"X25519", b64(share)], b""), b""
    yield "X25519 with a long file key", HEADER, header(x25519_stanza(file_key=FILE_KEY + b"x")) + body, b""
    for name, point in [("identity", bytes(32)), ("low order", (325606250916557431795983626356110631294008115727848805560023387167927233504)
                                                  .to_bytes(32, "little"))]:
        zero = hkdf(bytes(32), point + public(SECRET), b"age-encryption.org/v1/X25519")
        yield f"X25519 with the {name} as share", HEADER, header(x25519_stanza(share=point, wrap_key=zero)) + body, b""


def scrypt_cases(short, ours):
    body, salt = payload(short), bytes(range(16))

    def alone(salt_text=b64(salt), log_n=b"10", wrapped=None, more=()):
        return header(stanza([b"scrypt", salt_text, log_n, *more], scrypt() if wrapped is None else wrapped)) + body

    yield "scrypt", SUCCESS, alone(), short
    yield "scrypt with another passphrase", NO_MATCH, alone(wrapped=scrypt(passphrase="wrong")), b""
    yield "scrypt beside X25519", HEADER, header(stanza([b"scrypt", b64(salt), b"10"], scrypt()), ours) + body, b""
    yield "X25519 beside scrypt", HEADER, header(ours, stanza([b"scrypt", b64(salt), b"10"], scrypt())) + body, b""
    yield "scrypt twice", HEADER, header(*[stanza([b"scrypt", b64(salt), b"10"], scrypt())] * 2) + body, b""
    yield "scrypt beside grease", HEADER, header(stanza([b"scrypt", b64(salt), b"10"], scrypt()), stanza([b"grease"], b"")) + body, b""
    yield "scrypt upper case", NO_MATCH, header(stanza([b"SCRYPT", b64(salt), b"10"], scrypt())) + body, b""
    yield "scrypt with a third argument", HEADER, alone(more=[b"x"]), b""
    yield "scrypt with a short salt", HEADER, alone(salt_text=b64(salt[:15])), b""
    yield "scrypt with a long salt", HEADER, alone(salt_text=b64(salt + b"x")), b""
    yield "scrypt with a salt that is not canonical", HEADER, alone(salt_text=not_canonical(b64(salt))), b""
    yield "scrypt without a salt", HEADER, header(stanza([b"scrypt", b"10"], scrypt())) + body, b""
    yield "scrypt without a work factor", HEADER, header(stanza([b"scrypt", b64(salt)], scrypt())) + body, b""
    yield "scrypt with a long file key", HEADER, alone(wrapped=scrypt(file_key=FILE_KEY + b"x")), b""
    for log_n in [b"0", b"00", b"010", b"0x0a", b"+10", b"-10", b"10a", b"a10", b"1e1", b"23", b"64", b"18446744073709551626", b"10.0"]:
        yield f"scrypt with the work factor {log_n.decode()}", HEADER, alone(log_n=log_n), b""
    yield "scrypt with the wrong work factor", NO_MATCH, alone(log_n=b"11"), b""


def payload_cases(ours):
    front = header(ours)
    a, b, short = b"a" * CHUNK, b"b" * CHUNK, b"short"
    for count in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 9 * CHUNK + 5]:
        plaintext = os.urandom(count)
        yield f"payload of {count} bytes", SUCCESS, front + payload(plaintext), plaintext
    yield "no nonce", HEADER, front, b""
    yield "nonce cut", HEADER, front + NONCE[:15], b""
    yield "no chunk", PAYLOAD, front + NONCE, b""
    yield "chunk cut in its tag", PAYLOAD, front + NONCE + seal(b"", 0, True)[:15], b""
    yield "last chunk cut", PAYLOAD, front + payload(a + short)[:-1], a
    yield "cut between chunks", PAYLOAD, front + NONCE + seal(a, 0, False) + seal(b, 1, False), a + b
    yield "no last chunk after a full one", PAYLOAD, front + NONCE + seal(a, 0, False), a
    yield "short last chunk without its flag", PAYLOAD, front + NONCE + seal(a, 0, False) + seal(short, 1, False), a
    yield "two last chunks", PAYLOAD, front + NONCE + seal(a, 0, True) + seal(b, 1, True), a
    yield "two full last chunks of one number", PAYLOAD, front + NONCE + seal(a, 0, True) + seal(b, 0, True), a
    yield "a byte behind a full last chunk", PAYLOAD, front + NONCE + seal(a, 0, True) + b"x", a
    yield "a byte behind a short last chunk", PAYLOAD, front + payload(short) + b"x", b""
    yield "an empty last chunk after a full one", PAYLOAD, front + NONCE + seal(a, 0, False) + seal(b"", 1, True), a
    yield "numbers from 1", PAYLOAD, front + NONCE + seal(a, 1, False) + seal(short, 2, True), b""
    yield "a number left out", PAYLOAD, front + NONCE + seal(a, 0, False) + seal(short, 2, True), a
    yield "chunks out of order", PAYLOAD, front + NONCE + seal(b, 1, False) + seal(a, 0, False) + seal(short, 2, True), b""
    yield "a short chunk within", PAYLOAD, front + NONCE + seal(short, 0, False) + seal(a, 1, True), b""
    yield "another nonce", PAYLOAD, front + bytes(16) + payload(short)[16:], b""
    damaged = bytearray(front + payload(a * 20))
    damaged[len(front) + 16 + 12 * (CHUNK + 16) + 5] ^= 1
    yield "a bit in the thirteenth chunk", PAYLOAD, bytes(damaged), a * 12


def armor_cases(good, short):
    text = armor(good)
    lines = text.split(b"\n")
    yield "armor", SUCCESS, text, short
    yield "armor with CR LF", SUCCESS, armor(good, eol=b"\r\n"), short
    yield "armor without a last line end", SUCCESS, text.rstrip(b"\n"), short
    yield "armor with white space around", SUCCESS, b" \n\t\n\r\n" + text + b"\n \n\t", short
    yield "armor with too much white space", ARMOR, b"\n" * 2000 + text, b""
    yield "armor with garbage in front", HEADER, b"garbage\n" + text, b""
    yield "armor with garbage behind", ARMOR, text + b"garbage\n", b""
    yield "armor without its end", ARMOR, b"\n".join(lines[:-2]) + b"\n", b""
    yield "armor with another end", ARMOR, armor(good, end=b"-----END AGE ENCRYPTED FILES-----"), b""
    yield "armor of another type", HEADER, text.replace(b"AGE ENCRYPTED FILE", b"PGP MESSAGE"), b""
    yield "armor with headers", ARMOR, b"\n".join([lines[0], b"Version: 1", b"", *lines[1:]]), b""
    yield "armor with lines of 63", ARMOR, armor(good, columns=63), b""
    yield "armor with lines of 76", ARMOR, armor(good, columns=76), b""
    yield "armor with an empty line at first", ARMOR, b"\n".join([lines[0], b"", *lines[1:]]), b""
    yield "armor with an empty line at last", ARMOR, b"\n".join([*lines[:-2], b"", *lines[-2:]]), b""
    yield "armor with a space behind a line", ARMOR, text.replace(lines[1], lines[1] + b" "), b""
    yield "armor with a space before a line", ARMOR, text.replace(lines[1], b" " + lines[1]), b""
    yield "armor of nothing", ARMOR, armor(b""), b""
    unpadded = text.replace(b"=", b"")
    if unpadded != text:
        yield "armor without padding", ARMOR, unpadded, b""
    yield "armor within armor", HEADER, armor(text), b""


# --- running ------------------------------------------------------------------------------------------------------------------------

def decrypt(coffer, folder, environment, data, to_file):
    """(exit status, bytes that came out, errors) of one run, from a pipe to a pipe or from file to file."""
    secret = ["-i", folder / "identity", "--passphrase-file", folder / "passphrase"]
    if not to_file:
        done = subprocess.run([coffer, "decrypt", *secret], input=data, capture_output=True, env=environment, timeout=60)
        return done.returncode, done.stdout, done.stderr
    (folder / "in.age").write_bytes(data)
    done = subprocess.run([coffer, "decrypt", *secret, "-o", folder / "out", folder / "in.age"], capture_output=True, env=environment, timeout=60)
    output = folder / "out"
    plaintext = output.read_bytes() if output.exists() else None
    output.unlink(missing_ok=True)
    return done.returncode, plaintext, done.stderr


def check(coffer, folder, environment, name, expected, data, plaintext):
    problems = []
    for to_file in [False, True]:
        status, output, errors = decrypt(coffer, folder, environment, data, to_file)
        wanted = plaintext if expected == SUCCESS or not to_file else None
        if status != STATUS[expected]:
            problems.append(f"exit status {status}, not {STATUS[expected]}: {errors.decode(errors='replace').strip()[:200]}")
        if output != wanted:
            problems.append(f"{'file' if to_file else 'pipe'}: {len(output) if output is not None else None} bytes came out")
        if expected != SUCCESS and len(errors.splitlines()) not in (1, 2):
            problems.append(f"not one clear error: {errors!r}")
    for problem in problems:
        print(f"FAILED {name} ({expected}): {problem}")
    return not problems


def main():
    coffer = Path(sys.argv[1]).resolve()
    failed = count = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        environment = os.environ | {"COFFER_HOME": str(folder / "none")}
        for name, content in [("identity", bech32("age-secret-key-", SECRET).upper()), ("passphrase", PASSPHRASE)]:
            (folder / name).write_text(content + "\n")
            (folder / name).chmod(0o600)
        for case in cases():
            count += 1
            failed += not check(coffer, folder, environment, *case)
    print(f"age rules: {count - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
