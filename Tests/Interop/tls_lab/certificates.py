"""Certificates and chains, good and bad, and what is stapled to them: by `openssl s_server`."""

from ports import free_port

from .case import Case, program
from .s_server import AEAD, start
from .view import AtLeast, Without


def files(make, *arguments, suites="ECDHE+AESGCM:ECDHE+CHACHA20"):
    """With (key, leaf, chain or None) files that `make` gives for a PKI."""
    def run(lab):
        key, leaf, above = make(lab.pki)
        port = free_port()
        chain = ["-cert_chain", above] if above else []
        extra = [argument(lab) if callable(argument) else argument for argument in arguments]
        return lab.spawn(
            program("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-cert", leaf, "-key", key, *chain, "-cipher", suites,
            *extra, port=port)
    return run


def dual(lab):
    """Two certificates at once, chosen by what the client can verify."""
    port, ec, rsa = free_port(), lab.pki.ec, lab.pki.rsa
    return lab.spawn(
        program("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-cert", rsa.leaf_file, "-key", rsa.key_file,
        "-cert_chain", rsa.chain_file, "-dcert", ec.leaf_file, "-dkey", ec.key_file, "-dcert_chain", ec.chain_file,
        "-cipher", AEAD, port=port)


def stapled(identity, **options):
    return lambda lab: lab.pki.staple(identity(lab.pki), **options)


def problem(name, finding, **more):
    return Case(f"certificate-{name}", start("-cipher", AEAD, identity=name), {
        "keys": ["EC-secp256r1"], "findings": AtLeast(finding), **more})


def cases():
    return [
        Case("certificate-good", start("-cipher", AEAD, identity="ec"), {
            "keys": ["EC-secp256r1"], "chain lengths": [2], "stapled": False, "stapling": False,
            "findings": Without("tls-certificate-expired", "tls-certificate-unknown-root", "tls-certificate-name-mismatch")}),
        Case("certificate-dual", dual, {
            "keys": ["EC-secp256r1", "RSA-2048"], "suites": {"TLSv1.2": {
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}}}),
        Case("certificate-ec384", start("-cipher", AEAD, identity="ec384"), {"keys": ["EC-secp384r1"]}),
        Case("certificate-brainpool", start("-tls1_2", "-cipher", AEAD, identity="brainpool"), {"keys": ["EC-brainpoolP256r1"]}),
        Case("certificate-ed25519", start("-cipher", AEAD, identity="ed25519"), {
            "keys": ["Ed25519"], "versions": ["TLSv1.2", "TLSv1.3"], "tls13SignatureSchemes": ["ed25519"]}),
        Case("certificate-ed448", start("-cipher", AEAD, identity="ed448"), {
            "keys": ["Ed448"], "versions": ["TLSv1.2", "TLSv1.3"], "tls13SignatureSchemes": ["ed448"]}),
        Case("certificate-rsa-pss", files(lambda pki: pki.pss()), {
            "keys": ["RSA-PSS"], "versions": ["TLSv1.2", "TLSv1.3"], "tls13SignatureSchemes": AtLeast("rsa_pss_pss_sha256")}),
        Case("certificate-rsa-1024", start("-cipher", AEAD + ":@SECLEVEL=0", identity="rsa1024"), {
            "keys": ["RSA-1024"], "findings": AtLeast("tls-certificate-small-key")}),
        Case("certificate-sha1", files(lambda pki: pki.sha1(), suites=AEAD + ":@SECLEVEL=0"), {
            "keys": ["RSA-2048"], "findings": AtLeast("tls-certificate-weak-signature")}),
        problem("expired", "tls-certificate-expired"),
        problem("future", "tls-certificate-not-yet-valid"),
        problem("wrong-name", "tls-certificate-name-mismatch"),
        problem("no-intermediate", "tls-certificate-missing-intermediate", **{"chain lengths": [1]}),
        problem("with-root", "tls-certificate-root-sent", **{"chain lengths": [3]}),
        problem("wrong-order", "tls-certificate-wrong-order", **{"chain lengths": [3]}),
        # Public authorities only are held to a highest validity.
        Case("certificate-long", start("-cipher", AEAD, identity="long"), {
            "keys": ["EC-secp256r1"], "findings": Without("tls-certificate-validity-too-long")}),
        problem("must-staple", "tls-must-staple"),
        Case("certificate-self-signed", files(lambda pki: (
            pki.self_signed().key_file, pki.self_signed().leaf_file, None)), {
            "keys": ["EC-secp256r1"], "chain lengths": [1], "findings": AtLeast("tls-certificate-self-signed")}),
        Case("staple-good", start("-cipher", AEAD, "-status_file", stapled(lambda pki: pki.rsa)), {
            "stapling": True, "stapled": True, "keys": ["RSA-2048"], "findings": Without("tls-staple-invalid")}),
        Case("staple-stale", start("-cipher", AEAD, "-status_file", stapled(lambda pki: pki.rsa, days=(-9, -2))), {
            "stapling": True, "stapled": True, "findings": AtLeast("tls-staple-stale")}),
        Case("staple-revoked", start("-tls1_2", "-cipher", AEAD, "-status_file", stapled(lambda pki: pki.rsa, status="revoked")), {
            "stapling": True, "stapled": True, "findings": AtLeast("tls-certificate-revoked")}),
        Case("staple-of-another", start("-tls1_2", "-cipher", AEAD, "-status_file", stapled(lambda pki: pki.ec)), {
            "stapling": True, "stapled": True, "findings": AtLeast("tls-staple-invalid")}),
    ]
