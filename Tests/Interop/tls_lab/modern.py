"""Newer stacks than the system's: OpenSSL 4 through pyOpenSSL, rustls through granian, BoringSSL through gRPC, Go through Caddy."""

import importlib.util
import json
import shutil
from pathlib import Path

from ports import free_port

from .case import Case, Skip
from .names import TLS13
from .view import AtLeast, OneOf, Without

INTEROP = Path(__file__).resolve().parents[1]
RUSTLS12 = {f"TLS_ECDHE_RSA_WITH_{cipher}" for cipher in ["AES_256_GCM_SHA384", "AES_128_GCM_SHA256", "CHACHA20_POLY1305_SHA256"]}
BORING12 = RUSTLS12
CADDYFILE = """
{{
    admin off
    auto_https off
    storage file_system {folder}/storage
}}
https://:{port} {{
    tls {full} {key} {{
        {options}
    }}
    {directives}
    respond "lab"
}}
"""


def needs(lab, *packages):
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    if missing:
        raise Skip(f"the Python package {missing[0]} is not installed")


def module(lab, name, *arguments, port):
    return lab.spawn(lab.python, "-m", f"tls_lab.{name}", *arguments, port=port,
                     environment={"PYTHONPATH": str(INTEROP), "PYTHONDONTWRITEBYTECODE": "1"})


def openssl4(identity="rsa", **options):
    """An OpenSSL that has ML-KEM and ML-DSA, which means 3.5 or newer."""
    def run(lab):
        needs(lab, "OpenSSL")
        from OpenSSL import SSL
        if SSL.OPENSSL_VERSION_NUMBER < 0x30500000:
            raise Skip(f"pyOpenSSL has {SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode()}, without post-quantum algorithms")
        leaf = lab.pki.mldsa() if identity == "mldsa" else lab.pki.leaf(identity)
        if leaf is None:
            raise Skip("this cryptography makes no ML-DSA certificates")
        port = free_port()
        asked = {"port": port, "certificate": str(leaf.full_file), "key": str(leaf.key_file), **options}
        return module(lab, "pyopenssl_server", json.dumps(asked), port=port)
    return run


def rustls(minimum="tls1.2", *arguments):
    def run(lab):
        needs(lab, "granian")
        port = free_port()
        application = lab.file("application.py", 'async def app(scope, receive, send):\n    pass\n')
        return lab.spawn(
            lab.python, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", port, "--ssl-certificate",
            lab.pki.rsa.full_file, "--ssl-keyfile", lab.pki.rsa.key_file, "--ssl-protocol-min", minimum, *arguments, "application:app",
            port=port, environment={"PYTHONPATH": str(application.parent)})
    return run


def boringssl(lab):
    needs(lab, "grpc")
    port = free_port()
    return module(lab, "grpc_server", port, lab.pki.rsa.full_file, lab.pki.rsa.key_file, port=port)


def caddy(options="", directives=""):
    def run(lab):
        found = Path(lab.python).with_name("caddy")
        binary = str(found) if found.exists() else shutil.which("caddy")
        if not binary:
            raise Skip("caddy is not installed")
        port = free_port()
        path = lab.file("Caddyfile", CADDYFILE.format(
            folder=lab.folder, port=port, full=lab.pki.rsa.full_file, key=lab.pki.rsa.key_file, options=options, directives=directives))
        return lab.spawn(binary, "run", "--adapter", "caddyfile", "--config", path, port=port,
                         environment={"HOME": str(lab.folder), "XDG_DATA_HOME": str(lab.folder), "XDG_CONFIG_HOME": str(lab.folder)})
    return run


def cases():
    hybrids = AtLeast("X25519MLKEM768", "x25519", "secp256r1")
    return [
        Case("openssl4-default", openssl4(), {
            "versions": ["TLSv1.2", "TLSv1.3"], "groups13": hybrids, "downgradeSentinel": True, "keys": ["RSA-2048"],
            "suites": {"TLSv1.3": set(TLS13)}, "findings": AtLeast("tls-post-quantum-key-exchange")}),
        Case("openssl4-hybrids", openssl4(groups="X25519MLKEM768:SecP256r1MLKEM768:SecP384r1MLKEM1024", minimum="TLSv1.3"), {
            "versions": ["TLSv1.3"], "groups13": {"X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"},
            "keys": OneOf(["RSA-2048"], [])}),
        Case("openssl4-pure-mlkem", openssl4(groups="MLKEM512:MLKEM768:MLKEM1024", minimum="TLSv1.3"), {
            "versions": ["TLSv1.3"], "groups13": {"MLKEM512", "MLKEM768", "MLKEM1024"}}),
        Case("openssl4-brainpool-tls13", openssl4(groups="brainpoolP256r1tls13:brainpoolP384r1tls13:X25519", minimum="TLSv1.3"), {
            "groups13": {"brainpoolP256r1tls13", "brainpoolP384r1tls13", "x25519"}}),
        Case("openssl4-mldsa", openssl4("mldsa", minimum="TLSv1.3"), {
            "versions": ["TLSv1.3"], "keys": ["ML-DSA-65"], "findings": Without("tls-classical-authentication")}),
        Case("rustls-default", rustls(), {
            "versions": ["TLSv1.2", "TLSv1.3"], "suites": {"TLSv1.2": RUSTLS12, "TLSv1.3": set(TLS13)}, "keys": ["RSA-2048"],
            "groups12": {"x25519", "secp256r1", "secp384r1"}, "finiteField": [], "extendedMasterSecret": True, "compression": False}),
        Case("rustls-tls13", rustls("tls1.3"), {"versions": ["TLSv1.3"], "suites": {"TLSv1.3": set(TLS13)}}),
        Case("boringssl-grpc", boringssl, {
            "versions": ["TLSv1.2", "TLSv1.3"], "keys": ["RSA-2048"], "alpn": AtLeast("h2"), "suites": {"TLSv1.3": set(TLS13)},
            "downgradeSentinel": True}),
        Case("go-caddy", caddy(), {
            "versions": ["TLSv1.2", "TLSv1.3"], "groups13": hybrids, "downgradeSentinel": True, "alpn": AtLeast("h2", "http/1.1"),
            "suites": {"TLSv1.3": set(TLS13), "TLSv1.2": AtLeast("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")}}),
        Case("go-caddy-strict", caddy("protocols tls1.3\n        curves x25519", 'header Strict-Transport-Security "max-age=63072000"'), {
            "versions": ["TLSv1.3"], "groups13": ["x25519"], "http": {"strictTransportSecurity": "max-age=63072000"}}),
    ]
