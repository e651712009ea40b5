"""gnutls-serv with priority strings.

It has no option for the address that it listens on: its ports are open on all of them while a case runs.
"""

import re
import shutil
import subprocess

from ports import free_port

from .case import Case, Skip, program
from .peek import NAMES
from .view import AtLeast, Some

LEGACY = "NORMAL:%VERIFY_ALLOW_SIGN_WITH_SHA1:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2"


def start(priority, *arguments, identity="rsa"):
    def run(lab):
        port = free_port()
        command = [program("gnutls-serv"), "--port", str(port), "--http", "--quiet", "--priority", priority]
        if identity:
            leaf = lab.pki.leaf(identity)
            command += ["--x509certfile", leaf.full_file, "--x509keyfile", leaf.key_file]
        command += [argument(lab) if callable(argument) else argument for argument in arguments]
        return lab.spawn(*command, port=port)
    return run


def suites(priority, authentication=("_RSA_",)):
    """What a priority string stands for up to TLS 1.2, as gnutls-cli numbers it."""
    listing = subprocess.run(["gnutls-cli", "--list", "--priority", priority], capture_output=True, text=True, check=True).stdout
    numbers = [int(high + low, 16) for high, low in re.findall(r"^TLS_\S+\s+0x([0-9a-f]{2}), 0x([0-9a-f]{2})", listing, re.MULTILINE)]
    names = [NAMES[number] for number in numbers if number >> 8 != 0x13]
    return {name for name in names if any(part in name for part in authentication)}


def ssl3(lab):
    if "SSL3.0" not in lab.run("gnutls-cli", "--list"):
        raise Skip("this GnuTLS was built without SSLv3; Java and tlslite-ng have it")
    return start("NORMAL:-VERS-ALL:+VERS-SSL3.0:-KX-ALL:+RSA:+ARCFOUR-128:+3DES-CBC:+MD5")(lab)


def passwords(lab):
    return lab.file("psk.txt", "lab:00112233445566778899aabbccddeeff\n")


def cases():
    if not shutil.which("gnutls-cli"):
        return []
    rc4 = {"TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_RC4_128_MD5"}
    return [
        Case("gnutls-default", start("NORMAL"), {
            "versions": ["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"], "keys": ["RSA-2048"],
            "extendedMasterSecret": True, "encryptThenMAC": True, "downgradeSentinel": True, "heartbeat": False,
            "suites": {"TLSv1.2": suites("NORMAL"), "TLSv1.3": {
                "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_128_CCM_SHA256"}}}),
        Case("gnutls-legacy", start(LEGACY), {"versions": ["TLSv1.0", "TLSv1.1", "TLSv1.2"], "fallbackSCSV": True}),
        Case("gnutls-ssl3", ssl3, {
            "versions": ["SSLv3"], "findings": AtLeast("tls-ssl3", "tls-poodle")}),
        Case("gnutls-rc4-3des", start(LEGACY + ":-KX-ALL:+RSA:-CIPHER-ALL:+ARCFOUR-128:+3DES-CBC:+MD5"), {
            "versions": ["TLSv1.0", "TLSv1.1", "TLSv1.2"],
            "suites": {"TLSv1.2": rc4 | {"TLS_RSA_WITH_3DES_EDE_CBC_SHA"}}, "findings": AtLeast("tls-rc4-suites", "tls-3des-suites")}),
        Case("gnutls-no-etm", start("NORMAL:-VERS-ALL:+VERS-TLS1.2:%NO_ETM"), {"encryptThenMAC": False, "extendedMasterSecret": True}),
        Case("gnutls-no-ems", start("NORMAL:-VERS-ALL:+VERS-TLS1.2:%NO_SESSION_HASH"), {
            "extendedMasterSecret": False, "findings": AtLeast("tls-no-extended-master-secret")}),
        Case("gnutls-anonymous", start("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH:+ANON-DH", identity=None), {
            "versions": ["TLSv1.2"], "keys": [], "findings": AtLeast("tls-anonymous-suites")}),
        Case("gnutls-psk", start("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+PSK", "--pskpasswd", passwords, identity=None), {
            "versions": ["TLSv1.2"], "keys": []}),
        Case("gnutls-unsafe-renegotiation", start("NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION"), {
            "secureRenegotiation": False, "findings": AtLeast("tls-no-secure-renegotiation")}),
        Case("gnutls-server-order", start("NORMAL:-VERS-ALL:+VERS-TLS1.2:%SERVER_PRECEDENCE"), {"preference": {"TLSv1.2": "server"}}),
        Case("gnutls-dhe-only", start("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA"), {
            "versions": ["TLSv1.2"], "suites": {"TLSv1.2": suites("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA")},
            "finiteField": Some(bits=2048, name="ffdhe2048", isPrime=True)}),
    ]
