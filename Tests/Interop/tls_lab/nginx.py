"""nginx with the system's OpenSSL: what most of the web looks like."""

import getpass

from ports import free_port

from .case import Case, program
from .names import MOZILLA_INTERMEDIATE, OPENSSL_GROUPS12, OPENSSL_GROUPS13, TLS13, openssl
from .view import AtLeast, NotTested, Without

HSTS = 'add_header Strict-Transport-Security "{}" always;'
NGINX_DEFAULT = "HIGH:!aNULL:!MD5"

FRAME = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{servers}
}}
"""


def server(port, identities, directives, listen="ssl", name="lab.example"):
    pairs = "\n".join(
        f"        ssl_certificate {identity.full_file};\n        ssl_certificate_key {identity.key_file};" for identity in identities)
    return f"""
    server {{
        listen 127.0.0.1:{port} {listen};
        server_name {name};
{pairs}
        {directives}
        location / {{ return 200 "lab\\n"; }}
    }}
"""


def configuration(folder, servers):
    user = f"user {getpass.getuser()};" if getpass.getuser() == "root" else ""
    return FRAME.format(folder=folder, servers=servers, user=user)


def start(directives="", identities=("rsa",), listen="ssl"):
    def run(lab):
        port = free_port()
        text = directives(lab) if callable(directives) else directives
        leaves = [lab.pki.leaf(name) for name in identities]
        path = lab.file("nginx.conf", configuration(lab.folder, server(port, leaves, text, listen)))
        return lab.spawn(program("nginx"), "-c", path, "-p", lab.folder, port=port)
    return run


def by_name(lab):
    """The certificate of the default server differs from the one that goes with a name."""
    port = free_port()
    servers = server(port, [lab.pki.self_signed()], "", "ssl default_server", "other.example") + server(port, [lab.pki.ec], "")
    path = lab.file("nginx.conf", configuration(lab.folder, servers))
    return lab.spawn(program("nginx"), "-c", path, "-p", lab.folder, port=port)


def clients(mode):
    return lambda lab: f"ssl_client_certificate {lab.pki.authority('ec')[0].leaf_file}; ssl_verify_client {mode}; ssl_verify_depth 2;"


def stapling(lab):
    return f"ssl_stapling on; ssl_stapling_file {lab.pki.staple(lab.pki.rsa)};"


def cases():
    return [
        Case("nginx-default", start("ssl_protocols TLSv1.2 TLSv1.3;"), {
            "versions": ["TLSv1.2", "TLSv1.3"], "failure": None, "keys": ["RSA-2048"], "chain lengths": [2],
            "suites": {"TLSv1.3": set(TLS13), "TLSv1.2": set(openssl(NGINX_DEFAULT, "TLSv1.2", exchange=("ECDH", "RSA")))},
            # ssl_ecdh_curve auto leaves libssl's own list.
            "groups13": OPENSSL_GROUPS13, "groups12": OPENSSL_GROUPS12,
            "extendedMasterSecret": True, "encryptThenMAC": True, "secureRenegotiation": True, "sessionTickets": True,
            "heartbeat": False, "compression": False, "downgradeSentinel": True, "finiteField": [],
            "clientRenegotiation": False, "http": {"status": 200, "strictTransportSecurity": None},
            "vulnerabilities": {"heartbleed": "not-vulnerable", "ccs-injection": "not-vulnerable"},
            "tolerance": {"futureVersion": True, "longHello": True, "unknownExtension": True, "unknownCipherSuites": True}}),
        Case("nginx-quietly", start("ssl_protocols TLSv1.2 TLSv1.3;"), {
            "versions": ["TLSv1.2", "TLSv1.3"], "vulnerabilities": {"robot": NotTested()}}, is_intrusive=False),
        Case("nginx-intermediate", start(
            f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {MOZILLA_INTERMEDIATE}; ssl_prefer_server_ciphers off;"
            + "ssl_ecdh_curve X25519:prime256v1:secp384r1;" + HSTS.format("max-age=63072000"), ("rsa", "ec")), {
            "versions": ["TLSv1.2", "TLSv1.3"], "keys": ["EC-secp256r1", "RSA-2048"],
            "suites": {"TLSv1.2": set(openssl(MOZILLA_INTERMEDIATE, "TLSv1.2", ("RSA", "ECDSA"))), "TLSv1.3": set(TLS13)},
            "preference": {"TLSv1.2": "client", "TLSv1.3": "client"},
            "groups13": ["x25519", "secp256r1", "secp384r1"], "groups12": {"x25519", "secp256r1", "secp384r1"},
            "http": {"strictTransportSecurity": "max-age=63072000"},
            "findings": Without("tls-no-hsts", "tls-hsts-short", "tls-cbc-only")}),
        Case("nginx-server-order", start(
            "ssl_protocols TLSv1.2; ssl_prefer_server_ciphers on; ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256;"), {
            "suites": {"TLSv1.2": ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]},
            "preference": {"TLSv1.2": "server"}}),
        Case("nginx-old-versions", start("ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers HIGH:!aNULL:@SECLEVEL=0;"), {
            "versions": ["TLSv1.0", "TLSv1.1", "TLSv1.2"], "fallbackSCSV": True,
            "findings": AtLeast("tls-version-1-0", "tls-version-1-1")}),
        Case("nginx-hsts-short", start(HSTS.format("max-age=86400")), {
            "http": {"strictTransportSecurity": "max-age=86400"}, "findings": AtLeast("tls-hsts-short")}),
        Case("nginx-hsts-malformed", start(HSTS.format("max-age=soon; max-age=9")), {
            "http": {"strictTransportSecurity": "max-age=soon; max-age=9"}, "findings": AtLeast("tls-hsts-malformed")}),
        Case("nginx-redirect", start("return 301 https://www.lab.example/;"), {
            "http": {"status": 301, "location": AnyHost("www.lab.example")}}),
        Case("nginx-tickets-off", start("ssl_session_tickets off; ssl_session_cache shared:lab:1m; ssl_protocols TLSv1.2 TLSv1.3;"), {
            "sessionTickets": False, "resumesByTicket": False, "resumesBySessionID": True}),
        Case("nginx-no-sessions", start("ssl_session_tickets off; ssl_session_cache off; ssl_protocols TLSv1.2;"), {
            "sessionTickets": False, "resumesByTicket": False, "resumesBySessionID": False}),
        Case("nginx-tickets", start("ssl_session_timeout 10m; ssl_protocols TLSv1.2 TLSv1.3;"), {
            "sessionTickets": True, "resumesByTicket": True, "resumesInTLS13": True, "ticketLifetime": 600}),
        Case("nginx-early-data", start("ssl_early_data on; ssl_protocols TLSv1.3;"), {"earlyData": 16384}),
        Case("nginx-stapling", start(stapling), {"stapling": True, "stapled": True}),
        Case("nginx-client-optional", start(clients("optional")), {
            "client": {"isRequested": True, "isRequired": False, "authorities": ["CN=Lab Root ec"]}, "http": {"status": 200}}),
        # nginx finishes the handshake and then answers 400.
        Case("nginx-client-required", start(clients("on")), {
            "client": {"isRequested": True, "authorities": ["CN=Lab Root ec"]}, "http": {"status": 400}}),
        Case("nginx-http2", start(listen="ssl http2"), {"alpn": {"h2", "http/1.1"}}),
        Case("nginx-default-server", by_name, {"keys": ["EC-secp256r1"], "chain lengths": [1, 2]}, arguments=["--sni", "lab.example"]),
        Case("nginx-dhe", start(lambda lab: dhe(lab)), {
            "suites": {"TLSv1.2": {"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"}},
            "finiteField": [{"bits": 2048, "name": "ffdhe2048", "origin": "standard"}], "reusesDHKey": False}),
        Case("nginx-reject-handshake", start("ssl_reject_handshake on;", ()), {"versions": [], "findings": Without("tls-version-1-0")}),
    ]


class AnyHost:
    """A redirection to this host, however it is written."""

    def __init__(self, host):
        self.host = host

    def accepts(self, value):
        return isinstance(value, str) and self.host in value

    def __repr__(self):
        return f"a place at {self.host}"


def dhe(lab):
    from . import dh
    path = lab.file("dh.pem", dh.pem("ffdhe2048"))
    return f"ssl_protocols TLSv1.2; ssl_dhparam {path}; ssl_ciphers DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384;"
