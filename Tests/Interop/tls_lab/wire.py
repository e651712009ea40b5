"""The little of TLS up to 1.2 that a fabricated server needs: read a ClientHello, write a flight of plain-text messages."""

import hashlib
import os
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

ALERT, HANDSHAKE, CHANGE_CIPHER, APPLICATION, HEARTBEAT = 21, 22, 20, 23, 24
SSL3, TLS10, TLS11, TLS12, TLS13 = 0x0300, 0x0301, 0x0302, 0x0303, 0x0304
HELLO_RETRY = bytes.fromhex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")
MAXIMUM_RECORD = 1 << 14


def record(kind, fragment, version=TLS12):
    return struct.pack(">BHH", kind, version, len(fragment)) + fragment


def records(kind, fragment, version=TLS12, size=MAXIMUM_RECORD):
    return b"".join(record(kind, fragment[start:start + size], version) for start in range(0, len(fragment), size))


def message(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def alert(code, version=TLS12, level=2):
    return record(ALERT, bytes([level, code]), version)


def extension(kind, body):
    return struct.pack(">HH", kind, len(body)) + body


def exactly(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def read_record(connection):
    """(kind, version, fragment)."""
    kind, version, size = struct.unpack(">BHH", exactly(connection, 5))
    return kind, version, exactly(connection, size)


@dataclass
class Hello:
    version: int
    random: bytes
    session: bytes
    suites: list
    compressions: bytes
    extensions: dict = field(default_factory=dict)

    @property
    def offers13(self):
        body = self.extensions.get(43, b"\0")[1:]
        return TLS13 in struct.unpack(f">{len(body) // 2}H", body[:len(body) // 2 * 2])

    @property
    def highest(self):
        return TLS13 if self.offers13 else self.version


def parse_hello(body):
    version, = struct.unpack(">H", body[:2])
    random, position = body[2:34], 35 + body[34]
    session = body[35:position]
    size, = struct.unpack(">H", body[position:position + 2])
    suites = list(struct.unpack(f">{size // 2}H", body[position + 2:position + 2 + size]))
    position += 2 + size
    compressions = body[position + 1:position + 1 + body[position]]
    rest = body[position + 1 + body[position] + 2:]
    extensions = {}
    while len(rest) >= 4:
        kind, length = struct.unpack(">HH", rest[:4])
        extensions[kind] = rest[4:4 + length]
        rest = rest[4 + length:]
    return Hello(version, random, session, suites, compressions, extensions)


def read_hello(connection):
    """(Hello, the bytes as they came), out of one record or several."""
    raw = handshake = b""
    while len(handshake) < 4 or len(handshake) < 4 + int.from_bytes(handshake[1:4], "big"):
        kind, version, fragment = read_record(connection)
        raw += record(kind, fragment, version)
        if kind != HANDSHAKE:
            raise EOFError
        handshake += fragment
    return parse_hello(handshake[4:4 + int.from_bytes(handshake[1:4], "big")]), raw


def server_hello(version, suite, session=b"", extensions=b"", compression=0, random=None):
    body = struct.pack(">H", min(version, TLS12)) + (random or os.urandom(32)) + bytes([len(session)]) + session
    body += struct.pack(">HB", suite, compression) + (struct.pack(">H", len(extensions)) + extensions if extensions else b"")
    return message(2, body)


def certificate(identity):
    ders = [each.public_bytes(serialization.Encoding.DER) for each in [identity.certificate, *identity.chain]]
    body = b"".join(len(der).to_bytes(3, "big") + der for der in ders)
    return message(11, len(body).to_bytes(3, "big") + body)


def sign(key, version, hello, server_random, parameters):
    """The signature of a ServerKeyExchange by an RSA key, with its scheme in front where the version has one."""
    covered = hello.random + server_random + parameters
    if version >= TLS12:
        signature = key.sign(covered, padding.PKCS1v15(), hashes.SHA256())
        return b"\x04\x01" + struct.pack(">H", len(signature)) + signature
    # MD5 and SHA-1 side by side, without a DigestInfo (RFC 2246 §7.4.3): by hand.
    numbers, size = key.private_numbers(), key.key_size // 8
    digest = hashlib.md5(covered).digest() + hashlib.sha1(covered).digest()
    padded = b"\0\1" + b"\xff" * (size - 3 - len(digest)) + b"\0" + digest
    signature = pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")
    return struct.pack(">H", size) + signature


def vector(number, size=None):
    data = number if isinstance(number, bytes) else number.to_bytes(size or (number.bit_length() + 7) // 8, "big")
    return struct.pack(">H", len(data)) + data
