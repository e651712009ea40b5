"""HAProxy and stunnel: proxies with the system's OpenSSL."""

from ports import free_port

from .case import Case, program
from .names import TLS13
from .view import AtLeast

HAPROXY = """
global
    maxconn 400
    ssl-default-bind-options {options}
defaults
    mode {mode}
    timeout connect 5s
    timeout client 20s
    timeout server 20s
frontend lab
    bind 127.0.0.1:{port} ssl crt {certificate} {bind}
    {rules}
"""

STUNNEL = """
foreground = yes
pid =
output = {folder}/stunnel.log
debug = 5
[lab]
accept = 127.0.0.1:{port}
{action}
cert = {certificate}
{options}
"""


def haproxy(bind="", options="ssl-min-ver TLSv1.2", mode="http", rules="http-request return status 200"):
    def run(lab):
        port = free_port()
        if callable(bind):
            extra = bind(lab)
        else:
            extra = bind
        path = lab.file("haproxy.cfg", HAPROXY.format(
            options=options, mode=mode, port=port, certificate=lab.pki.rsa.both_file, bind=extra, rules=rules))
        return lab.spawn(program("haproxy"), "-db", "-f", path, port=port)
    return run


def stunnel(options="", action="exec = /bin/cat"):
    def run(lab):
        port = free_port()
        text = options(lab) if callable(options) else options
        path = lab.file("stunnel.conf", STUNNEL.format(
            folder=lab.folder, port=port, certificate=lab.pki.rsa.both_file, options=text, action=action))
        return lab.spawn(program("stunnel"), path, port=port)
    return run


def cases():
    gcm = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}
    names = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"
    return [
        # HAProxy has an order of its own unless told otherwise.
        Case("haproxy-default", haproxy(f"ciphers {names}"), {
            "versions": ["TLSv1.2", "TLSv1.3"], "suites": {"TLSv1.2": gcm, "TLSv1.3": set(TLS13)}, "preference": {"TLSv1.2": "server"},
            "http": {"status": 200}, "keys": ["RSA-2048"]}),
        Case("haproxy-hsts", haproxy(rules='http-request return status 200 hdr Strict-Transport-Security "max-age=31536000"'), {
            "http": {"strictTransportSecurity": "max-age=31536000"}}),
        Case("haproxy-client-order", haproxy(
            f"ciphers {names} prefer-client-ciphers no-tls-tickets curves P-256:P-384 alpn h2,http/1.1"), {
            "suites": {"TLSv1.2": gcm}, "preference": {"TLSv1.2": "client"}, "sessionTickets": False,
            "groups13": {"secp256r1", "secp384r1"}, "alpn": {"h2", "http/1.1"}}),
        Case("haproxy-client-certificates", haproxy(lambda lab: f"ca-file {lab.pki.authority('ec')[0].leaf_file} verify required"), {
            "client": {"isRequested": True, "isRequired": True, "authorities": ["CN=Lab Root ec"]}}),
        Case("haproxy-tls13-only", haproxy(options="ssl-min-ver TLSv1.3"), {
            "versions": ["TLSv1.3"], "suites": {"TLSv1.3": set(TLS13)}}),
        Case("haproxy-tls10", haproxy("ciphers AES128-SHA:@SECLEVEL=0", options="ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.1"), {
            "versions": ["TLSv1.0", "TLSv1.1"], "suites": {"TLSv1.0": {"TLS_RSA_WITH_AES_128_CBC_SHA"}},
            "findings": AtLeast("tls-version-1-0")}),
        Case("stunnel-default", stunnel(), {"versions": ["TLSv1.2", "TLSv1.3"], "keys": ["RSA-2048"]}),
        Case("stunnel-tls12", stunnel("sslVersion = TLSv1.2\nciphers = ECDHE-RSA-AES256-GCM-SHA384\ncurves = P-256"), {
            "versions": ["TLSv1.2"], "suites": {"TLSv1.2": {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"}}, "groups12": ["secp256r1"]}),
        Case("stunnel-psk", stunnel(lambda lab: "ciphers = PSK-AES128-GCM-SHA256\nPSKsecrets = {}\nsslVersion = TLSv1.2".format(
            private(lab, "psk.txt", "lab:00112233445566778899aabbccddeeff\n"))), {
            "versions": ["TLSv1.2"], "suites": {"TLSv1.2": {"TLS_PSK_WITH_AES_128_GCM_SHA256"}}}),
    ]


def private(lab, name, text):
    path = lab.file(name, text)
    path.chmod(0o600)
    return path
