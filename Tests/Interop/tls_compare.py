#!/usr/bin/env python3
"""Runs sslscan, nmap's ssl-enum-ciphers and sslyze against servers of the lab, and prints where they differ.

    Tests/Interop/tls_compare.py [--only NAME] [--sslyze PATH] [path/to/coffer]

Versions, cipher suites and groups are compared with Coffer's scan, or without it with what the small scanner of tls_lab/peek.py sees. A
difference is no failure: Docs/TLSComparison.md explains each. A scanner that is not installed is skipped and named. sslyze pins an older
`cryptography` than the tests need, so it wants an environment of its own: python3 -m venv F && F/bin/pip install sslyze.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree
from pathlib import Path

import tls_lab.families
import tls_scan
from tls_lab import peek, starttls
from tls_lab.case import Lab, Skip
from tls_lab.pki import PKI
from tls_lab.view import view

CASES = [
    "nginx-default", "nginx-intermediate", "s_server-every-version", "s_server-old-curves", "java-everything", "java-export",
    "lighttpd-gnutls-rsa", "lighttpd-wolfssl", "lighttpd-nss", "openssl4-hybrids", "openssl4-mldsa", "boringssl-grpc", "tlslite-ssl3",
    "dovecot-without-dh", "starttls-smtp", "fabricated-ssl2", "broken-flaky", "broken-rate-limited", "broken-reset",
]
SECONDS = 120
KEYS = ["versions", "suites", "groups13", "groups12"]
SSLSCAN_STARTTLS = {"ftp", "imap", "irc", "ldap", "mysql", "pop3", "postgres", "rdp", "smtp", "xmpp"}
GROUP_NAMES = {number: name for name, number in [*peek.GROUPS12.items(), *peek.GROUPS13.items()]}
SSLYZE_VERSIONS = {
    "ssl_2_0": "SSLv2", "ssl_3_0": "SSLv3", "tls_1_0": "TLSv1.0", "tls_1_1": "TLSv1.1", "tls_1_2": "TLSv1.2", "tls_1_3": "TLSv1.3"}


class Unavailable(Exception):
    """The scanner cannot do this case, or gave nothing that could be read."""


def output(command):
    try:
        return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=SECONDS).stdout
    except subprocess.TimeoutExpired:
        raise Unavailable(f"did not end within {SECONDS} s") from None


def sslscan(case, port, folder, program):
    if case.starttls and case.starttls not in SSLSCAN_STARTTLS:
        raise Unavailable(f"knows no STARTTLS for {case.starttls}")
    options = [f"--starttls-{case.starttls.replace('postgres', 'psql')}"] if case.starttls else []
    path = folder / "sslscan.xml"
    output([program, "--show-sigs", *options, f"--xml={path}", f"127.0.0.1:{port}"])
    tests = xml.etree.ElementTree.parse(path).getroot().findall("ssltest")
    if not tests:
        raise Unavailable("could not connect")
    seen = {"versions": [], "suites": {}, "groups13": [], "groups12": []}
    for protocol in tests[0].findall("protocol"):
        if protocol.get("enabled") == "1":
            kind, number = protocol.get("type"), protocol.get("version")
            seen["versions"].append(f"SSLv{number}" if kind == "ssl" else f"TLSv{number}")
    for cipher in tests[0].findall("cipher"):
        number = int(cipher.get("id"), 16)
        seen["suites"].setdefault(cipher.get("sslversion"), []).append(peek.NAMES.get(number, cipher.get("cipher")))
    for group in tests[0].findall("group"):
        key = "groups13" if group.get("sslversion") == "TLSv1.3" else "groups12"
        seen[key].append(GROUP_NAMES.get(int(group.get("id"), 16), group.get("name")))
    return seen


def nmap(case, port, folder, program):
    path = folder / "nmap.xml"
    output([program, "-Pn", "-n", "-p", port, "--script", "+ssl-enum-ciphers", "-oX", path, "127.0.0.1"])
    seen = {"versions": [], "suites": {}}
    for table in xml.etree.ElementTree.parse(path).getroot().iterfind(".//script[@id='ssl-enum-ciphers']/table"):
        version = table.get("key")
        seen["versions"].append(version)
        names = [element.text for element in table.iterfind("./table[@key='ciphers']/table/elem[@key='name']")]
        seen["suites"][version] = [re.sub("^TLS_AKE_WITH_", "TLS_", name) for name in names]
    return seen


def sslyze(case, port, folder, program):
    path = folder / "sslyze.json"
    options = ["--starttls", case.starttls] if case.starttls else []
    scans = ["--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3", "--elliptic_curves"]
    output([program, *scans, *options, f"--json_out={path}", f"127.0.0.1:{port}"])
    results = json.loads(path.read_text())["server_scan_results"]
    if not results or not results[0].get("scan_result"):
        raise Unavailable("could not connect")
    seen = {"versions": [], "suites": {}, "groups12": [], "errors": []}
    for prefix, version in SSLYZE_VERSIONS.items():
        entry = results[0]["scan_result"][f"{prefix}_cipher_suites"]
        accepted = (entry.get("result") or {}).get("accepted_cipher_suites", [])
        if entry["status"] == "ERROR":
            seen["errors"].append(version)
        if accepted:
            seen["versions"].append(version)
            seen["suites"][version] = [suite["cipher_suite"]["name"] for suite in accepted]
    curves = results[0]["scan_result"]["elliptic_curves"].get("result") or {}
    # It tells no versions apart here, and names them as OpenSSL does.
    seen["groups12"] = [curve["name"].replace("X25519", "x25519").replace("X448", "x448") for curve in curves.get("supported_curves") or []]
    return seen


def reference(arguments, case, port, roots):
    if arguments.coffer:
        result, _ = tls_scan.scan(arguments.coffer, case, port, roots)
        return view(result["Scans"][0])
    return peek.Peek(port, starttls.client(case.starttls) if case.starttls else None).view()


def flat(seen, key):
    """A value as a set of comparable words; None if the scanner does not tell it."""
    value = seen.get(key)
    if isinstance(value, dict):
        return {f"{version} {name}" for version, names in value.items() if isinstance(names, list) for name in names}
    return set(value) if isinstance(value, list) else None


def differences(ours, theirs):
    found = []
    for key in KEYS:
        left, right = flat(ours, key), flat(theirs, key)
        if left is None or right is None or left == right:
            continue
        missing, extra = sorted(left - right), sorted(right - left)
        found += [f"{key}: does not see {len(missing)}: {shortened(missing)}"] if missing else []
        found += [f"{key}: sees besides {len(extra)}: {shortened(extra)}"] if extra else []
    if theirs.get("errors"):
        found.append(f"says itself that it could not tell: {', '.join(theirs['errors'])}")
    return found


def shortened(names):
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def scanners(arguments):
    """(name, function, program) of those that are installed; the others are named."""
    beside = Path(sys.executable).with_name("sslyze")
    choices = [
        ("sslscan", sslscan, shutil.which("sslscan")), ("nmap", nmap, shutil.which("nmap")),
        ("sslyze", sslyze, arguments.sslyze or (str(beside) if beside.exists() else shutil.which("sslyze")))]
    for name, _, program in choices:
        if not program:
            print(f"skipped {name}: it is not installed")
    print("skipped testssl.sh: Debian has 3.0, which knows no groups of TLS 1.3; 3.2 is not packaged")
    return [choice for choice in choices if choice[2]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("coffer", nargs="?", type=Path)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--sslyze", help="sslyze's program")
    arguments = parser.parse_args()
    chosen = {case.name: case for case in tls_lab.families.cases() if case.name in (arguments.only or CASES)}
    if not chosen:
        parser.error("no case has such a name")
    tools = scanners(arguments)
    with tempfile.TemporaryDirectory(prefix="tls-compare-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        pki = PKI(folder / "pki")
        for case in sorted(chosen.values(), key=lambda case: (arguments.only or CASES).index(case.name)):
            lab = Lab(folder / case.name, pki, sys.executable)
            try:
                compare(arguments, case, lab, tools)
            except Skip as skip:
                print(f"{case.name}: skipped: {skip}")
            finally:
                lab.close()
    return 0


def compare(arguments, case, lab, tools):
    port = case.start(lab)
    start = time.monotonic()
    try:
        ours = reference(arguments, case, port, lab.pki.roots_file)
    except (tls_scan.ScanFailure, OSError) as failure:
        print(f"{case.name}: nothing to compare with: {failure}")
        return
    print(f"{case.name}: {'coffer' if arguments.coffer else 'peek'} {time.monotonic() - start:.1f} s, versions {ours.get('versions')}")
    for name, scanner, program in tools:
        start = time.monotonic()
        try:
            found = differences(ours, scanner(case, port, lab.folder, program))
        except (Unavailable, OSError, xml.etree.ElementTree.ParseError, json.JSONDecodeError, KeyError) as failure:
            found = [f"no result: {failure}"]
        print(f"  {name} {time.monotonic() - start:.1f} s{': the same' if not found else ''}", flush=True)
        for difference in found:
            print(f"      {difference}")


if __name__ == "__main__":
    sys.exit(main())
