"""Coffer's formats, read by an implementation that shares nothing with Coffer.

Written from Docs/Formats (CiphertextBlob.md, Seals.md, KeyRecords.md) over Python's `cryptography`, to prove that the
documents are enough to get data and keys back. It is a test: it does not protect keys in memory.
"""

import hashlib
import hmac
import struct
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFHMAC, CounterLocation, Mode
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

NONCE = bytes(12)
SALT_BYTES, COMMITMENT_BYTES, TAG_BYTES = 32, 32, 16
SEAL_OVERHEAD = SALT_BYTES + COMMITMENT_BYTES + TAG_BYTES
BLOB_HEADER_BYTES, MAXIMUM_BLOB_BYTES = 24, 6144

LABEL_CIPHERTEXT = b"coffer kms ciphertext v1"
LABEL_KEY_VERSION = b"coffer key version v1"
LABEL_RECORD_MAC = b"coffer record mac v1"
LABEL_ROOT_WRAP = b"coffer/v1/seal/root"
LABEL_PASSPHRASE = b"coffer/v1/seal/passphrase"


class FormatError(Exception):
    """Not well formed, or not authentic."""


# CiphertextBlob.md, "CommittingSeal"


def kbkdf(master, label, context, length):
    """SP 800-108r1, counter mode, HMAC-SHA256: 32-bit counter in front, 32-bit length in bits at the end."""
    return KBKDFHMAC(
        algorithm=hashes.SHA256(), mode=Mode.CounterMode, length=length, rlen=4, llen=4,
        location=CounterLocation.BeforeFixed, label=label, context=context, fixed=None,
    ).derive(master)


def committing_seal(master, label, binding, aad, plaintext, salt):
    derived = kbkdf(master, label, binding + salt, 64)
    return salt + derived[32:] + AESGCM(derived[:32]).encrypt(NONCE, plaintext, aad)


def committing_open(master, label, binding, aad, sealed):
    if len(sealed) < SEAL_OVERHEAD:
        raise FormatError("too short")
    salt, commitment, ciphertext = sealed[:32], sealed[32:64], sealed[64:]
    derived = kbkdf(master, label, binding + salt, 64)
    if not hmac.compare_digest(derived[32:], commitment):
        raise FormatError("sealed under another key")
    try:
        return AESGCM(derived[:32]).decrypt(NONCE, ciphertext, aad)
    except InvalidTag:
        raise FormatError("not authentic: changed, or another encryption context") from None


# CiphertextBlob.md, "Encryption context" and "Blob"


def encode_context(context):
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    encoded = struct.pack(">I", len(pairs))
    for name, value in pairs:
        encoded += struct.pack(">I", len(name)) + name + struct.pack(">I", len(value)) + value
    return encoded


def encode_blob_header(key_id, version):
    return b"CK\x01\x01" + uuid.UUID(key_id).bytes + struct.pack(">I", version)


def parse_blob_header(blob):
    """Key ID and version; needs no key."""
    if not BLOB_HEADER_BYTES + SEAL_OVERHEAD < len(blob) <= MAXIMUM_BLOB_BYTES or blob[:4] != b"CK\x01\x01":
        raise FormatError("not a ciphertext blob of format 1")
    (version,) = struct.unpack(">I", blob[20:24])
    if version == 0:
        raise FormatError("versions count from 1")
    return str(uuid.UUID(bytes=blob[4:20])), version


def encrypt_blob(material, key_id, version, context, plaintext, salt):
    header = encode_blob_header(key_id, version)
    return header + committing_seal(material, LABEL_CIPHERTEXT, header[4:], header + encode_context(context), plaintext, salt)


def decrypt_blob(material, context, blob):
    parse_blob_header(blob)
    header, sealed = blob[:BLOB_HEADER_BYTES], blob[BLOB_HEADER_BYTES:]
    return committing_open(material, LABEL_CIPHERTEXT, header[4:], header + encode_context(context), sealed)


# Seals.md


def x25519_public(private):
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _recipient_key(private, public, ephemeral, recipient):
    shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=ephemeral + recipient, info=LABEL_ROOT_WRAP).derive(shared)


def wrap_root(root, ephemeral_private, recipient):
    """`u8[32] ephemeral, u32 length, sealed`"""
    ephemeral = x25519_public(ephemeral_private)
    key = _recipient_key(ephemeral_private, recipient, ephemeral, recipient)
    sealed = ChaCha20Poly1305(key).encrypt(NONCE, root, b"")
    return ephemeral + struct.pack(">I", len(sealed)) + sealed


def unwrap_root(wrapped, identity):
    ephemeral, sealed = wrapped[:32], wrapped[36:]
    if wrapped[32:36] != struct.pack(">I", len(sealed)):
        raise FormatError("malformed wrap")
    key = _recipient_key(identity, ephemeral, ephemeral, x25519_public(identity))
    try:
        return ChaCha20Poly1305(key).decrypt(NONCE, sealed, b"")
    except InvalidTag:
        raise FormatError("wrapped to another recipient") from None


def _passphrase_key(passphrase, salt, log_n):
    if not 10 <= log_n <= 20:
        raise FormatError("scrypt's logN is out of bounds")
    return Scrypt(salt=LABEL_PASSPHRASE + salt, length=32, n=1 << log_n, r=8, p=1).derive(passphrase)


def seal_identity(identity, passphrase, salt, log_n):
    """`u8 logN, u8[16] salt, u8[48] sealed`"""
    return bytes([log_n]) + salt + ChaCha20Poly1305(_passphrase_key(passphrase, salt, log_n)).encrypt(NONCE, identity, b"")


def open_identity(sealed, passphrase):
    if len(sealed) != 1 + 16 + 48:
        raise FormatError("malformed passphrase seal")
    try:
        return ChaCha20Poly1305(_passphrase_key(passphrase, sealed[1:17], sealed[0])).decrypt(NONCE, sealed[17:], b"")
    except InvalidTag:
        raise FormatError("another passphrase") from None


# KeyRecords.md


class Reader:
    """Big-endian integers and length-prefixed bytes; refuses what is cut off."""

    def __init__(self, data):
        self.data, self.offset = data, 0

    def raw(self, count):
        if self.offset + count > len(self.data):
            raise FormatError("cut off")
        self.offset += count
        return self.data[self.offset - count : self.offset]

    def integer(self, count, signed=False):
        return int.from_bytes(self.raw(count), "big", signed=signed)

    def prefixed(self):
        return self.raw(self.integer(4))

    def text(self):
        return self.prefixed().decode()

    def flag(self):
        value = self.integer(1)
        if value > 1:
            raise FormatError("neither 0 nor 1")
        return bool(value)

    def finish(self):
        if self.offset != len(self.data):
            raise FormatError("something follows the record")


def parse_seal(body):
    reader = Reader(body)
    if reader.integer(1) != 1:
        raise FormatError("another format")
    seal = {"id": reader.raw(16), "kind": reader.text(), "label": reader.text(), "created": reader.integer(8, signed=True)}
    seal["recipient"], seal["path"] = reader.raw(32), reader.text()
    seal["passphrase"] = reader.raw(1 + 16 + 48) if reader.flag() else None
    ephemeral = reader.raw(32)
    sealed = reader.prefixed()
    seal["wrapped_root"] = ephemeral + struct.pack(">I", len(sealed)) + sealed
    reader.finish()
    return seal


def parse_key_version(body):
    reader = Reader(body)
    if reader.integer(1) != 1:
        raise FormatError("another format")
    record = {"key_id": reader.text(), "version": reader.integer(4), "spec": reader.text()}
    record["created"], record["material_id"] = reader.integer(8, signed=True), reader.raw(32)
    if reader.flag():
        record["rotated"], record["rotation_type"] = reader.integer(8, signed=True), reader.text()
    if reader.flag():
        record["import_description"] = reader.text()
        if reader.flag():
            record["valid_to"] = reader.integer(8, signed=True)
        record["is_expired"] = reader.flag()
        record["attested_start"], record["imported"] = reader.integer(8, signed=True), reader.integer(8, signed=True)
    record["public_key"], record["wrapped"] = reader.prefixed(), reader.prefixed()
    reader.finish()
    return record


def unwrap_key_version(root, record):
    spec = record["spec"].encode()
    binding = uuid.UUID(record["key_id"]).bytes + struct.pack(">Iq", record["version"], record["created"])
    binding += struct.pack(">I", len(spec)) + spec
    material = committing_open(root, LABEL_KEY_VERSION, binding, b"", record["wrapped"])
    name = b"coffer key material id v1" + uuid.UUID(record["key_id"]).bytes
    if hmac.digest(material, name, hashlib.sha256) != record["material_id"]:
        raise FormatError("the material has another id")
    return material


def record_mac(root, identifier, body):
    """`identifier` as `seal_identifier` and its like encode it."""
    key = kbkdf(root, LABEL_RECORD_MAC, b"", 32)
    return hmac.digest(key, identifier + body, hashlib.sha256)


def _prefixed(data):
    return struct.pack(">I", len(data)) + data


def seal_identifier(seal_id):
    return b"\x01" + _prefixed(seal_id)


def key_identifier(key_id):
    return b"\x02" + _prefixed(key_id.encode())


def key_version_identifier(key_id, version):
    return b"\x03" + _prefixed(key_id.encode()) + struct.pack(">I", version)


def alias_identifier(name):
    return b"\x04" + _prefixed(name.encode())


CATALOG_IDENTIFIER = b"\x00"


def parse_identity_file(text):
    """The private key of an age identity file: its first line `AGE-SECRET-KEY-1…` (Bech32, BIP 173)."""
    line = next(line for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-1"))
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    values = [alphabet.index(character) for character in line[line.rindex("1") + 1 :].lower()][:-6]
    number = int("".join(f"{value:05b}" for value in values)[: 32 * 8], 2)
    return number.to_bytes(32, "big")
