"""Makes Tests/Vectors/certificates: single certificates, and chains with what a careful client should say about each.

Run it with a folder as its argument. Keys are new each time and are thrown away, so all files change together.
"""

import base64
import hashlib
import json
import math
import pathlib
import random
import sys

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, ed448, rsa

from tls_certificate_der import *

NOW = 1_780_272_000  # 2026-06-01
AIA = information(("1.3.6.1.5.5.7.48.1", "http://ocsp.example/"), ("1.3.6.1.5.5.7.48.2", "http://ca.example/inter.der"))
CRL = extension("2.5.29.31", sequence(sequence(tlv(0xA0, tlv(0xA0, tlv(0x86, b"http://ca.example/a.crl"))))))
POLICY = extension("2.5.29.32", sequence(sequence(oid("2.23.140.1.2.1"))))
STAPLE = extension("1.3.6.1.5.5.7.1.24", sequence(integer(5)))
HOST = "www.example.com"


class Party:
    def __init__(self, title, key=None):
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.spki = spki_of(self.key)
        self.name = name(title)


def issue(subject, issuer, extensions, spki=None, **more):
    spki = spki or subject.spki
    keys = (subject_key(spki), authority_key(issuer.spki))
    return certificate(subject.name, issuer.name, spki, issuer.key, extensions=(*extensions, *keys), **more)


def authority(subject, issuer, path_length=None, extensions=(), **more):
    more.setdefault("start", "2020-01-01")
    more.setdefault("end", "2040-01-01")
    return issue(subject, issuer, (basic(True, path_length), usage(5, 6), *extensions), **more)


def leaf(subject, issuer, names=None, extensions=None, more_extensions=(), **more):
    names = names if names is not None else (dns(HOST),)
    more.setdefault("start", "2026-04-01")
    more.setdefault("end", "2026-09-01")
    standard = extensions if extensions is not None else (basic(False), usage(0), extended(SERVER))
    alternatives = (alternative(*names),) if names else ()
    return issue(subject, issuer, (*standard, *alternatives, *more_extensions), **more)


root, other_root, inter, end = Party("Test Root"), Party("Other Root"), Party("Test Intermediate"), Party(HOST)
root_cert, other_cert = authority(root, root), authority(other_root, other_root)
inter_cert = authority(inter, root, 0)
good = leaf(end, inter, more_extensions=(AIA,))
CASES = []


def case(title, chain, problems, trusted, *, roots=None, extra=(), host=HOST, time=NOW, public=False, sentence=""):
    roots = [root_cert] if roots is None else roots
    encode = lambda items: [base64.b64encode(item).decode() for item in items]
    CASES.append({
        "title": title, "chain": encode(chain), "roots": encode(roots), "extra": encode(extra), "host": host, "time": time,
        "isPublic": public, "problems": sorted(problems), "isTrusted": trusted, "sentence": sentence,
    })


def signed_by_inter(**more):
    return [leaf(end, inter, **more), inter_cert]


def chains():
    case("a good chain", [good, inter_cert], [], True)
    case("a good chain without a host", [good, inter_cert], [], True, host=None)
    case("a host with a dot at its end, in capitals", [good, inter_cert], [], True, host="WWW.Example.COM.")
    case("an expired leaf", signed_by_inter(start="2025-01-01", end="2026-05-22"), ["expired"], False,
         sentence="The certificate \"CN=www.example.com\" expired on 2026-05-22, 10 days ago.")
    case("the last second of a leaf", signed_by_inter(end="2026-06-01"), [], True)
    case("the second after it", signed_by_inter(end="2026-06-01"), ["expired"], False, time=NOW + 1, sentence="0 days ago")
    case("a leaf of the future", signed_by_inter(start="2026-06-03"), ["not-yet-valid"], False, sentence="in 2 days")
    self_signed = leaf(end, end)
    case("a self-signed leaf", [self_signed], ["self-signed"], False)
    case("a self-signed leaf that is trusted", [self_signed], [], True, roots=[self_signed])
    case("a self-signed authority as leaf, trusted", [leaf(end, end, extensions=(basic(True), usage(0, 5)))], ["leaf-is-ca", "self-signed"], False)
    case("a root that is not trusted", [good, inter_cert, root_cert], ["root-sent", "unknown-root"], False, roots=[other_cert])
    case("a root that was sent", [good, inter_cert, root_cert], ["root-sent"], True)
    case("a missing intermediate", [good], ["missing-intermediate"], False, sentence="http://ca.example/inter.der")
    case("a missing intermediate, fetched", [good], ["missing-intermediate"], True, extra=[inter_cert])
    case("an intermediate that is trusted itself", [good], [], True, roots=[inter_cert])
    second, second_cert = Party("Second Intermediate"), None
    second_cert = authority(second, inter)
    wide_cert = authority(inter, root)
    deep = leaf(end, second)
    case("a wrong order", [deep, wide_cert, second_cert], ["wrong-order"], True)
    case("a certificate too much", [good, inter_cert, authority(second, other_root)], ["unneeded-certificate"], True)
    case("a certificate twice", [good, inter_cert, inter_cert], ["unneeded-certificate"], True)
    case("another name", [good, inter_cert], ["name-mismatch"], True, host="mail.example.com")
    idn = signed_by_inter(names=(dns("xn--bcher-kva.example"),))
    case("an international name", idn, [], True, host="xn--bcher-kva.example")
    case("an international name is shown readable", idn, ["name-mismatch"], True, sentence="bücher.example")
    case("the common name only", signed_by_inter(names=()), ["common-name-only"], True)
    case("the common name only, and another", signed_by_inter(names=()), ["common-name-only", "name-mismatch"], True, host="a.example")
    wild = signed_by_inter(names=(dns("*.example.com"),))
    case("a wildcard", wild, [], True)
    case("a wildcard two labels up", wild, ["name-mismatch"], True, host="a.b.example.com")
    case("a wildcard and the bare name", wild, ["name-mismatch"], True, host="example.com")
    case("part of a label as wildcard", signed_by_inter(names=(dns("w*.example.com"),)), ["bad-wildcard", "name-mismatch"], True)
    case("a wildcard for a whole domain", signed_by_inter(names=(dns("*.com"),)), ["bad-wildcard", "name-mismatch"], True, host="example.com")
    address = signed_by_inter(names=(ip(bytes([127, 0, 0, 1])), ip(bytes(15) + b"\1")))
    case("an address", address, [], True, host="127.0.0.1")
    case("an IPv6 address, written at length", address, [], True, host="0:0:0:0:0:0:0:1")
    case("another address", address, ["name-mismatch"], True, host="127.0.0.2")
    case("an address as DNS name", signed_by_inter(names=(dns("127.0.0.1"),)), ["name-mismatch"], True, host="127.0.0.1",
         sentence="as a DNS name")
    case("a leaf that is an authority", signed_by_inter(extensions=(basic(True), usage(0, 5), extended(SERVER))),
         ["leaf-is-ca"], False)
    case("a leaf for clients", signed_by_inter(extensions=(basic(False), usage(0), extended(CLIENT))), ["wrong-usage"], False)
    case("a leaf for anything", signed_by_inter(extensions=(basic(False), usage(0), extended("2.5.29.37.0"))), ["not-standard"], True)
    case("a leaf without usages", signed_by_inter(extensions=(basic(False),)), [], True)
    case("a leaf that may sign lists only", signed_by_inter(extensions=(basic(False), usage(6), extended(SERVER))), ["wrong-usage"], False)
    weak_chains()
    authority_chains()
    cross_signed()
    calendar()
    broken()


def weak_chains():
    md5_root = Party("RSA Root", rsa.generate_private_key(65537, 2048))
    md5_cert = authority(md5_root, md5_root, digest="sha256")
    case("MD5", [leaf(end, md5_root, digest="md5")], ["weak-signature"], False, roots=[md5_cert], sentence="md5WithRSAEncryption")
    case("SHA-1", signed_by_inter(digest="sha1"), ["weak-signature"], False, sentence="ecdsa-with-SHA1")
    case("SHA-1 of a root below itself", [good, inter_cert], [], True, roots=[authority(root, root, digest="sha1")])
    case("SHA-1 of an intermediate", [good, authority(inter, root, digest="sha1")], ["weak-signature"], False)
    case("RSASSA-PSS", [leaf(end, md5_root, digest="pss")], [], True, roots=[md5_cert])
    short = Party(HOST, rsa.generate_private_key(65537, 1024))
    case("RSA of 1024 bits", [leaf(short, inter), inter_cert], ["small-key"], False, sentence="1024 bits")
    case("a curve of 192 bits", [leaf(Party(HOST, ec.generate_private_key(ec.SECP192R1())), inter), inter_cert], ["small-key"], False)
    case("a broken key", [leaf(end, inter, spki=rsa_spki(WEAK["roca"])), inter_cert], ["weak-key"], False, sentence="ROCA")
    case("exponent 3", [leaf(end, inter, spki=rsa_spki(STRONG, 3)), inter_cert], ["weak-key"], False, sentence="exponent")
    for kind, key in (("Ed25519", ed25519.Ed25519PrivateKey.generate()), ("Ed448", ed448.Ed448PrivateKey.generate())):
        maker = Party(f"{kind} Root", key)
        case(f"signed with {kind}", [leaf(end, maker)], [], True, roots=[authority(maker, maker)])
    quantum = Party("Quantum Root")
    quantum.spki = sequence(sequence(oid("2.16.840.1.101.3.4.3.18")), bits(bytes(1952)))
    case("signed with ML-DSA", [leaf(end, quantum, outer=sequence(oid("2.16.840.1.101.3.4.3.18")),
         inner=sequence(oid("2.16.840.1.101.3.4.3.18")))], ["unverifiable"], False,
         roots=[authority(quantum, quantum)], sentence="ML-DSA-65")


def authority_chains():
    fake = leaf(inter, root, names=())
    case("an issuer that is none", [good, fake], ["issuer-not-ca"], False)
    no_sign = issue(inter, root, (basic(True), usage(0)), start="2020-01-01", end="2040-01-01")
    case("an issuer that may not sign", [good, no_sign], ["issuer-not-ca"], False)
    second = Party("Second Intermediate")
    case("a path too long", [leaf(end, second), authority(second, inter), inter_cert], ["path-too-long"], False)
    wrong = authority(inter, root, 0, (extended(CLIENT),))
    case("an intermediate for clients", [good, wrong], ["wrong-usage"], False)
    permit = lambda text: extension("2.5.29.30", sequence(tlv(0xA0, sequence(tlv(0x82, text.encode())))), True)
    forbid = lambda text: extension("2.5.29.30", sequence(tlv(0xA1, sequence(tlv(0x82, text.encode())))), True)
    case("an allowed name", [good, authority(inter, root, 0, (permit("example.com"),))], [], True)
    case("a name outside", [good, authority(inter, root, 0, (permit("example.org"),))], ["name-constraint"], False)
    case("a forbidden name", [good, authority(inter, root, 0, (forbid("example.com"),))], ["name-constraint"], False)
    unknown = extension("1.2.3.4.5", b"\x05\x00", True)
    case("an unknown critical extension", signed_by_inter(more_extensions=(unknown,)), ["unknown-critical"], False, sentence="1.2.3.4.5")
    poison = extension("1.3.6.1.4.1.11129.2.4.3", b"\x05\x00", True)
    case("a precertificate", signed_by_inter(more_extensions=(poison,)), ["unknown-critical"], False)
    case("a changed certificate", [leaf(end, inter, tamper=True), inter_cert], ["invalid-signature"], False)
    two_ways = leaf(end, inter, outer=sequence(oid(ECDSA["sha384"])))
    case("two signature algorithms", [two_ways, inter_cert], ["invalid-signature", "malformed"], False, sentence="and another where")
    case("another key of the same name", [good, authority(Party("Test Intermediate"), root)], ["invalid-signature"], False)
    case("an expired intermediate", [good, authority(inter, root, 0, end="2026-05-31")], ["expired"], False)
    case("an expired root", [good, inter_cert], ["expired"], False, roots=[authority(root, root, end="2026-05-31")])
    old = certificate(root.name, root.name, root.spki, root.key, version=1, start="2020-01-01", end="2040-01-01")
    case("a root of version 1", [good, inter_cert], ["not-standard"], True, roots=[old])
    bare = certificate(end.name, inter.name, end.spki, inter.key, start="2026-04-01", end="2026-09-01", version=1)
    case("a leaf of version 1", [bare, inter_cert], ["common-name-only", "not-standard"], True)
    case("a negative serial number", signed_by_inter(serial=-5), ["not-standard"], True)


def cross_signed():
    """One intermediate with two certificates, of which one has expired: the other has to be found, in whatever order they come."""
    expired = authority(inter, other_root, 0, end="2026-05-01")
    roots = [root_cert, other_cert]
    case("cross-signed, the expired one first", [good, expired, inter_cert], [], True, roots=roots)
    case("cross-signed, the expired one last", [good, inter_cert, expired], [], True, roots=roots)
    # The root was signed by an older one that has expired, as with DST Root CA X3.
    old = Party("Old Root")
    old_cert, bridge = authority(old, old, end="2026-05-01"), authority(root, old)
    case("an old root that has expired", [good, inter_cert, bridge], [], True, roots=[old_cert, root_cert])
    case("an old root that is sent", [good, inter_cert, bridge, old_cert], ["root-sent"], True, roots=[root_cert])
    case("an old root that is all one has", [good, inter_cert, bridge], ["expired"], False, roots=[old_cert])
    # Ten names with three certificates each for one key: 3^10 ways that lead nowhere.
    ladder = [Party(f"Rung {index}") for index in range(11)]
    rungs = [authority(ladder[index], ladder[index + 1], serial=number) for index in range(10) for number in (1, 2, 3)]
    case("very many ways", [leaf(end, ladder[0])] + rungs, ["malformed", "missing-intermediate"], False)
    one, two = Party("Loop One"), Party("Loop Two")
    case("two that signed each other", [leaf(end, one), authority(one, two), authority(two, one)], ["missing-intermediate"], False)


def calendar():
    def lasting(start, days, minus=0):
        first = datetime.datetime.fromisoformat(start)
        return signed_by_inter(start=start, end=(first + datetime.timedelta(days=days, seconds=-1 - minus)).isoformat())

    at = lambda day: int(datetime.datetime.fromisoformat(day + "T12:00:00+00:00").timestamp())
    for start, days in (("2020-09-01", 398), ("2026-03-14", 398), ("2026-03-15", 200), ("2027-03-14", 200), ("2027-03-15", 100), ("2029-03-14", 100),
                        ("2029-03-15", 47)):
        case(f"{days} days from {start}", lasting(start, days), [], True, public=True, time=at(start))
        case(f"one second more than {days} days from {start}", lasting(start, days, -1), ["validity-too-long"], True, public=True, time=at(start),
             sentence=f"at most {days} days")
    case("a private authority keeps its own calendar", lasting("2026-03-15", 900), [], True)


def broken():
    case("no certificate at all", [], ["malformed"], False)
    case("bytes that are no certificate", [b"nonsense"], ["malformed"], False)
    case("a broken one behind a good chain", [good, inter_cert, b"nonsense"], ["malformed"], True)
    case("a byte behind the leaf", [good + b"\0", inter_cert], ["malformed"], False, sentence="bytes behind")
    nul = signed_by_inter(names=(dns(b"www.example.com\0.evil.example"),))
    case("a NUL in a name", nul, ["malformed"], False, sentence="NUL")
    constraints = extension("2.5.29.19", b"\x04\x01\x00", True)
    case("a broken extension", signed_by_inter(extensions=(constraints,)), ["malformed"], False, sentence="basicConstraints")
    twice = signed_by_inter(more_extensions=(alternative(dns("a.example")),))
    case("an extension twice", twice, ["malformed"], False, sentence="2.5.29.17")


SMALL = [p for p in range(3, 702) if all(p % q for q in range(2, p))]


def is_prime(number):
    return all(number % p for p in SMALL) and pow(2, number - 1, number) == 1


def prime(bits, start=None):
    candidate = (start or random.getrandbits(bits) | 3 << (bits - 2)) | 1
    while not is_prime(candidate):
        candidate += 2
    return candidate


def roca_prime(bits):
    """As Infineon's library made them: a multiple of M, and a power of 65537 modulo M."""
    product = 2 * math.prod(SMALL)
    while True:
        power = pow(65537, random.getrandbits(64), product)
        factor = random.randrange((3 << (bits - 2)) // product + 1, (1 << bits) // product)
        if is_prime(candidate := factor * product + power):
            return candidate


first = prime(1024)
WEAK = {
    "close-primes": first * prime(1024, first + (1 << 400)),
    "close-primes/next": first * prime(1024, first + 2),
    "small-factor": prime(2032) * 65521,
    "small-factor/65537": prime(2032) * 65537,
    "even-modulus": prime(2047) * 2,
    "roca": roca_prime(1024) * roca_prime(1024),
}
STRONG = first * prime(1024)


def keys():
    out = [{"title": title, "modulus": f"{number:x}", "exponent": 65537, "weaknesses": [title.split("/")[0]]} for title, number in WEAK.items()]
    for index in range(5):
        number = rsa.generate_private_key(65537, 2048).public_key().public_numbers().n
        out.append({"title": f"honest {index + 1}", "modulus": f"{number:x}", "exponent": 65537, "weaknesses": []})
    out.append({"title": "exponent 1", "modulus": f"{STRONG:x}", "exponent": 1, "weaknesses": ["small-exponent"]})
    out.append({"title": "exponent 3", "modulus": f"{STRONG:x}", "exponent": 3, "weaknesses": ["small-exponent"]})
    out.append({"title": "exponent 65536", "modulus": f"{STRONG:x}", "exponent": 65536, "weaknesses": ["small-exponent"]})
    for number in out:
        digest = hashlib.sha1(f"Modulus={int(number['modulus'], 16):X}\n".encode()).hexdigest()[20:]
        number["blocklistEntry"] = digest
    return out


def certificates():
    """Single certificates for the facts: what stands in them is told by the test."""
    full = leaf(end, inter, names=(dns(HOST), dns("*.example.com"), ip(bytes([192, 0, 2, 1])), ip(bytes.fromhex("20010db8" + "00" * 11 + "01")),
                tlv(0x81, b"a@example.com"), tlv(0x86, b"https://example.com/"), tlv(0xA0, oid("1.3.6.1.4.1.311.20.2.3"), tlv(0xA0, tlv(0x0C, b"x")))),
                more_extensions=(AIA, CRL, POLICY, STAPLE))
    umlaut = name(("2.5.4.10", 0x1E, "Bücher & Söhne".encode("utf-16-be")), ("2.5.4.3", 0x0C, "böse,\n\u202e.example".encode()))
    return {
        "full": full,
        "names": certificate(umlaut, inter.name, end.spki, inter.key),
        "name-with-nul": certificate(name(("2.5.4.3", 0x0C, b"a.example\0.b.example")), inter.name, end.spki, inter.key),
        "bad-bmp": certificate(name(("2.5.4.3", 0x1E, b"abc")), inter.name, end.spki, inter.key),
        "version-1": certificate(root.name, root.name, root.spki, root.key, version=1),
        "negative-serial": certificate(root.name, root.name, root.spki, root.key, serial=-(1 << 63)),
        "long-serial": certificate(root.name, root.name, root.spki, root.key, serial=1 << 300),
        "ml-dsa": certificate(root.name, root.name, sequence(sequence(oid("2.16.840.1.101.3.4.3.17")), bits(bytes(1312))), root.key),
        "slh-dsa": certificate(root.name, root.name, sequence(sequence(oid("2.16.840.1.101.3.4.3.31")), bits(bytes(64))), root.key),
        "odd-address": certificate(root.name, root.name, root.spki, root.key, extensions=(alternative(ip(b"12345")),)),
        "broken-key": certificate(root.name, root.name, sequence(sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")), bits(b"\4" + bytes(64))),
                                  root.key),
        "odd-time": certificate(root.name, root.name, root.spki, root.key).replace(time("2026-12-31"), tlv(0x17, b"2612310000+00")),
        "brainpool": certificate(root.name, root.name, spki_of(ec.generate_private_key(ec.BrainpoolP256R1())), root.key),
        "generalized-time": certificate(root.name, root.name, root.spki, root.key, end="9999-12-31T23:59:59"),
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    chains()
    write = lambda title, value: (folder / title).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
    write("chains.json", CASES)
    write("keys.json", keys())
    write("certificates.json", {title: base64.b64encode(der).decode() for title, der in certificates().items()})


if __name__ == "__main__":
    main()
