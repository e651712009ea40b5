"""An authority, its OCSP responder and its web server, for tests of revocation: most of what it says is wrong.

    revocation_peer.py TIME

TIME is the second since 1970 at which honest answers are valid. It makes everything in a folder of its own, prints the folder and the
ports that it serves on 127.0.0.1, one for http and one for https, a line each, and ends, removing the folder, when its standard input
does.
"""

import base64
import datetime
import http.server
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.fromtimestamp(int(sys.argv[1]), datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
SERIAL, OTHER_SERIAL = 1000, 2000
FOLDER = ""
BASE = ""


def write(name, content):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(content)


class Party:
    """A key, and a certificate over it."""

    def __init__(self, name, issuer=None, *, serial=None, is_authority=False, key=None, start=NOW - 30 * DAY, end=NOW + 30 * DAY,
                 extensions=(), signs_lists=True, common_name=None):
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name or name)])
        issuer_name, issuer_key = (issuer.name, issuer.key) if issuer else (self.name, self.key)
        builder = (
            x509.CertificateBuilder().subject_name(self.name).issuer_name(issuer_name).public_key(self.key.public_key())
            .serial_number(serial or x509.random_serial_number()).not_valid_before(start).not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
        )
        if is_authority:
            usage = dict.fromkeys(["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                                   "encipher_only", "decipher_only"], False)
            builder = builder.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=signs_lists, **usage), critical=True)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        self.certificate = builder.sign(issuer_key, hashes.SHA256())
        write(name + ".der", self.certificate.public_bytes(Encoding.DER))
        write(name + ".pem", self.certificate.public_bytes(Encoding.PEM))
        write(name + ".key", self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def places(*, responders=(), issuers=(), lists=()):
    """The extensions that say where to ask."""
    def urls(paths):
        return [x509.UniformResourceIdentifier(path if "://" in path else BASE + path) for path in paths]

    descriptions = [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, url) for url in urls(responders)]
    descriptions += [x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, url) for url in urls(issuers)]
    extensions = [x509.AuthorityInformationAccess(descriptions)] if descriptions else []
    if lists:
        extensions.append(x509.CRLDistributionPoints([x509.DistributionPoint([url], None, None, None) for url in urls(lists)]))
    return extensions


def write_responses(leaf, other, authority, twin, stranger):
    good, revoked, unknown = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN
    signing = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    delegate = Party("delegate", authority, extensions=[signing, x509.OCSPNoCheck()])
    unchecked = Party("delegate-unchecked", authority, extensions=[signing])
    plain = Party("delegate-plain", authority)
    any_usage = Party("delegate-any", authority, extensions=[x509.ExtendedKeyUsage([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE])])
    foreign = Party("delegate-foreign", stranger, extensions=[signing, x509.OCSPNoCheck()])
    by_twin = Party("delegate-twin", twin, extensions=[signing, x509.OCSPNoCheck()])
    weak = Party("delegate-weak")
    # Python signs nothing with SHA-1.
    request = x509.CertificateSigningRequestBuilder().subject_name(weak.name).sign(weak.key, hashes.SHA256())
    write("weak.csr", request.public_bytes(Encoding.PEM))
    openssl("x509", "-req", "-in", "weak.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-sha1", "-out", "weak.pem")
    with open(os.path.join(FOLDER, "weak.pem"), "rb") as file:
        weak.certificate = x509.load_pem_x509_certificate(file.read())
    late = Party("delegate-late", authority, extensions=[signing, x509.OCSPNoCheck()], start=NOW - 9 * DAY, end=NOW - 8 * DAY)

    def respond(name, status=good, *, certificate=leaf, issuer=authority, signer=authority, this=NOW - DAY, next=NOW + DAY,
                hash=hashes.SHA1(), by=ocsp.OCSPResponderEncoding.HASH, attach=(), reason=None, critical=False):
        builder = ocsp.OCSPResponseBuilder().add_response(
            certificate.certificate, issuer.certificate, hash, status, this, next, NOW - 2 * DAY if status is revoked else None, reason)
        builder = builder.responder_id(by, signer.certificate)
        if attach:
            builder = builder.certificates([party.certificate for party in attach])
        if critical:
            builder = builder.add_extension(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00"), True)
        response = builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)
        write("ocsp-" + name, response)
        return response

    response = respond("good")
    write("ocsp-flipped", response[:-1] + bytes([response[-1] ^ 1]))
    write("ocsp-cut", response[:-20])
    write("ocsp-trailing", response + b"\0")
    write("ocsp-garbage", b"\x30\x03\x0a\x01")
    write("ocsp-empty", b"")
    respond("good-sha256", hash=hashes.SHA256())
    respond("good-sha512", hash=hashes.SHA512())
    respond("good-by-name", by=ocsp.OCSPResponderEncoding.NAME)
    respond("revoked", revoked, reason=x509.ReasonFlags.key_compromise)
    respond("revoked-silent", revoked)
    respond("unknown", unknown)
    respond("expired", this=NOW - 3 * DAY, next=NOW - DAY)
    respond("within-skew", this=NOW - DAY, next=NOW - datetime.timedelta(minutes=4))
    respond("future", this=NOW + DAY, next=NOW + 2 * DAY)
    respond("endless", this=NOW - 9 * DAY, next=None)
    respond("endless-old", this=NOW - 11 * DAY, next=None)
    respond("other-serial", certificate=other)
    respond("other-issuer", issuer=stranger)
    respond("stranger", signer=stranger)
    respond("stranger-attached", signer=stranger, attach=[stranger])
    respond("twin", signer=twin, by=ocsp.OCSPResponderEncoding.NAME)
    respond("twin-attached", signer=twin, by=ocsp.OCSPResponderEncoding.NAME, attach=[twin])
    respond("delegate", signer=delegate, attach=[delegate])
    respond("delegate-by-name", signer=delegate, attach=[plain, delegate], by=ocsp.OCSPResponderEncoding.NAME)
    respond("delegate-missing", signer=delegate)
    respond("delegate-unchecked", signer=unchecked, attach=[unchecked])
    respond("delegate-plain", signer=plain, attach=[plain])
    respond("delegate-any", signer=any_usage, attach=[any_usage])
    respond("delegate-foreign", signer=foreign, attach=[foreign, stranger])
    respond("delegate-twin", signer=by_twin, attach=[by_twin])
    respond("delegate-late", signer=late, attach=[late])
    respond("delegate-weak", signer=weak, attach=[weak])
    respond("crowd", signer=delegate, attach=[plain] * 16 + [delegate])
    respond("critical", critical=True)
    for status in ["malformed_request", "internal_error", "try_later", "sig_required", "unauthorized"]:
        response = ocsp.OCSPResponseBuilder.build_unsuccessful(getattr(ocsp.OCSPResponseStatus, status.upper()))
        write("ocsp-" + status.replace("_", "-"), response.public_bytes(Encoding.DER))


def write_lists(authority, twin, stranger, silent):
    def entry(serial, reason=None, extensions=()):
        builder = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - 5 * DAY)
        if reason:
            builder = builder.add_extension(x509.CRLReason(reason), False)
        for extension in extensions:
            builder = builder.add_extension(extension, True)
        return builder.build()

    def publish(name, entries=(), *, signer=authority, issuer_name=None, this=NOW - DAY, next=NOW + DAY, extensions=()):
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer_name or signer.name).last_update(this).next_update(next)
        for revoked in entries:
            builder = builder.add_revoked_certificate(revoked)
        builder = builder.add_extension(x509.CRLNumber(7), False)
        for extension in extensions:
            builder = builder.add_extension(extension, True)
        crl = builder.sign(signer.key, hashes.SHA256())
        write("crl-" + name, crl.public_bytes(Encoding.DER))
        return crl

    def point(path=None, **scope):
        defaults = {"only_contains_user_certs": False, "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
                    "only_contains_attribute_certs": False} | scope
        name = [x509.UniformResourceIdentifier(BASE + path)] if path else None
        return x509.IssuingDistributionPoint(full_name=name, relative_name=None, **defaults)

    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.2"), b"\x05\x00")
    others = [entry(number) for number in range(3000, 3300)]
    clean = publish("clean", others)
    write("crl-clean-pem", clean.public_bytes(Encoding.PEM))
    der = clean.public_bytes(Encoding.DER)
    write("crl-flipped", der[:-1] + bytes([der[-1] ^ 1]))
    write("crl-cut", der[:-20])
    write("crl-trailing", der + b"\0")
    write("crl-garbage", b"<html>Not here</html>")
    encrypted = b"-----BEGIN X509 CRL-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n" \
        + b"AAAA\n-----END X509 CRL-----\n"
    write("crl-encrypted", encrypted)
    publish("nothing")
    publish("revoked", others + [entry(SERIAL, x509.ReasonFlags.key_compromise)])
    publish("revoked-silent", [entry(SERIAL)])
    publish("hold", [entry(SERIAL, x509.ReasonFlags.certificate_hold)])
    publish("removed", [entry(SERIAL, x509.ReasonFlags.remove_from_crl)])
    publish("expired", this=NOW - 3 * DAY, next=NOW - DAY)
    publish("future", this=NOW + DAY, next=NOW + 2 * DAY)
    publish("stranger", signer=stranger)
    publish("twin", signer=twin)
    publish("silent", signer=silent)
    publish("delta", extensions=[x509.DeltaCRLIndicator(5)])
    publish("indirect", extensions=[point(indirect_crl=True)])
    publish("indirect-entry", [entry(3000, extensions=[x509.CertificateIssuer([x509.DirectoryName(stranger.name)])])])
    publish("critical", extensions=[unknown])
    publish("critical-entry", [entry(3000, extensions=[unknown])])
    publish("attributes", extensions=[point(only_contains_attribute_certs=True)])
    publish("authorities", extensions=[point(only_contains_ca_certs=True)])
    publish("users", extensions=[point(only_contains_user_certs=True)])
    publish("own-point", extensions=[point("/file/crl-clean")])
    publish("other-point", extensions=[point("/file/crl-shard-2")])
    some = frozenset([x509.ReasonFlags.key_compromise])
    publish("some-reasons", extensions=[point(only_some_reasons=some)])
    publish("some-reasons-revoked", [entry(SERIAL, x509.ReasonFlags.key_compromise)], extensions=[point(only_some_reasons=some)])


def write_chains(root, authority):
    """Leaves whose issuers have to be fetched."""
    def leaf(name, *issuers, by=authority):
        Party("aia-" + name, by, extensions=places(issuers=issuers))

    certificates = [root.certificate, authority.certificate]
    write("bundle.p7c", pkcs7.serialize_certificates(certificates, Encoding.DER))
    write("bundle.p7.pem", pkcs7.serialize_certificates(certificates, Encoding.PEM))
    write("bundle.pem", b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates))
    for name, file in {"der": "ca.der", "pem": "bundle.pem", "pkcs7": "bundle.p7c", "pkcs7-pem": "bundle.p7.pem", "wrong": "stranger.der",
                       "twin": "twin.der", "garbage": "crl-garbage", "itself": "aia-itself.der"}.items():
        leaf(name, "/file/" + file)
    leaf("dead", "/status/404")
    leaf("second", "/status/500", "/file/ca.der")
    leaf("none")
    leaf("ldap", "ldap://directory.example/cn=ca")
    leaf("many", *[f"/status/{404 + number % 7}?{number}" for number in range(40)])
    # Two authorities that have certificates from each other and from nobody else.
    one, two = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    first = Party("loop-start-1", key=one, is_authority=True, common_name="loop-1")
    second = Party("loop-start-2", key=two, is_authority=True, common_name="loop-2")
    Party("loop-1", second, key=one, is_authority=True, extensions=places(issuers=["/file/loop-2.der"]))
    Party("loop-2", first, key=two, is_authority=True, extensions=places(issuers=["/file/loop-1.der"]))
    leaf("loop", "/file/loop-1.der", by=first)
    # An endless line of authorities, as far as anybody looks.
    above = root
    for number in range(9, -1, -1):
        above = Party(f"deep-{number}", above, is_authority=True, extensions=places(issuers=[f"/file/deep-{number + 1}.der"]))
    leaf("deep", "/file/deep-0.der", by=above)


def write_all():
    root = Party("root", is_authority=True, end=NOW + 3000 * DAY)
    authority = Party("ca", root, is_authority=True,
                      extensions=places(issuers=["/file/root.der"], lists=["/file/crl-root"]))
    key = authority.key
    twin = Party("twin", root, is_authority=True, common_name="ca")
    stranger = Party("stranger", is_authority=True)
    silent = Party("silent", root, key=key, is_authority=True, signs_lists=False, common_name="ca")
    root_list = x509.CertificateRevocationListBuilder().issuer_name(root.name).last_update(NOW - DAY).next_update(NOW + DAY)
    write("crl-root", root_list.sign(root.key, hashes.SHA256()).public_bytes(Encoding.DER))

    def leaf(name, serial=SERIAL, extensions=(), **where):
        life = {"start": where.pop("start", NOW - 30 * DAY), "end": where.pop("end", NOW + 30 * DAY)}
        return Party(name, authority, serial=serial, extensions=places(**where) + list(extensions), **life)

    subject = leaf("leaf", responders=["/ocsp/good"], lists=["/file/crl-clean"], issuers=["/file/ca.der"])
    other = leaf("other", OTHER_SERIAL)
    for name in ["revoked", "unknown", "expired", "try-later", "garbage", "flipped"]:
        leaf("ocsp-leaf-" + name, responders=["/ocsp/" + name])
    leaf("post-only", responders=["/post-only/good"])
    leaf("fallback", responders=["/status/500"], lists=["/file/crl-clean"])
    leaf("contradiction", responders=["/ocsp/good"], lists=["/file/crl-revoked"])
    leaf("list-only", lists=["/file/crl-revoked"])
    leaf("ldap", lists=["ldap://directory.example/cn=ca", "/file/crl-clean"])
    leaf("dead", responders=["http://127.0.0.1:1/"], lists=["/status/404"])
    leaf("many", responders=[f"/status/500?{number}" for number in range(40)])
    for name, serial, digest in [("good", SERIAL, "sha256"), ("revoked", OTHER_SERIAL, "sha256"), ("unknown", 5000, "sha256"),
                                 ("weak", SERIAL, "sha1")]:
        leaf("stock-" + name, serial, responders=["/stock/" + digest])
        leaf("stock-list-" + name, serial, lists=["/stock-list/" + digest])
    leaf("none")
    leaf("short", start=NOW - DAY, end=NOW + 5 * DAY)
    leaf("must-staple", extensions=[x509.TLSFeature([x509.TLSFeatureType.status_request])], responders=["/ocsp/good"])
    write_responses(subject, other, authority, twin, stranger)
    write_lists(authority, twin, stranger, silent)
    write_chains(root, authority)
    write_database()


def write_database():
    """What `openssl ca` knows about the certificates of the authority; its answers are of the present day."""
    write("index.txt", f"V\t491231000000Z\t\t{SERIAL:04X}\tunknown\t/CN=leaf\n"
          f"R\t491231000000Z\t200102030405Z,superseded\t{OTHER_SERIAL:04X}\tunknown\t/CN=other\n".encode())
    write("crlnumber", b"01\n")
    write("ca.cnf", f"[ca]\ndefault_ca=own\n[own]\ndatabase={FOLDER}/index.txt\ncrlnumber={FOLDER}/crlnumber\n"
          f"certificate={FOLDER}/ca.pem\nprivate_key={FOLDER}/ca.key\ndefault_crl_days=1\ndefault_md=sha256\n".encode())


STOCK = threading.Lock()


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=FOLDER, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=20)


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self, content, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def file(self, name):
        try:
            with open(os.path.join(FOLDER, os.path.basename(name)), "rb") as file:
                self.body(file.read())
        except OSError:
            self.body(b"", 404)

    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def answer(self, content):
        if self.path.startswith("http://"):
            # Asked as a proxy.
            return self.on_echo(None, None, content)
        words = self.path.split("?")[0].split("/")[1:]
        target = self.path.partition("?")[2]
        try:
            getattr(self, "on_" + words[0].replace("-", "_"))(words[1:], target, content)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def on_file(self, words, *_):
        self.file(words[0])

    def on_ocsp(self, words, *_):
        self.file("ocsp-" + words[0])

    def on_stock(self, words, _, content):
        """An answer of `openssl ocsp`."""
        if self.command == "GET":
            content = base64.b64decode(urllib.parse.unquote(words[1]))
        with STOCK:
            write("stock-request", content)
            openssl("ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key", "-rmd", words[0], "-ndays", "1",
                    "-reqin", "stock-request", "-respout", "stock-response")
            self.file("stock-response")

    def on_stock_list(self, words, *_):
        """A list of `openssl ca`, which writes PEM."""
        with STOCK:
            openssl("ca", "-config", "ca.cnf", "-gencrl", "-md", words[0], "-out", "stock-crl")
            self.file("stock-crl")

    def on_post_only(self, words, *_):
        if self.command != "POST" or self.headers["Content-Type"] != "application/ocsp-request":
            return self.body(b"", 405)
        self.file("ocsp-" + words[0])

    def on_status(self, words, *_):
        self.body(b"An error.", int(words[0]))

    def on_hop(self, words, *_):
        count = int(words[0])
        self.body(b"arrived") if count == 0 else self.body(b"", 302, Location=f"/hop/{count - 1}", Set_Cookie="a=b; Path=/")

    def on_loop(self, *_):
        self.body(b"", 301, Location="/loop")

    def on_to(self, _, target, __):
        self.body(b"", 302, Location=target)

    def on_echo(self, _, __, content):
        self.body(f"{self.command} {self.path}\n{self.headers}".encode() + content)

    def on_size(self, words, *_):
        self.body(b"x" * int(words[0]))

    def on_endless(self, *_):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            self.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    def on_trickle(self, *_):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x")
            time.sleep(0.05)

    def on_silence(self, *_):
        # Ends when the other side does.
        self.connection.recv(1)
        self.close_connection = True

    def on_headers(self, *_):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.wfile.write(b"X-More: " + b"x" * 1000 + b"\r\n")

    def on_nonsense(self, *_):
        self.wfile.write(b"SSH-2.0-nonsense\r\n")
        self.close_connection = True

    def on_short(self, *_):
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"x")
        self.close_connection = True


with tempfile.TemporaryDirectory(prefix="coffer-revocation-") as folder:
    FOLDER = folder
    http.server.ThreadingHTTPServer.request_queue_size = 128
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    BASE = f"http://127.0.0.1:{server.server_address[1]}"
    write_all()
    # Of an authority that nobody trusts, and of no name.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "leaf.pem"), os.path.join(folder, "leaf.key"))
    secure = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    secure.daemon_threads = True
    secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    for one in [server, secure]:
        threading.Thread(target=one.serve_forever, daemon=True).start()
    print(folder, server.server_address[1], secure.server_address[1], sep="\n", flush=True)
    sys.stdin.read()
