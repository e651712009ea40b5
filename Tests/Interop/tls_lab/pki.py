"""The certificates of the lab, made when they are first asked for and kept in one folder.

Two hierarchies, RSA and EC, each root → intermediate → leaf; leaves with one flaw each. RSA keys are the only slow thing: there are few.
"""

import datetime
import ipaddress
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "lab.example"
DAY = datetime.timedelta(days=1)


@dataclass
class Identity:
    """A certificate with its key, and the files that servers want."""

    certificate: x509.Certificate
    key: object
    chain: list
    folder: Path
    name: str

    def _write(self, ending, *parts):
        path = self.folder / f"{self.name}.{ending}"
        if not path.exists():
            temporary = path.with_suffix(f".{threading.get_ident()}")
            temporary.write_bytes(b"".join(parts))
            temporary.chmod(0o644)
            temporary.rename(path)
        return path

    @staticmethod
    def _pem(certificate):
        return certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def leaf_file(self):
        return self._write("leaf.pem", self._pem(self.certificate))

    @property
    def chain_file(self):
        """Only what stands above the leaf."""
        return self._write("above.pem", *map(self._pem, self.chain))

    @property
    def full_file(self):
        """Leaf first, then its chain."""
        return self._write("full.pem", *map(self._pem, [self.certificate, *self.chain]))

    @property
    def key_file(self):
        return self._write("key.pem", self.key_bytes)

    @property
    def key_bytes(self):
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())

    @property
    def both_file(self):
        """Chain and key in one file, as HAProxy, lighttpd and stunnel take it."""
        return self._write("both.pem", *map(self._pem, [self.certificate, *self.chain]), self.key_bytes)

    def pkcs12(self, password=b"lab"):
        from cryptography.hazmat.primitives.serialization import pkcs12
        return self._write("p12", pkcs12.serialize_key_and_certificates(
            b"lab", self.key, self.certificate, self.chain, serialization.BestAvailableEncryption(password)))


class PKI:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self.now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self._lock = threading.RLock()
        self._made = {}

    def once(self, name, make):
        """What `make` gives, made at the first call for this name."""
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            return self._made[name]

    # Keys

    def rsa_key(self, bits=2048, label=""):
        return self.once(f"key-rsa-{bits}-{label}", lambda: rsa.generate_private_key(65537, bits))

    # Authorities

    def _issue(self, subject, key, issuer, *, authority=None, days=(-1, 80), names=(NAME,), digest=hashes.SHA256(), extra=()):
        """A certificate by an Identity, or self-signed if issuer is None."""
        distinguished = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
        signer = issuer.key if issuer else key
        builder = (
            x509.CertificateBuilder()
            .subject_name(distinguished)
            .issuer_name(issuer.certificate.subject if issuer else distinguished)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now + days[0] * DAY)
            .not_valid_after(self.now + days[1] * DAY)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .add_extension(x509.BasicConstraints(ca=authority is not None, path_length=authority), critical=True)
        )
        if authority is not None:
            builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        else:
            alternatives = [x509.DNSName(name) for name in names]
            if NAME in names:
                alternatives += [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            builder = (
                builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
                .add_extension(_usage(digital_signature=True, key_encipherment=isinstance(key, rsa.RSAPrivateKey)), critical=True)
                .add_extension(x509.ExtendedKeyUsage(
                    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            )
        for extension in extra:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(signer, _digest(signer, digest))

    def _identity(self, name, certificate, key, chain):
        return Identity(certificate, key, chain, self.folder, name)

    def authority(self, kind):
        """`rsa` or `ec`: (root, intermediate)."""
        def make():
            key = (lambda label: self.rsa_key(2048, label)) if kind == "rsa" else (lambda label: ec.generate_private_key(ec.SECP256R1()))
            root_key, key_below = key("root"), key("intermediate")
            root = self._identity(f"root-{kind}", self._issue(
                f"Lab Root {kind}", root_key, None, authority=2, days=(-10, 3000)), root_key, [])
            below = self._identity(f"intermediate-{kind}", self._issue(
                f"Lab Intermediate {kind}", key_below, root, authority=0, days=(-5, 1000)), key_below, [])
            return root, below
        return self.once(f"authority-{kind}", make)

    @property
    def roots_file(self):
        """Both roots, for `--ca`."""
        def make():
            path = self.folder / "roots.pem"
            path.write_bytes(b"".join(Identity._pem(self.authority(kind)[0].certificate) for kind in ["rsa", "ec"]))
            return path
        return self.once("roots", make)

    # Leaves

    def leaf(self, name="rsa", *, kind=None, key=None, chain=None, **options):
        """An identity by the intermediate of `kind`; the same name gives the same identity again."""
        def make():
            family = kind or ("rsa" if name.startswith("rsa") else "ec")
            issuer = self.authority(family)[1]
            leaf_key = key() if key else (self.rsa_key() if family == "rsa" else ec.generate_private_key(ec.SECP256R1()))
            certificate = self._issue(NAME if "names" not in options else options["names"][0], leaf_key, issuer, **options)
            return self._identity(name, certificate, leaf_key, [issuer.certificate] if chain is None else chain)
        return self.once(f"leaf-{name}", make)

    @property
    def rsa(self):
        return self.leaf("rsa")

    @property
    def ec(self):
        return self.leaf("ec")

    def special(self, name):
        """The leaves with one peculiarity each."""
        curve = ec.generate_private_key
        rsa_root, rsa_below = self.authority("rsa")
        ec_root, ec_below = self.authority("ec")
        makers = {
            "ec384": lambda: self.leaf("ec384", key=lambda: curve(ec.SECP384R1())),
            "brainpool": lambda: self.leaf("brainpool", key=lambda: curve(ec.BrainpoolP256R1())),
            "ed25519": lambda: self.leaf("ed25519", key=ed25519.Ed25519PrivateKey.generate),
            "ed448": lambda: self.leaf("ed448", key=ed448.Ed448PrivateKey.generate),
            "rsa1024": lambda: self.leaf("rsa1024", key=lambda: self.rsa_key(1024)),
            "rsa3072": lambda: self.leaf("rsa3072", key=lambda: self.rsa_key(3072)),
            "expired": lambda: self.leaf("expired", days=(-60, -2)),
            "future": lambda: self.leaf("future", days=(5, 60)),
            "wrong-name": lambda: self.leaf("wrong-name", names=("other.example",)),
            "no-intermediate": lambda: self.leaf("no-intermediate", chain=[]),
            "with-root": lambda: self.leaf("with-root", chain=[ec_below.certificate, ec_root.certificate]),
            "wrong-order": lambda: self.leaf("wrong-order", chain=[ec_root.certificate, ec_below.certificate]),
            "long": lambda: self.leaf("long", days=(-1, 900)),
            "must-staple": lambda: self.leaf("must-staple", extra=[x509.TLSFeature([x509.TLSFeatureType.status_request])]),
        }
        return makers[name]()

    def self_signed(self):
        def make():
            key = ec.generate_private_key(ec.SECP256R1())
            return self._identity("self-signed", self._issue(NAME, key, None), key, [])
        return self.once("self-signed", make)

    def by_openssl(self, name, *key_arguments, digest="sha256"):
        """(key, leaf, issuer) files by the openssl command: for what Python's cryptography reads but does not make."""
        def make():
            key, request, issuer = self.folder / f"{name}.key.pem", self.folder / f"{name}.csr", self.authority("rsa")[1]
            extensions = self.folder / f"{name}.ext"
            extensions.write_text(f"subjectAltName=DNS:{NAME},IP:127.0.0.1\nkeyUsage=critical,digitalSignature\n")
            for command in [
                ["genpkey", *key_arguments, "-out", key],
                ["req", "-new", "-key", key, "-subj", f"/CN={NAME}", "-out", request],
                ["x509", "-req", "-in", request, "-CA", issuer.leaf_file, "-CAkey", issuer.key_file, "-days", "60", f"-{digest}",
                 "-extfile", extensions, "-set_serial", "77", "-out", self.folder / f"{name}.leaf.pem"],
            ]:
                subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)
            return key, self.folder / f"{name}.leaf.pem", issuer.leaf_file
        return self.once(f"openssl-{name}", make)

    def pss(self):
        """A key that may only sign RSA-PSS (RFC 4055)."""
        return self.by_openssl("pss", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048")

    def sha1(self):
        """A leaf that was signed with SHA-1."""
        return self.by_openssl("sha1", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", digest="sha1")

    def mldsa(self):
        """ML-DSA-65 (FIPS 204); None if this cryptography has none."""
        def make():
            try:
                from cryptography.hazmat.primitives.asymmetric import mldsa
                key = mldsa.MLDSA65PrivateKey.generate()
                issuer = self.authority("ec")[1]
                return self._identity("mldsa65", self._issue(NAME, key, issuer), key, [issuer.certificate])
            except (ImportError, AttributeError, TypeError, ValueError):
                return None
        return self.once("mldsa", make)

    # Staples

    def staple(self, identity, *, status="good", days=(-1, 3)):
        """A DER file with an OCSP response by the issuer itself."""
        def make():
            issuer = next(
                authority for authority in [self.authority("rsa")[1], self.authority("ec")[1]]
                if authority.certificate.subject == identity.certificate.issuer)
            state = {"good": ocsp.OCSPCertStatus.GOOD, "revoked": ocsp.OCSPCertStatus.REVOKED}[status]
            revoked = status == "revoked"
            response = (
                ocsp.OCSPResponseBuilder()
                .add_response(
                    cert=identity.certificate, issuer=issuer.certificate, algorithm=hashes.SHA1(), cert_status=state,
                    this_update=self.now + days[0] * DAY, next_update=self.now + days[1] * DAY,
                    revocation_time=self.now - DAY if revoked else None,
                    revocation_reason=x509.ReasonFlags.key_compromise if revoked else None)
                .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
                .sign(issuer.key, hashes.SHA256()))
            path = self.folder / f"{identity.name}-{status}-{days[1]}.ocsp"
            path.write_bytes(response.public_bytes(serialization.Encoding.DER))
            return path
        return self.once(f"staple-{identity.name}-{status}-{days[1]}", make)


def _usage(**set_bits):
    every = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{bit: set_bits.get(bit, False) for bit in every})


def _digest(key, digest):
    return digest if isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)) else None
