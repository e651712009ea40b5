"""Servers that no longer exist, in plain Python: each does one forbidden thing, and only as far as a safe probe can see it.

They send real flights of plain text (ServerHello, Certificate, ServerKeyExchange) and know no ciphers, so nobody finishes a handshake
with them. Those of `tampering` stand before a real `openssl s_server` and change one thing.
"""

import os
import socket
import struct
import threading

from . import dh, wire
from .case import Case
from .s_server import start as s_server
from .view import AtLeast, OneOf, Without

RSA_SUITES = {0x009C: "TLS_RSA_WITH_AES_128_GCM_SHA256", 0x002F: "TLS_RSA_WITH_AES_128_CBC_SHA"}
DHE_SUITES = {0x009E: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", 0x0033: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"}
ECDHE_SUITES = {0xC02F: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}
EXPORT_RSA = {0x0003: "TLS_RSA_EXPORT_WITH_RC4_40_MD5"}
EXPORT_DHE = {0x0014: "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"}
GCM_ONLY = {0x009C, 0x009E, 0xC02F}
SSL2_KINDS = [
    "SSL_CK_RC4_128_WITH_MD5", "SSL_CK_RC4_128_EXPORT40_WITH_MD5", "SSL_CK_RC2_128_CBC_WITH_MD5", "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5",
    "SSL_CK_IDEA_128_CBC_WITH_MD5", "SSL_CK_DES_64_CBC_WITH_MD5", "SSL_CK_DES_192_EDE3_CBC_WITH_MD5",
]
SSL2_SPECS = bytes.fromhex("0100800200800300800400800500800600400700C0")


class Server:
    """Answers hellos of the versions and suites that it is told to have; everything else is refused with the proper alert."""

    def __init__(self, lab, suites, versions=(wire.TLS10, wire.TLS11, wire.TLS12), **quirks):
        self.identity = lab.pki.rsa
        self.suites, self.versions, self.quirks = suites, versions, quirks
        self.fixed = int.from_bytes(os.urandom(64), "big") | 1
        # Nobody finishes a handshake with it, so it needs no factors.
        self.export_modulus = int.from_bytes(os.urandom(64), "big") | 1 << 511 | 1

    def __call__(self, connection):
        hello, _ = wire.read_hello(connection)
        version = hello.version if not hello.offers13 else max(self.versions)
        if version not in self.versions:
            lower = [known for known in self.versions if known <= version]
            if not lower:
                connection.sendall(wire.alert(70))
                return
            version = max(lower)
        common = [suite for suite in self.suites if suite in hello.suites and (version == wire.TLS12 or suite not in GCM_ONLY)]
        if 0x5600 in hello.suites and version < max(self.versions):
            connection.sendall(wire.alert(86, version))
            return
        if not common:
            connection.sendall(wire.alert(40, version))
            return
        self.flight(connection, hello, version, common[0])

    def flight(self, connection, hello, version, suite):
        random = os.urandom(32)
        extensions = b""
        if version > wire.SSL3 and self.quirks.get("renegotiation", True) and (0xFF01 in hello.extensions or 0x00FF in hello.suites):
            extensions += wire.extension(0xFF01, b"\0")
        if self.quirks.get("heartbeat") and 15 in hello.extensions:
            extensions += wire.extension(15, b"\1")
        compression = 1 if self.quirks.get("compression") and 1 in hello.compressions else 0
        flight = wire.server_hello(version, suite, os.urandom(32), extensions, compression, random) + wire.certificate(self.identity)
        flight += self.key_exchange(hello, version, suite, random) + wire.message(14, b"")
        connection.sendall(wire.records(wire.HANDSHAKE, flight, version, self.quirks.get("fragment", wire.MAXIMUM_RECORD)))
        self.quirks.get("after", refuse)(self, connection, version)

    def key_exchange(self, hello, version, suite, random):
        if suite in EXPORT_RSA:
            parameters = wire.vector(self.export_modulus) + wire.vector(65537)
        elif suite in DHE_SUITES or suite in EXPORT_DHE:
            modulus = dh.modulus("own512" if suite in EXPORT_DHE else self.quirks.get("group", "ffdhe2048"))
            exponent = self.fixed if self.quirks.get("reuse") else int.from_bytes(os.urandom(64), "big") | 1
            size = (modulus.bit_length() + 7) // 8
            parameters = wire.vector(modulus) + wire.vector(2) + wire.vector(pow(2, exponent, modulus), size)
        elif suite in ECDHE_SUITES:
            share = self.fixed.to_bytes(64, "big")[:32] if self.quirks.get("reuse") else os.urandom(32)
            parameters = b"\3\0\x1d\x20" + share
        else:
            return b""
        return wire.message(12, parameters + wire.sign(self.identity.key, version, hello, random, parameters))


def refuse(server, connection, version):
    """Reads one record and refuses whatever it was."""
    wire.read_record(connection)
    connection.sendall(wire.alert(10, version))


def bleed(server, connection, version):
    """Heartbleed (CVE-2014-0160): as many bytes as the request claims to have sent."""
    kind, _, fragment = wire.read_record(connection)
    if kind != wire.HEARTBEAT or len(fragment) < 3:
        connection.sendall(wire.alert(10, version))
        return
    claimed, = struct.unpack(">H", fragment[1:3])
    memory = b"\2" + fragment[1:3] + b"a secret of the server " * (claimed // 23 + 1)
    connection.sendall(wire.records(wire.HEARTBEAT, memory[:3 + claimed + 16], version))
    connection.recv(1)


def early_change(server, connection, version):
    """CVE-2014-0224: takes an early ChangeCipherSpec, and then finds that the next record does not decrypt."""
    kind, _, _ = wire.read_record(connection)
    if kind != wire.CHANGE_CIPHER:
        connection.sendall(wire.alert(10, version))
        return
    wire.read_record(connection)
    connection.sendall(wire.alert(20, version))


def oracle(server, connection, version):
    """ROBOT: tells a ClientKeyExchange with bad padding from one with good padding, by its alert."""
    while True:
        kind, _, fragment = wire.read_record(connection)
        if kind == wire.HANDSHAKE and fragment[:1] == b"\x10":
            break
    numbers, size = server.identity.key.private_numbers(), server.identity.key.key_size // 8
    encrypted = int.from_bytes(fragment[6:6 + size], "big")
    plain = pow(encrypted, numbers.d, numbers.public_numbers.n).to_bytes(size, "big")
    separator = plain.find(b"\0", 2)
    if plain[:2] != b"\0\2" or size - separator - 1 != 48 or plain[separator + 1:separator + 3] != b"\3\3":
        connection.sendall(wire.alert(51, version))
        return
    wire.read_record(connection)
    wire.read_record(connection)
    connection.sendall(wire.alert(20, version))


def fabricated(suites, versions=(wire.TLS10, wire.TLS11, wire.TLS12), **quirks):
    return lambda lab: lab.serve(Server(lab, suites, versions, **quirks))


def ssl2(lab):
    """A SERVER-HELLO of SSLv2 with all seven kinds of cipher; newer hellos are refused."""
    from cryptography.hazmat.primitives import serialization

    der = lab.pki.rsa.certificate.public_bytes(serialization.Encoding.DER)

    def handle(connection):
        head = wire.exactly(connection, 3)
        if not head[0] & 0x80 or head[2] != 1:
            connection.recv(4096)
            connection.sendall(wire.alert(70, wire.SSL3))
            return
        wire.exactly(connection, (struct.unpack(">H", head[:2])[0] & 0x7FFF) - 1)
        body = b"\4\0\1\0\2" + struct.pack(">HHH", len(der), len(SSL2_SPECS), 16) + der + SSL2_SPECS + os.urandom(16)
        connection.sendall(struct.pack(">H", 0x8000 | len(body)) + body)
        connection.recv(4096)
    return lab.serve(handle)


def relay(left, right):
    """Both ways until either side ends."""
    def pump(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # One end has gone; the other pump sees it too.
    thread = threading.Thread(target=pump, args=(right, left), daemon=True)
    thread.start()
    pump(left, right)
    thread.join(20)


def tampering(upstream, tamper):
    """Before a real server: `tamper(hello, connection)` answers itself and returns True, or leaves the hello to the server."""
    def run(lab):
        port = upstream(lab)

        def handle(connection):
            hello, raw = wire.read_hello(connection)
            if tamper(hello, connection):
                return
            with socket.create_connection(("127.0.0.1", port), 5) as server:
                server.sendall(raw)
                relay(connection, server)
        return lab.serve(handle)
    return run


def ticket_bleed(hello, connection):
    """CVE-2016-9244: echoes 32 bytes for a session id of fewer, when it resumes from a ticket."""
    if hello.offers13 or not hello.extensions.get(35) or not 0 < len(hello.session) < 32:
        return False
    leaked = hello.session + os.urandom(32 - len(hello.session))
    connection.sendall(wire.record(wire.HANDSHAKE, wire.server_hello(wire.TLS12, hello.suites[0], leaked, wire.extension(0xFF01, b"\0"))))
    connection.sendall(wire.record(wire.CHANGE_CIPHER, b"\1") + wire.record(wire.HANDSHAKE, os.urandom(40)))
    connection.recv(4096)
    return True


def drops13(hello, connection):
    """A box on the path that throws hellos of TLS 1.3 away; the server behind it has TLS 1.3."""
    if not hello.offers13:
        return False
    connection.recv(1)
    return True


def cases():
    def named(*tables):
        return {name for table in tables for name in table.values()}

    plain = {"versions": ["TLSv1.0", "TLSv1.1", "TLSv1.2"], "keys": ["RSA-2048"], "chain lengths": [2]}
    return [
        Case("fabricated-plain", fabricated(RSA_SUITES), {
            **plain, "suites": {"TLSv1.2": named(RSA_SUITES), "TLSv1.0": {RSA_SUITES[0x2F]}}, "preference": {"TLSv1.2": "server"},
            "fallbackSCSV": True, "heartbeat": False, "compression": False, "vulnerabilities": {"ccs-injection": "not-vulnerable"}}),
        Case("fabricated-heartbleed", fabricated(RSA_SUITES, heartbeat=True, after=bleed), {
            **plain, "heartbeat": True, "vulnerabilities": {"heartbleed": "vulnerable"}, "findings": AtLeast("tls-heartbleed")}),
        Case("fabricated-heartbeat-sound", fabricated(RSA_SUITES, heartbeat=True), {
            **plain, "heartbeat": True, "vulnerabilities": {"heartbleed": "not-vulnerable"}, "findings": Without("tls-heartbleed")}),
        Case("fabricated-early-ccs", fabricated(RSA_SUITES, after=early_change), {
            **plain, "vulnerabilities": {"ccs-injection": "vulnerable"}, "findings": AtLeast("tls-ccs-injection")}),
        Case("fabricated-robot", fabricated(RSA_SUITES, (wire.TLS12,), after=oracle), {
            "versions": ["TLSv1.2"], "vulnerabilities": {"robot": OneOf("vulnerable", "weak")}, "findings": AtLeast("tls-robot")}),
        Case("fabricated-ticketbleed", tampering(s_server("-tls1_2", "-cipher", "ECDHE+AESGCM"), ticket_bleed), {
            "versions": ["TLSv1.2"], "vulnerabilities": {"ticketbleed": "vulnerable"}, "findings": AtLeast("tls-ticketbleed")}),
        Case("fabricated-ssl2", ssl2, {
            "versions": ["SSLv2"], "ssl2": Every(SSL2_KINDS), "vulnerabilities": {"drown": "vulnerable"},
            "findings": AtLeast("tls-ssl2", "tls-drown")}),
        Case("fabricated-export-rsa", fabricated(EXPORT_RSA | RSA_SUITES, (wire.TLS10,)), {
            "versions": ["TLSv1.0"], "exportRSABits": [512], "findings": AtLeast("tls-freak", "tls-export-suites"),
            "suites": {"TLSv1.0": named(EXPORT_RSA) | {RSA_SUITES[0x2F]}}}),
        Case("fabricated-export-dhe", fabricated(EXPORT_DHE | DHE_SUITES, (wire.TLS10,)), {
            "versions": ["TLSv1.0"], "findings": AtLeast("tls-logjam", "tls-export-suites"),
            "finiteField": [
                {"bits": 512, "origin": "own", "isPrime": True, "isExport": True},
                {"bits": 2048, "origin": "standard", "name": "ffdhe2048", "isExport": False}]}),
        Case("fabricated-dh-512", fabricated(DHE_SUITES, group="own512"), {
            "finiteField": [{"bits": 512, "origin": "own", "isPrime": True, "isSafePrime": True, "isExport": False}],
            "findings": AtLeast("tls-logjam")}),
        Case("fabricated-dh-768", fabricated(DHE_SUITES, group="modp768"), {
            "finiteField": [{"bits": 768, "origin": "standard", "isPrime": True}], "findings": AtLeast("tls-logjam")}),
        Case("fabricated-dh-reuse", fabricated(DHE_SUITES, reuse=True), {
            **plain, "reusesDHKey": True, "findings": AtLeast("tls-dh-key-reuse")}),
        Case("fabricated-dh-fresh", fabricated(DHE_SUITES), {**plain, "reusesDHKey": False, "findings": Without("tls-dh-key-reuse")}),
        Case("fabricated-ecdh-reuse", fabricated(ECDHE_SUITES, (wire.TLS12,), reuse=True), {
            "versions": ["TLSv1.2"], "reusesECDHKey": True, "findings": AtLeast("tls-ecdh-key-reuse")}),
        Case("fabricated-compression", fabricated(RSA_SUITES, compression=True), {
            **plain, "compression": True, "findings": AtLeast("tls-crime")}),
        Case("fabricated-no-secure-renegotiation", fabricated(RSA_SUITES, renegotiation=False), {
            **plain, "secureRenegotiation": False, "findings": AtLeast("tls-no-secure-renegotiation")}),
        Case("fabricated-fragments", fabricated(RSA_SUITES, fragment=1), {
            **plain, "suites": {"TLSv1.2": named(RSA_SUITES)}}),
        Case("fabricated-tls13-dropped", tampering(s_server("-cipher", "ECDHE+AESGCM"), drops13), {
            "versions": ["TLSv1.2"], "downgradeSentinel": True, "tolerance": {"dropsTLS13": True},
            "findings": AtLeast("tls-version-1-3-dropped")}, seconds=25),
    ]


class Every:
    """Exactly these names, in whatever order."""

    def __init__(self, names):
        self.names = set(names)

    def accepts(self, value):
        return isinstance(value, list) and set(value) == self.names

    def __repr__(self):
        return f"{sorted(self.names)}"
