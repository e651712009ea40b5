"""lighttpd with five TLS libraries: OpenSSL, GnuTLS, mbedTLS, NSS, wolfSSL."""

from ports import free_port

from .case import Case, Skip, program
from .names import TLS13
from pathlib import Path

from .view import AtLeast, OneOf

CONFIGURATION = """
server.document-root = "{folder}"
server.port = {port}
server.bind = "127.0.0.1"
server.modules = ("mod_{module}", "mod_setenv")
server.errorlog = "{folder}/error.log"
ssl.engine = "enable"
ssl.pemfile = "{full}"
ssl.privkey = "{key}"
{more}
"""


def start(module, more="", identity="ec"):
    def run(lab):
        if not any(Path(folder, f"mod_{module}.so").exists() for folder in ["/usr/lib/lighttpd", "/usr/lib/x86_64-linux-gnu/lighttpd"]):
            raise Skip(f"lighttpd's mod_{module} is not installed")
        port, leaf = free_port(), lab.pki.leaf(identity)
        path = lab.file("lighttpd.conf", CONFIGURATION.format(
            folder=lab.folder, port=port, module=module, full=leaf.full_file, key=leaf.key_file, more=more))
        return lab.spawn(program("lighttpd"), "-D", "-f", path, port=port)
    return run


def cases():
    both = {"versions": ["TLSv1.2", "TLSv1.3"], "keys": ["EC-secp256r1"], "suites": {"TLSv1.3": AtLeast("TLS_AES_128_GCM_SHA256")}}
    return [
        Case("lighttpd-openssl", start("openssl"), {**both, "suites": {"TLSv1.3": set(TLS13)}}),
        Case("lighttpd-gnutls", start("gnutls"), {**both, "fallbackSCSV": OneOf(True)}),
        # DHE goes only to clients that name groups of RFC 7919.
        Case("lighttpd-gnutls-rsa", start("gnutls", identity="rsa"), {
            "versions": ["TLSv1.2", "TLSv1.3"], "keys": ["RSA-2048"]}),
        Case("lighttpd-mbedtls", start("mbedtls"), {"versions": ["TLSv1.2"], "keys": ["EC-secp256r1"]}),
        Case("lighttpd-nss", start("nss"), {**both, "suites": {"TLSv1.3": {"TLS_CHACHA20_POLY1305_SHA256"}, "TLSv1.2": {
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"}}}),
        Case("lighttpd-wolfssl", start("wolfssl"), {"versions": AtLeast("TLSv1.2", "TLSv1.3"), "keys": ["EC-secp256r1"]}),
    ]
