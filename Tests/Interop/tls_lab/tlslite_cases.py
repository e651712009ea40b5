"""tlslite-ng, a TLS in pure Python: SSLv3, old ciphers, extensions left out, SRP, heartbeat, post-quantum groups."""

import importlib.util
import json
from pathlib import Path

from ports import free_port

from .case import Case, Skip
from .view import AtLeast, Without

INTEROP = Path(__file__).resolve().parents[1]
TLS12 = {"minVersion": [3, 3], "maxVersion": [3, 3]}


def start(settings, identity="rsa", **options):
    def run(lab):
        if importlib.util.find_spec("tlslite") is None:
            raise Skip("tlslite-ng is not installed")
        port = free_port()
        asked = {"port": port, "settings": settings, **options}
        if identity:
            leaf = lab.pki.leaf(identity)
            asked |= {"certificate": str(leaf.full_file), "key": str(leaf.key_file)}
        return lab.spawn(lab.python, "-m", "tls_lab.tlslite_server", json.dumps(asked), port=port,
                         environment={"PYTHONPATH": str(INTEROP), "PYTHONDONTWRITEBYTECODE": "1"})
    return run


def cases():
    rsa = ["rsa"]
    return [
        Case("tlslite-ssl3", start({
            "minVersion": [3, 0], "maxVersion": [3, 0], "cipherNames": ["rc4", "3des", "aes128"], "macNames": ["sha", "md5"],
            "keyExchangeNames": rsa}), {
            "versions": ["SSLv3"], "suites": {"SSLv3": {
                "TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_RC4_128_MD5", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"}},
            "findings": AtLeast("tls-ssl3", "tls-poodle")}),
        Case("tlslite-rc4", start({**TLS12, "cipherNames": ["rc4"], "macNames": ["sha", "md5"], "keyExchangeNames": rsa}), {
            "versions": ["TLSv1.2"], "suites": {"TLSv1.2": {"TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_RC4_128_MD5"}}}),
        Case("tlslite-3des", start({**TLS12, "cipherNames": ["3des"], "keyExchangeNames": ["rsa", "ecdhe_rsa"]}), {
            "suites": {"TLSv1.2": {"TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"}},
            "findings": AtLeast("tls-3des-suites")}),
        Case("tlslite-no-etm", start({**TLS12, "useEncryptThenMAC": False}), {"encryptThenMAC": False, "extendedMasterSecret": True}),
        Case("tlslite-no-ems", start({**TLS12, "useExtendedMasterSecret": False}), {
            "extendedMasterSecret": False, "findings": AtLeast("tls-no-extended-master-secret")}),
        Case("tlslite-heartbeat", start({**TLS12, "use_heartbeat_extension": True}), {
            "heartbeat": True, "vulnerabilities": {"heartbleed": "not-vulnerable"}, "findings": AtLeast("tls-heartbeat-on")}),
        Case("tlslite-no-heartbeat", start({**TLS12, "use_heartbeat_extension": False}), {"heartbeat": False}),
        # A hello without a user's name gets no SRP (RFC 5054 §2.5.1.1), and this server has nothing else: alert 40 to every hello.
        Case("tlslite-srp", start(TLS12, srp=True), {"versions": [], "keys": [], "findings": Without("tls-version-1-0", "tls-ssl3")}),
        Case("tlslite-post-quantum", start({
            "minVersion": [3, 4], "maxVersion": [3, 4], "eccCurves": ["x25519mlkem768", "secp256r1mlkem768", "x25519"],
            "keyShares": ["x25519"]}), {
            "versions": ["TLSv1.3"], "groups13": AtLeast("X25519MLKEM768", "SecP256r1MLKEM768", "x25519")}),
        Case("tlslite-dhe", start({
            **TLS12, "keyExchangeNames": ["dhe_rsa"], "dhGroups": ["ffdhe2048"], "cipherNames": ["aes128gcm"]}), {
            "suites": {"TLSv1.2": {"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}},
            # The second is for clients that name no group of RFC 7919.
            "finiteField": [
                {"bits": 2048, "name": "RFC 5054 2048", "isPrime": True}, {"bits": 2048, "name": "ffdhe2048", "isPrime": True}]}),
    ]
