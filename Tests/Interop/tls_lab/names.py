"""Names of cipher suites and groups, and the sets that several families share."""

import functools
import re
import subprocess

TLS13 = ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"]

#: Groups of OpenSSL 3.0 with nothing set, TLS 1.3 and below.
OPENSSL_GROUPS13 = {
    "x25519", "secp256r1", "x448", "secp521r1", "secp384r1", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192",
}
OPENSSL_GROUPS12 = {"x25519", "secp256r1", "x448", "secp521r1", "secp384r1"}

#: Mozilla intermediate 5.8, as OpenSSL names them.
MOZILLA_INTERMEDIATE = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
    ":ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305")


@functools.lru_cache(maxsize=None)
def _listing(text, flag):
    done = subprocess.run(["openssl", "ciphers", "-V", "-stdname", "-s", "-psk", flag, text], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def openssl(text, version="TLSv1.2", authentication=("RSA",), exchange=("ECDH", "DH", "RSA")):
    """IANA names of what a cipher string of the installed OpenSSL stands for, of one version and kinds of certificate, in its order."""
    flag = {"TLSv1.0": "-tls1", "TLSv1.1": "-tls1_1", "TLSv1.2": "-tls1_2"}[version]
    found = []
    for line in _listing(text, flag):
        match = re.match(r"\s*\S+ - (\S+)\s+- \S+\s+\S+\s+Kx=(\S+)\s+Au=(\S+)", line)
        if match and match[2] in exchange and match[3] in authentication:
            found.append(match[1])
    return found
