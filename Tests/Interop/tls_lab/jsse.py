"""Java's own TLS with its restrictions lifted: the oldest things that a maintained stack can still do."""

from pathlib import Path

from ports import free_port

from .case import Case, program
from .view import AtLeast, Some

SOURCE = Path(__file__).with_name("JSSEServer.java")
UNRESTRICTED = """
jdk.tls.disabledAlgorithms=
jdk.certpath.disabledAlgorithms=
jdk.tls.legacyAlgorithms=
"""
#: What Java 17 supports when nothing is disabled, of RSA certificates, by family of names.
RC4 = {"SSL_RSA_WITH_RC4_128_MD5", "SSL_RSA_WITH_RC4_128_SHA", "TLS_ECDHE_RSA_WITH_RC4_128_SHA"}
EXPORT = ["SSL_RSA_EXPORT_WITH_RC4_40_MD5", "SSL_RSA_EXPORT_WITH_DES40_CBC_SHA", "SSL_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"]
ANONYMOUS = ["TLS_DH_anon_WITH_AES_128_GCM_SHA256", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"]
NULL = ["TLS_RSA_WITH_NULL_SHA256", "SSL_RSA_WITH_NULL_SHA", "TLS_ECDHE_RSA_WITH_NULL_SHA"]
DES = ["SSL_RSA_WITH_DES_CBC_SHA", "SSL_RSA_WITH_3DES_EDE_CBC_SHA", "SSL_DHE_RSA_WITH_DES_CBC_SHA"]


def classes(lab):
    """The folder with the compiled server: compiled once for all cases."""
    def make():
        folder = lab.pki.folder / "java"
        lab.run(program("javac"), "-proc:none", "-d", folder, SOURCE)
        return folder
    return lab.pki.once("java", make)


def start(protocols, suites="ALL", clients="none", properties=(), identity="rsa"):
    def run(lab):
        port = free_port()
        security = lab.file("lab.security", UNRESTRICTED)
        store = lab.pki.leaf(identity).pkcs12()
        names = suites if isinstance(suites, str) else ",".join(suites)
        return lab.spawn(
            program("java"), "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp", classes(lab),
            f"-Djava.security.properties={security}", *(f"-D{name}" for name in properties), "JSSEServer",
            port, store, protocols, names, clients, port=port)
    return run


def iana(names):
    """Java says SSL_ where the registry says TLS_."""
    return {name.replace("SSL_", "TLS_", 1) if name.startswith("SSL_") else name for name in names}


def cases():
    return [
        Case("java-default", start("TLSv1.2,TLSv1.3", "DEFAULT"), {
            "versions": ["TLSv1.2", "TLSv1.3"], "keys": ["RSA-2048"], "downgradeSentinel": True,
            "suites": {"TLSv1.3": ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"]},
            "preference": {"TLSv1.3": "server"}, "extendedMasterSecret": True, "encryptThenMAC": False, "heartbeat": False}),
        # Java honours no TLS_FALLBACK_SCSV.
        Case("java-everything", start("SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3"), {
            "versions": ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"], "fallbackSCSV": False, "keys": ["RSA-2048"],
            "suites": {"SSLv3": AtLeast("TLS_RSA_WITH_RC4_128_MD5", "TLS_RSA_WITH_DES_CBC_SHA"),
                       "TLSv1.2": AtLeast("TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_NULL_SHA256")},
            "findings": AtLeast("tls-ssl3", "tls-rc4-suites", "tls-3des-suites", "tls-null-suites", "tls-anonymous-suites")},
            seconds=40),
        Case("java-ssl3", start("SSLv3"), {
            "versions": ["SSLv3"], "findings": AtLeast("tls-ssl3", "tls-poodle")}),
        Case("java-tls10", start("TLSv1", ["TLS_RSA_WITH_AES_128_CBC_SHA"]), {
            "versions": ["TLSv1.0"], "suites": {"TLSv1.0": {"TLS_RSA_WITH_AES_128_CBC_SHA"}}}),
        Case("java-rc4", start("TLSv1.2", sorted(RC4)), {
            "suites": {"TLSv1.2": iana(RC4)}, "findings": AtLeast("tls-rc4-suites")}),
        Case("java-des", start("TLSv1,TLSv1.1", DES), {
            "suites": {"TLSv1.0": iana(DES), "TLSv1.1": iana(DES)}, "findings": AtLeast("tls-short-key-suites", "tls-3des-suites")}),
        Case("java-export", start("TLSv1", EXPORT), {
            "suites": {"TLSv1.0": iana(EXPORT)}, "exportRSABits": [512], "finiteField": Some(bits=512, isExport=True),
            "findings": AtLeast("tls-export-suites", "tls-freak", "tls-logjam")}),
        Case("java-null", start("TLSv1.2", NULL), {"suites": {"TLSv1.2": iana(NULL)}, "findings": AtLeast("tls-null-suites")}),
        Case("java-anonymous", start("TLSv1.2", ANONYMOUS), {
            "suites": {"TLSv1.2": iana(ANONYMOUS)}, "keys": [], "findings": AtLeast("tls-anonymous-suites")}),
        Case("java-dh-768", start("TLSv1.2", ["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"], properties=["jdk.tls.ephemeralDHKeySize=legacy"]), {
            "finiteField": [{"bits": 768, "origin": "standard", "isPrime": True, "isExport": False}],
            "findings": AtLeast("tls-logjam")}),
        Case("java-dh-1024", start("TLSv1.2", ["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"], properties=["jdk.tls.ephemeralDHKeySize=1024"]), {
            # To clients that list groups of RFC 7919 it shows ffdhe2048; the weak group appears to those that list none.
            "finiteField": Some(bits=1024, origin="standard", isPrime=True, isExport=False)}),
        Case("java-client-required", start("TLSv1.2,TLSv1.3", "DEFAULT", "need", identity="ec"), {
            "client": {"isRequested": True, "isRequired": True, "authorities": ["CN=Lab Intermediate ec"]}}),
    ]
