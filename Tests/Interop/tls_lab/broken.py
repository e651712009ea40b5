"""Peers that break the rules or the peace. What cannot be decided about them must be unknown with the right reason, never "no", and
every scan must end within the time that its case states."""

import os
import socket
import struct
import threading
import time

from . import wire
from ports import free_port

from .case import Case
from .fabricated import relay
from .names import openssl
from .s_server import start as s_server
from .view import AtLeast, OneOf, Unknown, Without

#: Never said about a peer whose versions could not be decided.
CLAIMS = Without("tls-version-1-0", "tls-version-1-1", "tls-ssl3", "tls-no-version-1-3", "tls-no-modern-version", "tls-null-suites")
BUCKET, BUCKET_SECONDS = 10, 1.5


def peer(handle):
    return lambda lab: lab.serve(handle)


def endless(connection):
    """A Certificate message without end."""
    hello, _ = wire.read_hello(connection)
    connection.sendall(wire.record(wire.HANDSHAKE, wire.server_hello(wire.TLS12, 0x009C) + b"\x0b\xff\xff\xff"))
    while True:
        connection.sendall(wire.record(wire.HANDSHAKE, bytes(wire.MAXIMUM_RECORD)))


def empty_records(connection):
    """Records of no length, which no limit on bytes stops soon."""
    wire.read_hello(connection)
    while True:
        connection.sendall(wire.record(wire.HANDSHAKE, b"") * 1000)


def warnings(connection):
    """Warning alerts without end."""
    wire.read_hello(connection)
    while True:
        connection.sendall(wire.alert(90, level=1) * 1000)


def trickle(connection):
    """A proper answer, one byte each second."""
    hello, _ = wire.read_hello(connection)
    answer = wire.record(wire.HANDSHAKE, wire.server_hello(wire.TLS12, hello.suites[0], os.urandom(32)))
    for byte in answer:
        connection.sendall(bytes([byte]))
        time.sleep(1)


def garbage(connection):
    wire.read_hello(connection)
    connection.sendall(bytes((position * 7 + 3) & 0xFF for position in range(1 << 16)))


def oversized(connection):
    """A record that claims more than RFC 8446 §5.1 allows."""
    wire.read_hello(connection)
    connection.sendall(struct.pack(">BHH", 22, wire.TLS12, 0xFFFF) + bytes(0xFFFF))


def http(connection):
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: lab\r\nConnection: close\r\n\r\nThis is plain HTTP.\n")


def ssh(connection):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    connection.recv(4096)


def close(connection):
    """Says nothing and closes; what the client says is read, since closing with it unread would be a reset."""
    connection.shutdown(socket.SHUT_WR)
    silent(connection)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(connection):
    while connection.recv(4096):
        pass


def lower(connection):
    """Answers every hello with TLS 1.0."""
    hello, _ = wire.read_hello(connection)
    if 0x002F not in hello.suites:
        connection.sendall(wire.alert(40, wire.TLS10))
        return
    connection.sendall(wire.record(wire.HANDSHAKE, wire.server_hello(wire.TLS10, 0x002F) + wire.message(14, b""), wire.TLS10))
    connection.recv(4096)


def unasked_suite(connection):
    """Chooses a suite that nobody offers (RFC 8701 keeps the number free)."""
    wire.read_hello(connection)
    connection.sendall(wire.record(wire.HANDSHAKE, wire.server_hello(wire.TLS12, 0x9A9A) + wire.message(14, b"")))
    connection.recv(4096)


def unasked_version(connection):
    """TLS 1.3 in a supported_versions that the client did not send."""
    hello, _ = wire.read_hello(connection)
    body = wire.extension(43, b"\x03\x05")
    connection.sendall(wire.record(wire.HANDSHAKE, wire.server_hello(wire.TLS12, hello.suites[0], extensions=body)))
    connection.recv(4096)


def retry_forever(connection):
    """HelloRetryRequest upon HelloRetryRequest (RFC 8446 §4.1.4 allows one)."""
    while True:
        hello, _ = wire.read_hello(connection)
        if not hello.offers13 or 0x1301 not in hello.suites:
            connection.sendall(wire.alert(70 if not hello.offers13 else 40))
            return
        groups = hello.extensions.get(10, b"\0\0")[2:]
        if b"\0\x1d" not in [groups[start:start + 2] for start in range(0, len(groups), 2)]:
            connection.sendall(wire.alert(40))
            return
        extensions = wire.extension(43, b"\3\4") + wire.extension(51, b"\0\x1d")
        connection.sendall(wire.record(wire.HANDSHAKE, wire.server_hello(
            wire.TLS13, 0x1301, hello.session, extensions, random=wire.HELLO_RETRY)))


def truncated(connection):
    """Half of a ServerHello, then the end."""
    hello, _ = wire.read_hello(connection)
    answer = wire.record(wire.HANDSHAKE, wire.server_hello(wire.TLS12, hello.suites[0], os.urandom(32)))
    connection.sendall(answer[:len(answer) // 2])


def limited(lab):
    """A real server behind a guard that resets what goes beyond ten connections in a second and a half."""
    port, lock, times = s_server("-cipher", "ECDHE+AESGCM")(lab), threading.Lock(), []

    def handle(connection):
        with lock:
            now = time.monotonic()
            times[:] = [moment for moment in times if now - moment < BUCKET_SECONDS]
            is_allowed = len(times) < BUCKET
            if is_allowed:
                times.append(now)
        if not is_allowed:
            reset(connection)
            return
        with socket.create_connection(("127.0.0.1", port), 5) as server:
            relay(connection, server)
    return lab.serve(handle)


def flaky(lab):
    """A real server whose every seventh connection is torn down."""
    port, lock, count = s_server("-tls1_2", "-cipher", "ECDHE+AESGCM")(lab), threading.Lock(), [0]

    def handle(connection):
        with lock:
            count[0] += 1
            number = count[0]
        if number % 7 == 0:
            reset(connection)
            return
        with socket.create_connection(("127.0.0.1", port), 5) as server:
            relay(connection, server)
    return lab.serve(handle)


def undecided(*reasons, **more):
    """Nothing is known, and the scan says why."""
    return {"versions": [], "failure": OneOf(*reasons), "findings": CLAIMS, **more}


def cases():
    gcm = set(openssl("ECDHE+AESGCM", "TLSv1.2"))
    slow = {"seconds": 6, "peekable": False, "is_steady": False}
    quick = {"seconds": 15, "peekable": False}
    protocol = undecided("protocol-error")
    return [
        Case("broken-silent", peer(silent), undecided("timed-out", "budget"), **slow),
        Case("broken-trickle", peer(trickle), undecided("timed-out", "budget"), **slow),
        Case("broken-endless", peer(endless), {"findings": CLAIMS}, **quick),
        Case("broken-empty-records", peer(empty_records), protocol, **quick),
        Case("broken-warnings", peer(warnings), undecided("protocol-error", "budget"), **quick),
        Case("broken-garbage", peer(garbage), protocol, **quick),
        Case("broken-oversized", peer(oversized), protocol, **quick),
        Case("broken-truncated", peer(truncated), undecided("protocol-error", "closed"), **quick),
        Case("broken-http", peer(http), {**protocol, "findings": AtLeast("tls-not-spoken")}, **quick),
        Case("broken-ssh", peer(ssh), {**protocol, "findings": AtLeast("tls-not-spoken")}, **quick),
        Case("broken-closed-at-once", peer(close), undecided("closed"), **quick),
        Case("broken-reset", peer(reset), undecided("reset", "rate-limited"), **quick),
        Case("broken-nobody", lambda lab: free_port(), {**undecided("refused"), "findings": AtLeast("tls-unreachable")}, **quick),
        Case("broken-lower-version", peer(lower), {
            "versions": ["TLSv1.0"], "suites": {"TLSv1.0": {"TLS_RSA_WITH_AES_128_CBC_SHA"}},
            "findings": AtLeast("tls-version-1-0")}, **quick),
        Case("broken-unasked-suite", peer(unasked_suite), {
            "suites": {"TLSv1.2": Unknown("protocol-error"), "TLSv1.0": OneOf([], Unknown())},
            "findings": AtLeast("tls-undecided")}, **quick),
        Case("broken-unasked-version", peer(unasked_version), {"versions": Without("TLSv1.3")}, **quick),
        Case("broken-endless-retry", peer(retry_forever), {
            "versions": ["TLSv1.3"], "suites": {"TLSv1.3": {"TLS_AES_128_GCM_SHA256"}}, "groups13": ["x25519"], "keys": []}, **quick),
        # Whatever was torn down is found out in the end, or it is said to be open.
        Case("broken-rate-limited", limited, {
            "versions": OneOf(["TLSv1.2", "TLSv1.3"], ["TLSv1.2"], ["TLSv1.3"], []), "findings": CLAIMS_OF_LIMITED,
            "suites": {"TLSv1.2": OneOf(gcm, Unknown())}}, seconds=40, peekable=False, is_steady=False),
        Case("broken-flaky", flaky, {"versions": ["TLSv1.2"], "suites": {"TLSv1.2": gcm}}, seconds=30, peekable=False, is_steady=False),
    ]


#: It has both versions: neither may be said to be missing, whatever stayed open.
CLAIMS_OF_LIMITED = Without("tls-no-version-1-3", "tls-no-modern-version", "tls-version-1-0", "tls-version-1-1")
