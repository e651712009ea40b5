"""A scan as the lab looks at it, and the comparison with what was expected.

`view` turns the JSON of an EndpointScan (Sources/TLSInspector/Facts) into a plain dict. A fact that is known stands as its value; one
that is not stands as `Undecided` or `Untested`, which equal nothing but the expectations made for them: "unknown" never passes for "no".

An expectation is a dict of the same keys. Its values: a set (equal as a set), a list (equal in order), a dict (every key it names), a
list of dicts (as many, each with the keys that are named), `Unknown(...)`, `OneOf(...)`, `AtLeast(...)`, `Without(...)`, or the
value itself.
"""

import base64
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

EXTENSIONS = [
    "extendedMasterSecret", "encryptThenMAC", "secureRenegotiation", "sessionTickets", "heartbeat", "maxFragmentLength", "truncatedHMAC",
    "compression", "alpn", "fallbackSCSV", "downgradeSentinel", "stapling",
]
SESSIONS = ["resumesBySessionID", "resumesByTicket", "resumesInTLS13", "ticketLifetime", "earlyData", "clientRenegotiation"]


@dataclass(frozen=True)
class Undecided:
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Untested:
    why: str


class Unknown:
    """An expectation: undecided, for one of these reasons if any is named."""

    def __init__(self, *reasons):
        self.reasons = reasons

    def accepts(self, value):
        return isinstance(value, Undecided) and (not self.reasons or value.reason in self.reasons)

    def __repr__(self):
        return f"unknown({', '.join(self.reasons)})"


class NotTested:
    """An expectation: not tried, and the scan says what would have to be asked for."""

    def accepts(self, value):
        return isinstance(value, Untested) and bool(value.why)

    def __repr__(self):
        return "untested"


class OneOf:
    def __init__(self, *values):
        self.values = values

    def accepts(self, value):
        return any(not differences(expected, value) for expected in self.values)

    def __repr__(self):
        return " or ".join(map(repr, self.values))


class AtLeast:
    """A collection that holds all of these."""

    def __init__(self, *values):
        self.values = set(values)

    def accepts(self, value):
        return isinstance(value, (list, set)) and self.values <= set(value)

    def __repr__(self):
        return f"at least {sorted(self.values)}"


class Without:
    """A known collection that holds none of these."""

    def __init__(self, *values):
        self.values = set(values)

    def accepts(self, value):
        return isinstance(value, (list, set)) and not self.values & set(value)

    def __repr__(self):
        return f"none of {sorted(self.values)}"


class Some:
    """A list of dicts of which one has all of this."""

    def __init__(self, **members):
        self.members = members

    def accepts(self, value):
        return isinstance(value, list) and any(not differences(self.members, entry) for entry in value)

    def __repr__(self):
        return f"one with {self.members}"


def fact(value):
    """A Fact of the JSON form; other values as they are."""
    if isinstance(value, dict):
        if "unknown" in value and set(value) == {"unknown"}:
            return Undecided(value["unknown"]["reason"], value["unknown"].get("detail", ""))
        if set(value) == {"untested"}:
            return Untested(value["untested"])
        if set(value) == {"value"}:
            return value["value"]
    return value


def key_name(der):
    """`RSA-2048`, `EC-secp256r1`, `Ed25519`, …: read by another library than Coffer's code."""
    certificate = x509.load_der_x509_certificate(base64.b64decode(der))
    algorithm = certificate.public_key_algorithm_oid.dotted_string
    if algorithm == "1.2.840.113549.1.1.10":
        return "RSA-PSS"
    if algorithm == "2.16.840.1.101.3.4.3.18":
        return "ML-DSA-65"
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC-{key.curve.name}"
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519"
    return "Ed448" if isinstance(key, ed448.Ed448PublicKey) else algorithm


def view(scan, findings=()):
    """What the lab looks at, of one EndpointScan and the ids of its findings."""
    seen = {"failure": (scan.get("failure") or {}).get("reason")}
    offered = {entry["version"]: fact(entry["isOffered"]) for entry in scan["protocols"]}
    seen["versions"] = [version for version, is_offered in offered.items() if is_offered is True]
    seen["undecided versions"] = [version for version, is_offered in offered.items() if isinstance(is_offered, Undecided)]
    for key, member in [("suites", "cipherSuites"), ("preference", "preference"), ("prioritizesChaCha", "prioritizesChaCha")]:
        seen[key] = {entry["version"]: fact(entry[member]) for entry in scan["protocols"]}
    seen["ssl2"] = next((entry.get("ssl2CipherKinds") for entry in scan["protocols"] if entry["version"] == "SSLv2"), None)
    exchange = scan["keyExchange"]
    seen["groups13"], seen["groups12"] = fact(exchange["tls13Groups"]), fact(exchange["tls12Groups"])
    seen["groupPreference"] = fact(exchange["tls13GroupPreference"])
    seen["finiteField"], seen["exportRSABits"] = exchange["finiteField"], exchange["exportRSABits"]
    for member in ["reusesECDHKey", "reusesDHKey", "tls12SignatureSchemes", "tls13SignatureSchemes"]:
        seen[member] = fact(exchange[member])
    chains = scan["chains"]
    seen["keys"] = sorted({key_name(chain["certificates"][0]) for chain in chains if chain["certificates"]})
    seen["chain lengths"] = sorted(len(chain["certificates"]) for chain in chains)
    seen["stapled"] = any(chain.get("stapledResponse") for chain in chains)
    for member in EXTENSIONS:
        seen[member] = fact(scan["extensions"][member])
    for member in SESSIONS:
        seen[member] = fact(scan["sessions"][member])
    seen["client"], seen["http"] = fact(scan["clientAuthentication"]), fact(scan["http"])
    seen["tolerance"] = {key: fact(value) for key, value in scan["tolerance"].items()}
    seen["vulnerabilities"] = {entry["id"]: fact(entry["verdict"]) for entry in scan["vulnerabilities"]}
    seen["startTLSInjection"] = fact(scan["startTLSInjection"])
    seen["findings"] = sorted(set(findings))
    return seen


def differences(expected, actual, path=""):
    """One sentence for each thing that is not as expected."""
    if hasattr(expected, "accepts"):
        return [] if expected.accepts(actual) else [f"{path}: expected {expected!r}, found {short(actual)}"]
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return [f"{path}: expected {short(expected)}, found {short(actual)}"]
        found = []
        for key, value in expected.items():
            found += differences(value, actual.get(key), f"{path} {key}".strip())
        return found
    if isinstance(expected, list) and expected and all(isinstance(entry, dict) for entry in expected):
        if not isinstance(actual, list) or len(actual) != len(expected):
            return [f"{path}: expected {len(expected)} entries, found {short(actual)}"]
        return [
            found for index, (left, right) in enumerate(zip(expected, actual))
            for found in differences(left, right, f"{path} {index + 1}")]
    if isinstance(expected, (set, frozenset)):
        if not isinstance(actual, (list, set)):
            return [f"{path}: expected {len(expected)} values, found {short(actual)}"]
        missing, extra = sorted(set(expected) - set(actual)), sorted(set(actual) - set(expected))
        return [f"{path}: missing {missing}, not expected {extra}"] if missing or extra else []
    return [] if type(expected) is type(actual) and expected == actual else [f"{path}: expected {short(expected)}, found {short(actual)}"]


def short(value):
    text = repr(value)
    return text if len(text) <= 300 else text[:300] + "…"
