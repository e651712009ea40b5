"""Fourteen protocols that begin in plain text, each as a scripted server that then speaks TLS by Python's `ssl`.

Each script is one side of the exchange in its protocol's document: what is said first, what is answered to which request, and the words
with which TLS begins. `client` is the other side, for the small scanner of peek.py.
"""

import ssl
import struct

from .case import Case
from .view import AtLeast, OneOf

LDAP_OID = b"1.3.6.1.4.1.1466.20037"
MYSQL_SSL = 0x0800
MYSQL_CAPABILITIES = 0xFFFF
XMPP = (
    b"<?xml version='1.0'?><stream:stream xmlns='jabber:{kind}' xmlns:stream='http://etherx.jabber.org/streams' id='lab' "
    b"from='lab.example' version='1.0'>")


class Plain:
    """A connection before TLS: by lines, by counts, up to a word; each read takes no byte too many."""

    def __init__(self, connection):
        self.connection = connection

    def send(self, text):
        self.connection.sendall(text if isinstance(text, bytes) else text.encode())

    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.connection.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def until(self, ending):
        data = b""
        while not data.endswith(ending):
            data += self.exactly(1)
        return data

    def line(self):
        return self.until(b"\n").decode("latin-1").strip()

    def ber(self):
        """One BER element, as LDAP frames its messages."""
        head = self.exactly(2)
        size = head[1]
        if size & 0x80:
            size = int.from_bytes(self.exactly(size & 0x7F), "big")
        return self.exactly(size)


# Servers


def lines(plain, greeting, begin, go, answer):
    """Lines of text, each with its answer, up to the one with which the client asks for TLS."""
    plain.send(greeting)
    while (verb := plain.line().upper()) != begin:
        plain.send(answer(verb))
    plain.send(go)


def smtp(plain, greeting="220 lab.example ESMTP", hello="EHLO"):
    said = "250-lab.example\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n"
    lines(
        plain, f"{greeting}\r\n", "STARTTLS", "220 2.0.0 ready for TLS\r\n",
        lambda verb: said if verb.startswith(hello) else "502 5.5.1 not here\r\n")


def lmtp(plain):
    smtp(plain, "220 lab.example LMTP", "LHLO")


def imap(plain):
    plain.send("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] lab ready\r\n")
    while True:
        tag, _, verb = plain.line().partition(" ")
        if verb.upper() == "STARTTLS":
            plain.send(f"{tag} OK begin TLS\r\n")
            return
        plain.send(f"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n{tag} OK done\r\n")


def pop3(plain):
    lines(
        plain, "+OK lab ready\r\n", "STLS", "+OK begin TLS\r\n",
        lambda verb: "+OK\r\nSTLS\r\n.\r\n" if verb == "CAPA" else "-ERR not here\r\n")


def ftp(plain):
    lines(
        plain, "220-Welcome\r\n220 lab ready\r\n", "AUTH TLS", "234 begin TLS\r\n",
        lambda verb: "211-Features:\r\n AUTH TLS\r\n211 End\r\n" if verb == "FEAT" else "530 TLS first\r\n")


def nntp(plain):
    lines(
        plain, "200 lab ready\r\n", "STARTTLS", "382 begin TLS\r\n",
        lambda verb: "101 capabilities\r\nVERSION 2\r\nSTARTTLS\r\n.\r\n" if verb == "CAPABILITIES" else "500 not here\r\n")


def sieve(plain):
    lines(
        plain, '"IMPLEMENTATION" "lab"\r\n"SIEVE" "fileinto"\r\n"STARTTLS"\r\nOK "ready"\r\n', "STARTTLS", 'OK "begin TLS"\r\n',
        lambda _: 'NO "TLS first"\r\n')


def irc(plain):
    lines(
        plain, "", "STARTTLS", ":lab.example 670 * :begin TLS\r\n",
        lambda verb: ":lab.example CAP * LS :tls\r\n" if verb.startswith("CAP") else "")


def xmpp(plain, kind=b"client"):
    plain.until(b"stream:stream")
    plain.until(b">")
    plain.send(XMPP.replace(b"{kind}", kind))
    plain.send(b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>")
    plain.until(b"<starttls")
    plain.until(b">")
    plain.send(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")


def xmpp_server(plain):
    xmpp(plain, b"server")


def postgres(plain):
    if plain.exactly(8) != bytes.fromhex("0000000804d2162f"):
        raise EOFError
    plain.send(b"S")


def mysql(plain, capabilities=MYSQL_CAPABILITIES):
    body = b"\x0a8.0.0-lab\0" + struct.pack("<I", 7) + b"12345678\0" + struct.pack("<H", capabilities & 0xFFFF)
    body += b"\x21" + struct.pack("<HH", 2, 0xC1FF) + bytes([21]) + bytes(10) + b"123456789012\0mysql_native_password\0"
    plain.send(len(body).to_bytes(3, "little") + b"\0" + body)
    if not capabilities & MYSQL_SSL:
        plain.exactly(1)
        raise EOFError
    head = plain.exactly(4)
    request = plain.exactly(int.from_bytes(head[:3], "little"))
    if len(request) != 32 or head[3] != 1 or not struct.unpack("<I", request[:4])[0] & MYSQL_SSL:
        raise EOFError


def ldap(plain):
    request = plain.ber()
    if LDAP_OID not in request:
        raise EOFError
    identifier = request[:3]
    response = b"\x78" + bytes([7 + 2 + len(LDAP_OID)]) + b"\x0a\x01\0\x04\0\x04\0" + b"\x8a" + bytes([len(LDAP_OID)]) + LDAP_OID
    plain.send(b"\x30" + bytes([len(identifier) + len(response)]) + identifier + response)


def rdp(plain):
    head = plain.exactly(4)
    plain.exactly(int.from_bytes(head[2:4], "big") - 4)
    plain.send(bytes.fromhex("030000130ed000001234000200080001000000"))


# Servers that do not let TLS begin, each in the way of its protocol


def smtp_refused(plain):
    plain.send("220 lab.example ESMTP\r\n")
    while True:
        verb = plain.line().upper()
        plain.send("250-lab.example\r\n250 8BITMIME\r\n" if verb.startswith("EHLO") else "454 4.7.0 TLS not available\r\n")


def mysql_without(plain):
    mysql(plain, MYSQL_CAPABILITIES & ~MYSQL_SSL)


def rdp_refused(plain):
    head = plain.exactly(4)
    plain.exactly(int.from_bytes(head[2:4], "big") - 4)
    plain.send(bytes.fromhex("030000130ed000001234000300080002000000"))
    plain.exactly(1)


def postgres_refused(plain):
    plain.exactly(8)
    plain.send(b"N")
    plain.exactly(1)


def endless_greeting(plain):
    while True:
        plain.send("220-" + "lab " * 200 + "\r\n")


SERVERS = {
    "smtp": smtp, "lmtp": lmtp, "imap": imap, "pop3": pop3, "ftp": ftp, "nntp": nntp, "sieve": sieve, "irc": irc, "xmpp": xmpp,
    "xmpp-server": xmpp_server, "postgres": postgres, "mysql": mysql, "ldap": ldap, "rdp": rdp,
}
INJECTABLE = {"smtp", "lmtp", "imap", "pop3", "ftp", "nntp", "sieve"}


def context(lab):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("ECDHE+AESGCM")
    made.load_cert_chain(lab.pki.ec.full_file, lab.pki.ec.key_file)
    return made


def start(script):
    """The script and then TLS, over which every line is answered with an error of the protocol, so that nothing is left hanging."""
    def run(lab):
        made = context(lab)

        def handle(connection):
            script(Plain(connection))
            try:
                with made.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(4096)
            except ssl.SSLError:
                pass  # The scanner's hello was made to be refused.
        return lab.serve(handle)
    return run


def injectable(lab):
    """A mail server that takes what came before TLS for what comes inside it (CVE-2011-0411)."""
    made = context(lab)

    def handle(connection):
        plain = Plain(connection)
        plain.send("220 lab.example ESMTP\r\n")
        buffer = b""
        while True:
            buffer += connection.recv(4096) or _end()
            while b"\n" in buffer:
                line, _, buffer = buffer.partition(b"\n")
                verb = line.strip().upper()
                if verb.startswith(b"EHLO"):
                    plain.send("250-lab.example\r\n250 STARTTLS\r\n")
                elif verb == b"STARTTLS":
                    plain.send("220 2.0.0 ready for TLS\r\n")
                    _inside(made, connection, buffer)
                    return
                else:
                    plain.send("502 5.5.1 not here\r\n")
    return lab.serve(handle)


def _inside(made, connection, buffer):
    try:
        with made.wrap_socket(connection, server_side=True) as secure:
            while True:
                while b"\n" in buffer:
                    _, _, buffer = buffer.partition(b"\n")
                    secure.sendall(b"250 2.0.0 done\r\n")
                more = secure.recv(4096)
                if not more:
                    return
                buffer += more
    except ssl.SSLError:
        pass  # As above.


def _end():
    raise EOFError


# The other side


def client(name):
    """What a client says before TLS, for peek.py."""
    def lines(*steps):
        def run(connection):
            plain = Plain(connection)
            for request, ending in steps:
                if request:
                    plain.send(request)
                while not plain.line().startswith(ending):
                    pass
        return run

    def packets(connection):
        plain = Plain(connection)
        if name == "postgres":
            plain.send(bytes.fromhex("0000000804d2162f"))
            plain.exactly(1)
        elif name == "mysql":
            plain.exactly(int.from_bytes(plain.exactly(4)[:3], "little"))
            plain.send(b"\x20\0\0\1" + struct.pack("<II", 0x0000AA00 | MYSQL_SSL, 1 << 24) + bytes([33]) + bytes(23))
        elif name == "ldap":
            request = b"\x02\x01\x01\x77" + bytes([2 + len(LDAP_OID)]) + b"\x80" + bytes([len(LDAP_OID)]) + LDAP_OID
            plain.send(b"\x30" + bytes([len(request)]) + request)
            plain.ber()
        elif name == "rdp":
            plain.send(bytes.fromhex("030000130ee000000000000100080003000000"))
            plain.exactly(19)
        else:
            plain.send(XMPP.replace(b"{kind}", b"client"))
            plain.until(b"</stream:features>")
            plain.send(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
            plain.until(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")

    greeting = {"sieve": "OK", "irc": None, "imap": "* OK", "pop3": "+OK", "nntp": "200"}
    return {
        "smtp": lines((None, "220 "), ("EHLO peek.invalid\r\n", "250 "), ("STARTTLS\r\n", "220 ")),
        "lmtp": lines((None, "220 "), ("LHLO peek.invalid\r\n", "250 "), ("STARTTLS\r\n", "220 ")),
        "imap": lines((None, greeting["imap"]), ("a STARTTLS\r\n", "a OK")),
        "pop3": lines((None, "+OK"), ("STLS\r\n", "+OK")),
        "ftp": lines((None, "220 "), ("AUTH TLS\r\n", "234 ")),
        "nntp": lines((None, "200"), ("STARTTLS\r\n", "382")),
        "sieve": lines((None, "OK"), ("STARTTLS\r\n", "OK")),
        "irc": lines(("STARTTLS\r\n", ":lab.example 670")),
    }.get(name, packets)


def cases():
    facts = {
        "versions": ["TLSv1.2", "TLSv1.3"], "keys": ["EC-secp256r1"], "failure": None,
        "suites": {"TLSv1.2": {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}}}
    refused = {"versions": [], "failure": "preamble", "findings": AtLeast("tls-not-spoken")}
    found = [
        Case(f"starttls-{name}", start(script), {**facts, **({"startTLSInjection": False} if name in INJECTABLE else {})}, starttls=name)
        for name, script in SERVERS.items()]
    return found + [
        Case("starttls-injection", injectable, {
            **facts, "startTLSInjection": True, "findings": AtLeast("tls-starttls-injection")}, starttls="smtp"),
        Case("starttls-smtp-refused", start(smtp_refused), refused, starttls="smtp", peekable=False),
        Case("starttls-mysql-refused", start(mysql_without), refused, starttls="mysql", peekable=False),
        Case("starttls-rdp-refused", start(rdp_refused), refused, starttls="rdp", peekable=False),
        Case("starttls-postgres-refused", start(postgres_refused), refused, starttls="postgres", peekable=False),
        Case("starttls-endless", start(endless_greeting), {**refused, "failure": OneOf("preamble", "budget", "protocol-error")},
             starttls="smtp", peekable=False),
    ]
