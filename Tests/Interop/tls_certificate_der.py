"""Writes certificates byte by byte (RFC 5280), also such as no library would sign."""

import datetime
import hashlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa


def tlv(tag, *parts):
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def sequence(*parts):
    return tlv(0x30, *parts)


def integer(number):
    return tlv(2, number.to_bytes((number if number >= 0 else number + 1).bit_length() // 8 + 1, "big", signed=True))


def oid(text):
    arcs = [int(arc) for arc in text.split(".")]
    out = b""
    for arc in [40 * arcs[0] + arcs[1]] + arcs[2:]:
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.append(arc & 0x7F | 0x80)
        out += bytes(reversed(digits))
    return tlv(6, out)


def bits(body, unused=0):
    return tlv(3, bytes([unused]), body)


def octets(body):
    return tlv(4, body)


def name(*attributes):
    """Attributes as (OID, tag, bytes) or a common name as text."""
    out = b""
    for attribute in attributes:
        kind, tag, value = ("2.5.4.3", 0x0C, attribute.encode()) if isinstance(attribute, str) else attribute
        out += tlv(0x31, sequence(oid(kind), tlv(tag, value)))
    return sequence(out)


def time(moment):
    if isinstance(moment, str):
        moment = datetime.datetime.fromisoformat(moment)
    if moment.year >= 2050:
        return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())
    return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def extension(kind, body, critical=False):
    return sequence(oid(kind), tlv(1, b"\xff") if critical else b"", octets(body))


def dns(text):
    return tlv(0x82, text if isinstance(text, bytes) else text.encode())


def ip(raw):
    return tlv(0x87, raw)


def alternative(*names):
    return extension("2.5.29.17", sequence(*names))


def basic(is_ca, path_length=None):
    body = tlv(1, b"\xff") if is_ca else b""
    return extension("2.5.29.19", sequence(body, integer(path_length) if path_length is not None else b""), True)


def usage(*numbers):
    value = sum(0x8000 >> number for number in numbers)
    raw = value.to_bytes(2, "big").rstrip(b"\0")
    unused = (raw[-1] & -raw[-1]).bit_length() - 1
    return extension("2.5.29.15", bits(raw, unused), True)


def extended(*kinds):
    return extension("2.5.29.37", sequence(*map(oid, kinds)))


SERVER, CLIENT = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"


def key_identifier(spki):
    return hashlib.sha1(spki).digest()


def subject_key(spki):
    return extension("2.5.29.14", octets(key_identifier(spki)))


def authority_key(spki):
    return extension("2.5.29.35", sequence(tlv(0x80, key_identifier(spki))))


def information(*places):
    return extension("1.3.6.1.5.5.7.1.1", sequence(*(sequence(oid(kind), tlv(0x86, url.encode())) for kind, url in places)))


def spki_of(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def rsa_spki(modulus, exponent=65537):
    return sequence(sequence(oid("1.2.840.113549.1.1.1"), tlv(5)), bits(sequence(integer(modulus), integer(exponent))))


ECDSA = {"sha1": "1.2.840.10045.4.1", "sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3"}
RSA = {"md5": "1.2.840.113549.1.1.4", "sha1": "1.2.840.113549.1.1.5", "sha256": "1.2.840.113549.1.1.11"}
HASHES = {"md5": hashes.MD5(), "sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384()}
# id-RSASSA-PSS with SHA-256, MGF1 with SHA-256 and 32 bytes of salt (RFC 4055).
_SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"), tlv(5))
PSS = sequence(
    oid("1.2.840.113549.1.1.10"),
    sequence(tlv(0xA0, _SHA256), tlv(0xA1, sequence(oid("1.2.840.113549.1.1.8"), _SHA256)), tlv(0xA2, integer(32))),
)


def sign(key, digest, message):
    """The AlgorithmIdentifier and a function that signs."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return sequence(oid(ECDSA[digest])), lambda body: key.sign(body, ec.ECDSA(HASHES[digest]))
    if isinstance(key, rsa.RSAPrivateKey) and digest == "pss":
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        return PSS, lambda body: key.sign(body, pss, hashes.SHA256())
    if isinstance(key, rsa.RSAPrivateKey):
        return sequence(oid(RSA[digest]), tlv(5)), lambda body: key.sign(body, padding.PKCS1v15(), HASHES[digest])
    kinds = {"Ed25519PrivateKey": "1.3.101.112", "Ed448PrivateKey": "1.3.101.113"}
    for kind, number in kinds.items():
        if kind in type(key).__name__:
            return sequence(oid(number)), key.sign
    raise ValueError(f"no way to sign with {key}")


def certificate(
    subject, issuer, spki, issuer_key, *, start="2026-01-01", end="2026-12-31", extensions=(), serial=None, version=3, digest="sha256",
    tamper=False, outer=None, inner=None,
):
    subject = subject if isinstance(subject, bytes) else name(subject)
    issuer = issuer if isinstance(issuer, bytes) else name(issuer)
    algorithm, signer = sign(issuer_key, digest, None)
    serial = serial if serial is not None else int.from_bytes(hashlib.sha256(subject + spki).digest()[:8], "big") | 1 << 62
    body = sequence(
        tlv(0xA0, integer(version - 1)) if version > 1 else b"",
        integer(serial), inner or algorithm, issuer, sequence(time(start), time(end)), subject, spki,
        tlv(0xA3, sequence(*extensions)) if extensions else b"",
    )
    signature = signer(body)
    if tamper:
        body = body.replace(b"example", b"exemple", 1)
    return sequence(body, outer or algorithm, bits(signature))
