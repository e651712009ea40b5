"""A small TLS scanner by raw hellos, to check the lab's own expectations without Coffer.

It shares nothing with Coffer: names come from nmap's and tlslite-ng's tables. It sees what stands in plain text: versions, suites,
order, groups, certificates and parameters up to TLS 1.2, and the extensions of a ServerHello.
"""

import base64
import os
import re
import socket
import struct
from pathlib import Path

import tlslite.constants

from .view import key_name

VERSIONS = {"SSLv3": 0x0300, "TLSv1.0": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}
GROUPS13 = {
    "secp256r1": 23, "secp384r1": 24, "secp521r1": 25, "x25519": 29, "x448": 30, "ffdhe2048": 256, "ffdhe3072": 257, "ffdhe4096": 258,
    "ffdhe6144": 259, "ffdhe8192": 260, "X25519MLKEM768": 0x11EC, "SecP256r1MLKEM768": 0x11EB, "SecP384r1MLKEM1024": 0x11ED,
    "MLKEM512": 0x0200, "MLKEM768": 0x0201, "MLKEM1024": 0x0202, "brainpoolP256r1tls13": 31, "brainpoolP384r1tls13": 32,
    "brainpoolP512r1tls13": 33, "curveSM2": 41,
}
GROUPS12 = {
    "sect163k1": 1, "sect163r1": 2, "sect163r2": 3, "sect193r1": 4, "sect193r2": 5, "sect233k1": 6, "sect233r1": 7, "sect239k1": 8,
    "sect283k1": 9, "sect283r1": 10, "sect409k1": 11, "sect409r1": 12, "sect571k1": 13, "sect571r1": 14, "secp160k1": 15,
    "secp160r1": 16, "secp160r2": 17, "secp192k1": 18, "secp192r1": 19, "secp224k1": 20, "secp224r1": 21, "secp256k1": 22,
    "secp256r1": 23, "secp384r1": 24, "secp521r1": 25, "brainpoolP256r1": 26, "brainpoolP384r1": 27, "brainpoolP512r1": 28,
    "x25519": 29, "x448": 30,
}
SCHEMES = [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080A, 0x080B, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0904, 0x0905,
    0x0906, 0x081A, 0x081B, 0x081C, 0x0203, 0x0201, 0x0202, 0x0402, 0x0101, 0x0301,
]
FINITE = [256, 257, 258, 259, 260]
SUITES13 = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x00C6, 0x00C7, 0xC0B4, 0xC0B5]
HELLO_RETRY = bytes.fromhex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")
CHUNK = 100  # wolfSSL refuses more than 150


def suite_names():
    """Number → IANA name, of nmap's table and tlslite-ng's."""
    table = {}
    library = Path("/usr/share/nmap/nselib/tls.lua")
    if library.exists():
        for name, number in re.findall(r'\["((?:TLS|SSL)_[A-Z0-9_a-z]+)"\]\s*=\s*0x([0-9A-Fa-f]{4})', library.read_text()):
            table.setdefault(int(number, 16), name)
        table.update({
            int(number, 16): name
            for name, number in re.findall(r'\b(TLS_[A-Z0-9_a-z]+)\s*=\s*0x([0-9A-Fa-f]{4})', library.read_text())})
    for number, name in tlslite.constants.CipherSuite.ietfNames.items():
        table.setdefault(number, name)
    return {
        number: name.replace("TLS_AKE_WITH_", "TLS_") for number, name in table.items()
        if number <= 0xFFFF and "SCSV" not in name and not name.startswith("SSL_CK")}


NAMES = suite_names()


def extension(kind, body):
    return struct.pack(">HH", kind, len(body)) + body


def listed(numbers, size=2):
    body = b"".join(struct.pack(">H", number) for number in numbers)
    return len(body).to_bytes(size, "big") + body


def hello(version, suites, groups, schemes=SCHEMES, extra=b"", compression=b"\0", session=None):
    body = struct.pack(">H", min(version, 0x0303)) + os.urandom(32)
    session = (os.urandom(32) if version == 0x0304 else b"") if session is None else session
    body += bytes([len(session)]) + session + listed(suites) + bytes([len(compression)]) + compression
    extensions = extra
    if version > 0x0300:
        extensions += extension(10, listed(groups)) + extension(11, b"\1\0") + extension(35, b"") + extension(0xFF01, b"\0")
        extensions += extension(23, b"") + extension(22, b"")
        if version >= 0x0303:
            extensions += extension(13, listed(schemes))
        if version == 0x0304:
            extensions += extension(43, b"\2\3\4") + extension(51, b"\0\0") + extension(45, b"\1\1")
        body += struct.pack(">H", len(extensions)) + extensions
    message = b"\1" + len(body).to_bytes(3, "big") + body
    return struct.pack(">BHH", 22, min(max(version, 0x0300), 0x0301), len(message)) + message


class Answer:
    """What came back: the ServerHello and, up to TLS 1.2, the flight behind it."""

    def __init__(self):
        self.alert = None
        self.version = self.suite = self.group = self.parameters = None
        self.compression = 0
        self.extensions = {}
        self.certificates = []
        self.is_retry = False

    def message(self, kind, body):
        if kind == 2:
            size = body[34]
            self.is_retry = body[2:34] == HELLO_RETRY
            self.version, = struct.unpack(">H", body[:2])
            self.suite, self.compression = struct.unpack(">HB", body[35 + size:38 + size])
            rest = body[40 + size:]
            while len(rest) >= 4:
                number, length = struct.unpack(">HH", rest[:4])
                self.extensions[number] = rest[4:4 + length]
                rest = rest[4 + length:]
            if 43 in self.extensions:
                self.version, = struct.unpack(">H", self.extensions[43])
            if 51 in self.extensions:
                self.group, = struct.unpack(">H", self.extensions[51][:2])
        elif kind == 11:
            rest = body[3:]
            while rest:
                size = int.from_bytes(rest[:3], "big")
                self.certificates.append(rest[3:3 + size])
                rest = rest[3 + size:]
        elif kind == 12 and "_EXPORT_" not in NAMES.get(self.suite, "") and "PSK" not in NAMES.get(self.suite, ""):
            name = NAMES.get(self.suite, "")
            if "ECDH" in name and body[0] == 3:
                self.group, = struct.unpack(">H", body[1:3])
            elif "_DH" in name:
                size, = struct.unpack(">H", body[:2])
                self.parameters = int.from_bytes(body[2:2 + size], "big")


def ask(port, data, prepare=None, timeout=5):
    answer = Answer()
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        if prepare:
            prepare(connection)
        connection.sendall(data)
        buffer, handshake = b"", b""
        while True:
            try:
                received = connection.recv(65536)
            except (TimeoutError, ConnectionError):
                return answer
            if not received:
                return answer
            buffer += received
            while len(buffer) >= 5:
                kind, _, size = struct.unpack(">BHH", buffer[:5])
                if len(buffer) < 5 + size:
                    break
                fragment, buffer = buffer[5:5 + size], buffer[5 + size:]
                if kind == 21:
                    if fragment[0] == 2 or answer.suite is None and fragment[1] != 112:
                        answer.alert = fragment[1]
                        return answer
                    continue
                if kind != 22:
                    continue
                handshake += fragment
                while len(handshake) >= 4 and len(handshake) >= 4 + int.from_bytes(handshake[1:4], "big"):
                    end = 4 + int.from_bytes(handshake[1:4], "big")
                    answer.message(handshake[0], handshake[4:end])
                    done = handshake[0] == 14 or answer.version == 0x0304
                    handshake = handshake[end:]
                    if done:
                        return answer


class Peek:
    def __init__(self, port, prepare=None):
        self.port, self.prepare = port, prepare
        self.connections = 0

    def ask(self, *arguments, **options):
        self.connections += 1
        return ask(self.port, hello(*arguments, **options), self.prepare)

    def by_removal(self, number, suites, groups):
        """The suites in the order in which they are chosen, chunk by chunk."""
        chosen, answers = [], []
        for start in range(0, len(suites), CHUNK):
            remaining = suites[start:start + CHUNK]
            while remaining:
                answer = self.ask(number, remaining, groups)
                if answer.suite not in remaining or answer.version != number:
                    break
                remaining = [suite for suite in remaining if suite != answer.suite]
                chosen.append(answer.suite)
                answers.append(answer)
        if len(chosen) > 1 and len(suites) > CHUNK:
            return self.by_removal(number, chosen, groups)
        return chosen, answers

    def view(self):
        seen = {"versions": [], "suites": {}, "preference": {}}
        answers = {}
        for name, number in VERSIONS.items():
            suites = SUITES13 if number == 0x0304 else [suite for suite in sorted(NAMES) if suite >> 8 != 0x13]
            groups = [*GROUPS13.values()] if number == 0x0304 else [*GROUPS12.values(), *FINITE]
            chosen, answers[name] = self.by_removal(number, suites, groups)
            if not chosen:
                continue
            seen["versions"].append(name)
            seen["suites"][name] = [NAMES[suite] for suite in chosen]
            # ChaCha20 last: a server may prefer it only to clients that put it first.
            reverse = self.ask(number, sorted(chosen[::-1], key=lambda suite: "CHACHA" in NAMES[suite]), groups)
            seen["preference"][name] = (
                "undetermined" if len(chosen) < 2 else "server" if reverse.suite == chosen[0] else "client")
        if "TLSv1.3" in seen["versions"]:
            seen["groups13"] = self.groups(0x0304, SUITES13, GROUPS13)
        below = [version for version in ["TLSv1.2", "TLSv1.1", "TLSv1.0"] if answers[version]]
        if below:
            self.below(seen, VERSIONS[below[0]], answers[below[0]])
        if not answers["SSLv3"] and not below:
            return seen
        certificates = {answer.certificates[0] for version in answers for answer in answers[version] if answer.certificates}
        if below and VERSIONS[below[0]] == 0x0303:
            for schemes in [[0x0403, 0x0503, 0x0603], [0x0401, 0x0501, 0x0804], [0x0807], [0x0808], [0x0809, 0x080A]]:
                answer = self.ask(0x0303, [suite.suite for suite in answers["TLSv1.2"]], [*GROUPS12.values()], schemes=schemes)
                certificates |= set(answer.certificates[:1])
        seen["keys"] = sorted({key_name(base64.b64encode(der)) for der in certificates})
        return seen

    def groups(self, number, suites, table):
        remaining, found = dict(table), []
        names = {value: name for name, value in table.items()}
        while remaining:
            answer = self.ask(number, suites, list(remaining.values()))
            if answer.group not in remaining.values():
                break
            found.append(names[answer.group])
            del remaining[names[answer.group]]
        return found

    def below(self, seen, number, answers):
        first = answers[0]
        elliptic = [answer.suite for answer in answers if "ECDHE_" in NAMES[answer.suite] or "ECDH_anon" in NAMES[answer.suite]]
        if elliptic:
            seen["groups12"] = self.groups(number, elliptic, GROUPS12)
        sizes = {answer.parameters.bit_length() for answer in answers if answer.parameters}
        if sizes:
            seen["dh bits"] = sorted(sizes)
        seen["extendedMasterSecret"] = 23 in first.extensions
        seen["secureRenegotiation"] = 0xFF01 in first.extensions
        seen["sessionTickets"] = 35 in first.extensions
        suites = [answer.suite for answer in answers]
        offered = self.ask(number, suites, [*GROUPS12.values(), *FINITE], extra=extension(15, b"\1"))
        seen["heartbeat"] = 15 in offered.extensions
        squeezed = self.ask(number, suites, [*GROUPS12.values(), *FINITE], compression=b"\1\0")
        seen["compression"] = squeezed.compression == 1
        blocks = [suite for suite in suites if "_CBC_" in NAMES[suite]]
        if blocks:
            answer = self.ask(number, blocks, [*GROUPS12.values(), *FINITE])
            seen["encryptThenMAC"] = 22 in answer.extensions


def agreed(expected, seen):
    """The part of an expectation that a peek can judge, with its keys."""
    part = {key: value for key, value in expected.items() if key in seen and key not in ("suites", "preference", "versions")}
    for key in ["suites", "preference"]:
        if key in expected and isinstance(expected[key], dict):
            part[key] = expected[key]
    if isinstance(expected.get("versions"), list):
        part["versions"] = [version for version in expected["versions"] if version != "SSLv2"]
    if "dh bits" in seen and isinstance(expected.get("finiteField"), list):
        part["dh bits"] = sorted(entry["bits"] for entry in expected["finiteField"] if not entry.get("isExport"))
    return part
