"""`openssl s_server` of the installed OpenSSL 3: versions, suites, order, groups, parameters, extensions, sessions, client certificates.

It serves one connection at a time, so it also shows whether a scan leaves connections half open.
"""

import subprocess

from . import dh
from ports import free_port

from .case import Case, Skip, program
from .names import OPENSSL_GROUPS12, OPENSSL_GROUPS13, TLS13, openssl
from .view import AtLeast, NotTested, OneOf, Unknown

#: Everything that this libssl can still do, at no security level.
ALL = "ALL:eNULL:@SECLEVEL=0"
FORWARD12 = {
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
}
AEAD = "ECDHE+AESGCM:ECDHE+CHACHA20"
NO_VULNERABILITY = {"heartbleed": "not-vulnerable", "ccs-injection": "not-vulnerable"}


def start(*arguments, identity="rsa", page=True):
    """A way to start it with one of the PKI's certificates; `identity` is a leaf's name, or None for no certificate."""
    def run(lab):
        port = free_port()
        command = [program("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", *(["-www"] if page else [])]
        if identity is None:
            command += ["-nocert"]
        else:
            leaf = lab.pki.leaf(identity) if identity in ("rsa", "ec") else lab.pki.special(identity)
            command += ["-cert", leaf.leaf_file, "-key", leaf.key_file, *(["-cert_chain", leaf.chain_file] if leaf.chain else [])]
        command += [argument(lab) if callable(argument) else argument for argument in arguments]
        # Without a page it talks with its own input, at whose end it would end too.
        return lab.spawn(*command, port=port, stdin=subprocess.DEVNULL if page else subprocess.PIPE)
    return run


def parameters(name):
    """A file with finite-field parameters."""
    return lambda lab: lab.file("dh.pem", dh.pem(name))


def only(version, suites, **more):
    return {"versions": [version], "suites": {version: suites}, "keys": ["RSA-2048"], "failure": None, **more}


def clients(lab):
    """Whose certificates clients may show."""
    return lab.pki.authority("ec")[0].leaf_file


def versions():
    old = {version: set(openssl(ALL, version, ("RSA", "None"))) for version in ["TLSv1.0", "TLSv1.1", "TLSv1.2"]}
    return [
        Case("s_server-tls10", start("-tls1", "-cipher", ALL), only(
            "TLSv1.0", old["TLSv1.0"], fallbackSCSV=NotTested(), findings=AtLeast("tls-version-1-0"))),
        Case("s_server-tls11", start("-tls1_1", "-cipher", ALL), only("TLSv1.1", old["TLSv1.1"])),
        Case("s_server-tls12", start("-tls1_2", "-cipher", ALL), only(
            "TLSv1.2", old["TLSv1.2"], groups12=OPENSSL_GROUPS12, extendedMasterSecret=True, encryptThenMAC=True, secureRenegotiation=True,
            sessionTickets=True, heartbeat=False, compression=False, preference={"TLSv1.2": "client"}, vulnerabilities=NO_VULNERABILITY,
            # libssl picks parameters to suit the certificate, or the suite where there is none.
            finiteField=[
                {"bits": bits, "origin": "standard", "isPrime": True, "isSafePrime": True, "isExport": False}
                for bits in [1024, 2048, 3072]])),
        Case("s_server-tls13", start("-tls1_3"), only(
            "TLSv1.3", set(TLS13), groups13=OPENSSL_GROUPS13, preference={"TLSv1.3": "client"}, groups12=OneOf([], Unknown()))),
        Case("s_server-default", start(), {
            "versions": ["TLSv1.2", "TLSv1.3"], "groups13": OPENSSL_GROUPS13, "groups12": OPENSSL_GROUPS12, "downgradeSentinel": True,
            "suites": {"TLSv1.3": set(TLS13), "TLSv1.2": set(openssl("DEFAULT", "TLSv1.2"))}, "keys": ["RSA-2048"], "chain lengths": [2]}),
        Case("s_server-every-version", start("-cipher", ALL), {
            "versions": ["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"], "fallbackSCSV": True, "downgradeSentinel": True,
            "suites": {"TLSv1.3": set(TLS13), **old}}),
        Case("s_server-gap", start("-no_tls1_2", "-cipher", ALL), {"versions": AtLeast("TLSv1.3")}),
    ]


def suites():
    weak = ["TLS_RSA_WITH_AES_256_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"]
    ordered = ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"]
    named = [
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"]
    chacha = ["ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256"]
    return [
        Case("s_server-server-order", start("-tls1_2", "-serverpref", "-cipher", ":".join(ordered)), {
            "suites": {"TLSv1.2": named}, "preference": {"TLSv1.2": "server"}, "prioritizesChaCha": {"TLSv1.2": False}}),
        Case("s_server-client-order", start("-tls1_2", "-cipher", ":".join(ordered)), {
            "suites": {"TLSv1.2": set(named)}, "preference": {"TLSv1.2": "client"}}),
        Case("s_server-chacha", start("-tls1_2", "-serverpref", "-prioritize_chacha", "-cipher", ":".join(reversed(chacha))), {
            "suites": {"TLSv1.2": set(named)}, "preference": {"TLSv1.2": "server"}, "prioritizesChaCha": {"TLSv1.2": True}}),
        Case("s_server-one-suite", start("-tls1_2", "-cipher", "AES128-GCM-SHA256"), only(
            "TLSv1.2", {"TLS_RSA_WITH_AES_128_GCM_SHA256"}, preference={"TLSv1.2": "undetermined"}, finiteField=[])),
        Case("s_server-rsa-exchange", start("-tls1_2", "-cipher", "AES256-SHA:AES128-SHA"), only(
            "TLSv1.2", set(weak), vulnerabilities={"robot": OneOf("not-vulnerable", Unknown())})),
        Case("s_server-ccm", start("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM:ECDHE-ECDSA-AES256-CCM8", identity="ec"), {
            "suites": {"TLSv1.2": {"TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"}}, "keys": ["EC-secp256r1"]}),
        Case("s_server-aria-camellia", start("-tls1_2", "-cipher", "ARIAGCM:CAMELLIA"), only(
            "TLSv1.2", set(openssl("ARIAGCM:CAMELLIA", "TLSv1.2")))),
        Case("s_server-tls13-suites", start(
            "-tls1_3", "-serverpref", "-ciphersuites", "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256:TLS_AES_128_GCM_SHA256"), {
            "suites": {"TLSv1.3": ["TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_GCM_SHA256"]},
            "preference": {"TLSv1.3": "server"}}),
        Case("s_server-null", start("-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"), only(
            "TLSv1.2", set(openssl("eNULL:@SECLEVEL=0", "TLSv1.2", ("RSA", "None"))), findings=AtLeast("tls-null-suites"))),
        Case("s_server-anonymous", start("-tls1_2", "-cipher", "aNULL:@SECLEVEL=0", identity=None), {
            "versions": ["TLSv1.2"], "keys": [], "suites": {"TLSv1.2": set(openssl("aNULL:@SECLEVEL=0", "TLSv1.2", ("None",)))},
            "findings": AtLeast("tls-anonymous-suites")}),
        Case("s_server-psk", start("-tls1_2", "-cipher", "PSK:!RSAPSK", "-psk", "00112233445566778899aabbccddeeff", identity=None), {
            "versions": ["TLSv1.2"], "keys": [],
            "suites": {"TLSv1.2": set(openssl(
                "PSK:!RSAPSK", "TLSv1.2", ("PSK",), ("PSK", "ECDHEPSK", "DHEPSK")))}}),
    ]


def groups():
    return [
        Case("s_server-groups", start("-tls1_3", "-groups", "P-384:X25519"), {"groups13": ["secp384r1", "x25519"],
             "groupPreference": "server"}),
        Case("s_server-one-group", start("-groups", "P-521", "-cipher", AEAD), {"groups13": ["secp521r1"], "groups12": ["secp521r1"],
             "groupPreference": "undetermined"}),
        Case("s_server-ffdhe-only", start("-tls1_3", "-groups", "ffdhe2048:ffdhe3072"), {"groups13": {"ffdhe2048", "ffdhe3072"}}),
        Case("s_server-brainpool-group", start("-tls1_2", "-groups", "brainpoolP256r1:P-256", "-cipher", AEAD), {
            "groups12": {"brainpoolP256r1", "secp256r1"}}),
        Case("s_server-old-curves", start("-tls1_2", "-groups", "secp256k1:sect283r1:P-192:P-224", "-cipher", AEAD + ":@SECLEVEL=0"), {
            "groups12": {"secp256k1", "sect283r1", "secp192r1", "secp224r1"}}),
        Case("s_server-dh-1024", start("-tls1_2", "-cipher", "DHE:@SECLEVEL=0", "-dhparam", parameters("modp1024")), {
            "finiteField": [{"bits": 1024, "origin": "standard", "isPrime": True, "isSafePrime": True, "isExport": False}],
            "findings": AtLeast("tls-logjam")}),
        Case("s_server-dh-own", start("-tls1_2", "-cipher", "DHE:@SECLEVEL=0", "-dhparam", parameters("own1024")), {
            "finiteField": [{"bits": 1024, "origin": "own", "isPrime": True, "isSafePrime": True}]}),
        Case("s_server-dh-composite", start("-tls1_2", "-cipher", "DHE:@SECLEVEL=0", "-dhparam", parameters("composite2048")), {
            "finiteField": [{"bits": 2048, "origin": "own", "isPrime": False, "isSafePrime": False}]}),
        Case("s_server-dh-ffdhe3072", start("-tls1_2", "-cipher", "DHE", "-dhparam", parameters("ffdhe3072")), {
            "finiteField": [{"bits": 3072, "origin": "standard", "name": "ffdhe3072", "isPrime": True}]}),
    ]


def behaviour():
    return [
        Case("s_server-no-ticket", start("-no_ticket", "-cipher", AEAD), {
            "sessionTickets": False, "resumesByTicket": False, "resumesBySessionID": True}),
        Case("s_server-no-cache", start("-no_ticket", "-no_cache", "-tls1_2", "-cipher", AEAD), {
            "sessionTickets": False, "resumesByTicket": False, "resumesBySessionID": False}),
        Case("s_server-no-tls13-tickets", start("-tls1_3", "-num_tickets", "0"), {"resumesInTLS13": False}),
        Case("s_server-tickets", start("-cipher", AEAD), {
            "sessionTickets": True, "resumesByTicket": True, "resumesInTLS13": True, "ticketLifetime": 7200, "earlyData": 0}),
        Case("s_server-early-data", start("-tls1_3", "-early_data", "-max_early_data", "4096", page=False), {"earlyData": 4096}),
        Case("s_server-client-optional", start("-verify", "2", "-cipher", AEAD, "-CAfile", clients), {
            "client": {"isRequested": True, "isRequired": False, "authorities": ["CN=Lab Root ec"]}}),
        Case("s_server-client-required", start("-Verify", "2", "-cipher", AEAD, "-CAfile", clients), {
            "client": {"isRequested": True, "isRequired": True, "authorities": ["CN=Lab Root ec"]}}),
        Case("s_server-client-required-tls12", start(
            "-tls1_2", "-Verify", "2", "-no_ca_names", "-CAfile", clients), {
            "client": {"isRequested": True, "isRequired": True, "authorities": []}}),
        Case("s_server-no-etm", start("-tls1_2", "-no_etm"), {"encryptThenMAC": False, "extendedMasterSecret": True}),
        Case("s_server-renegotiation", start("-tls1_2", "-client_renegotiation", "-cipher", AEAD), {
            "secureRenegotiation": True, "clientRenegotiation": True}),
        Case("s_server-no-renegotiation", start("-tls1_2", "-cipher", AEAD), {
            "secureRenegotiation": True, "clientRenegotiation": False}),
        Case("s_server-alpn", start("-alpn", "http/1.1,h2", "-cipher", AEAD), {"alpn": {"http/1.1", "h2"}}),
        Case("s_server-no-alpn", start("-cipher", AEAD), {"alpn": set()}),
        Case("s_server-signatures", start("-tls1_2", "-sigalgs", "RSA-PSS+SHA384:RSA+SHA512", "-cipher", AEAD), {
            "tls12SignatureSchemes": AtLeast("rsa_pss_rsae_sha384", "rsa_pkcs1_sha512")}),
        Case("s_server-compression", compression, {"compression": True, "findings": AtLeast("tls-crime")}),
    ]


def compression(lab):
    """Only where libssl was built with zlib, which Debian's is not: refused by name, so that a switch does not go unseen."""
    if "ZLIB" in lab.run(program("openssl"), "list", "-disabled"):
        raise Skip("this OpenSSL was built without compression; compression-accepted is a fabricated peer that has it")
    return start("-tls1_2", "-comp", "-cipher", "ALL:@SECLEVEL=0")(lab)


def cases():
    return versions() + suites() + groups() + behaviour()
