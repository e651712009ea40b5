#!/usr/bin/env python3
"""A release as somebody gets it who trusts nothing yet: checksums, signatures, what is in it, and putting it in place.

    release.py OUTPUT-FOLDER [STAGE-FOLDER]

OUTPUT-FOLDER is what `make dist` filled. Signatures are checked with openssl and a checker that is not Coffer; a changed byte has to be found.
The bill of materials is held against its schema and the binary. Packages are made a second time of STAGE-FOLDER (.build-release/stage), and have
to come out the same. Exit status 0 if everything is as it should be.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from manifest_peer import peer

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(*command, expected=0, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == expected, f"{' '.join(command)}: exit {done.returncode}, {done.stdout}{done.stderr}"
    return done.stdout


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def newest(folder, beginning, end):
    names = [name for name in os.listdir(folder) if name.startswith(beginning) and name.endswith(end)]
    assert names, f"there is no {beginning}*{end} in {folder}: make dist"
    return max((os.path.join(folder, name) for name in names), key=os.path.getmtime)


def flip(path, offset):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)
        file.seek(offset)
        file.write(bytes([byte[0] ^ 1]))


def files_below(folder):
    return {os.path.relpath(os.path.join(place, name), folder) for place, _, names in os.walk(folder) for name in names}


class Release:
    def __init__(self, folder, work):
        self.folder, self.work = os.path.abspath(folder), work
        self.tarball = newest(self.folder, "coffer-", ".tar.xz")
        self.name = os.path.basename(self.tarball).removesuffix(".tar.xz")
        run("tar", "--extract", "--directory", work, "--file", self.tarball)
        self.tree = os.path.join(work, self.name)
        self.binary = os.path.join(self.tree, "bin", "coffer")
        self.key = os.path.join(self.folder, "release-key.pem")

    def beside(self, end):
        return os.path.join(self.folder, f"{self.name}.{end}")


def checksums(release):
    listed = open(os.path.join(release.folder, "SHA256SUMS"), encoding="utf-8").read()
    for end in ("tar.xz", "cdx.json", "manifest"):
        assert f"  {release.name}.{end}\n" in listed, f"SHA256SUMS does not list {end}"
    assert ".deb\n" in listed
    run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=release.folder)
    run(release.binary, "checksum", "--strict", "--check", "SHA256SUMS", cwd=release.folder)


def signature_by_openssl(release):
    def verify(sums, expected):
        run("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", release.key, "-rawin", "-in", sums,
            "-sigfile", os.path.join(release.folder, "SHA256SUMS.sig"), expected=expected)

    verify(os.path.join(release.folder, "SHA256SUMS"), 0)
    changed = shutil.copy(os.path.join(release.folder, "SHA256SUMS"), release.work)
    flip(changed, 0)
    verify(changed, 1)


def manifest(release):
    def verify(expected):
        # No store: the public key alone has to do. Owners are those of whoever unpacked it.
        return run(release.binary, "manifest", "verify", release.beside("manifest"), release.tree, "--public-key", release.key,
            "--ignore", "owner", "--json", expected=expected, env={"COFFER_HOME": os.path.join(release.work, "none"), "PATH": os.environ["PATH"]})

    assert json.loads(verify(0))["Findings"] == []
    status, said = peer("check_manifest.py", release.beside("manifest"), release.key, release.tree)
    assert status == 0, said

    page = os.path.join(release.tree, "share/man/man1/coffer.1")
    flip(page, 100)
    finding, = json.loads(verify(1))["Findings"]
    assert finding["Resource"] == "share/man/man1/coffer.1", finding
    flip(page, 100)
    os.utime(page, ns=(os.stat(release.tree).st_mtime_ns,) * 2)


def bill_of_materials(release):
    text = open(release.beside("cdx.json"), encoding="utf-8").read()
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert problem is None, problem
    assert digest(release.beside("cdx.json")) == digest(os.path.join(release.tree, "share/doc/coffer/coffer.cdx.json"))

    bill = json.loads(text)
    itself = bill["metadata"]["component"]
    assert itself["hashes"] == [{"alg": "SHA-256", "content": digest(release.binary)}], "the bill is of another binary"
    assert run(release.binary, "--version").split()[1] == itself["version"].split("~")[0]

    parts = {part["name"]: part for part in bill["components"]}
    pins = {pin["identity"]: pin["state"]["version"]
            for pin in json.load(open(os.path.join(ROOT, "Package.resolved"), encoding="utf-8"))["pins"]}
    for package in ("swift-argument-parser", "swift-collections", "swift-system", "swift-nio"):
        assert parts[package]["version"] == pins[package], package
    for part in parts.values():
        assert part["licenses"] and part["version"], part["name"]
    described = " ".join(part.get("description", "") for part in parts.values())
    for library in [*needed(release.binary), "libcurl.so.4"]:
        assert library in described, f"the binary needs {library}, of which the bill says nothing"
    # Each reference leads somewhere.
    known = {part["bom-ref"] for part in parts.values()} | {"coffer"}
    for edge in bill["dependencies"]:
        assert {edge["ref"], *edge.get("dependsOn", [])} <= known, edge
    texts = open(os.path.join(release.tree, "share/doc/coffer/third-party-licences.txt"), encoding="utf-8").read()
    for part in parts.values():
        if {"name": "coffer:linkage", "value": "static"} in part["properties"]:
            assert f"{part['name']} {part['version']}" in texts, f"the licence of {part['name']} is not there"


def needed(binary):
    lines = run("readelf", "--dynamic", "--wide", binary).splitlines()
    return [line.split("[")[1].rstrip("]") for line in lines if "(NEEDED)" in line and "ld-linux" not in line]


def linked_as_it_should_be(release):
    libraries = needed(release.binary)
    assert not [name for name in libraries if "swift" in name.lower() or "Foundation" in name or "dispatch" in name], libraries
    dynamic = run("readelf", "--dynamic", "--wide", release.binary)
    assert "RUNPATH" not in dynamic and "RPATH" not in dynamic, "libraries are looked for in other places than the system's"
    sections = run("readelf", "--sections", "--wide", release.binary)
    assert ".debug_info" not in sections and ".symtab" not in sections, "it is not stripped"


def put_in_place(release):
    destination = os.path.join(release.work, "destination")
    prefix = os.path.join(destination, "opt")
    others = os.path.join(prefix, "bin", "other")
    os.makedirs(os.path.dirname(others))
    open(others, "w", encoding="utf-8").close()

    def install(*arguments, expected=0):
        run(os.path.join(release.tree, "install.sh"), *arguments, expected=expected, env={**os.environ, "DESTDIR": destination})

    install("/opt")
    assert digest(os.path.join(prefix, "bin/coffer")) == digest(release.binary)
    assert os.readlink(os.path.join(prefix, "bin/age-plugin-coffer")) == "coffer"
    placed = files_below(prefix)
    completions = {"share/bash-completion/completions/coffer", "share/zsh/site-functions/_coffer", "share/fish/vendor_completions.d/coffer.fish"}
    assert completions <= placed
    for shell in completions:
        assert os.path.getsize(os.path.join(prefix, shell)) > 1000, f"{shell} is empty"
    assert {"share/man/man1/coffer.1", "share/man/man1/coffer-key-create.1"} <= placed

    # An upgrade takes away what the version before had, and leaves the rest.
    listed = os.path.join(prefix, "share/coffer/installed")
    old = os.path.join(prefix, "share/man/man1/coffer-old.1")
    open(old, "w", encoding="utf-8").close()
    with open(listed, "a", encoding="utf-8") as file:
        file.write("share/man/man1/coffer-old.1\n")
    install("/opt")
    assert files_below(prefix) == placed

    install("--uninstall", "/opt")
    assert files_below(prefix) == {"bin/other"}, files_below(prefix)
    install("--uninstall", "/opt", expected=3)
    install(expected=2)


def debian_packages(release):
    package = newest(release.folder, "coffer_", ".deb")
    symbols = newest(release.folder, "coffer-dbgsym_", ".deb")
    root = os.path.join(release.work, "debian")
    run("dpkg-deb", "--raw-extract", package, root)
    run("dpkg-deb", "--extract", symbols, root)
    run("md5sum", "--check", "--strict", "DEBIAN/md5sums", cwd=root)
    assert digest(os.path.join(root, "usr/bin/coffer")) == digest(release.binary)
    assert os.readlink(os.path.join(root, "usr/bin/age-plugin-coffer")) == "coffer"
    depends = run("dpkg-deb", "--field", package, "Depends")
    for library in ("libc6", "libssl3", "libsqlite3-0", "libqrencode4"):
        assert library in depends, f"{library} is not in Depends: {depends}"
    assert "libcurl4" in run("dpkg-deb", "--field", package, "Recommends")
    with gzip.open(os.path.join(root, "usr/share/man/man1/coffer.1.gz"), "rb") as page:
        assert page.read(1) == b"."
    build_id = run("readelf", "--notes", release.binary).split("Build ID: ")[1].split()[0]
    assert os.path.exists(os.path.join(root, "usr/lib/debug/.build-id", build_id[:2], f"{build_id[2:]}.debug"))


def made_again(release, stage):
    again = os.path.join(release.work, "again")
    run(os.path.join(ROOT, "Scripts/package.sh"), stage, again)
    run(os.path.join(ROOT, "Scripts/dist.sh"), stage, again, env={name: value for name, value in os.environ.items() if name != "RELEASE_KEY"})
    for name in os.listdir(again):
        if name.endswith((".deb", ".tar.xz", ".cdx.json")):
            assert digest(os.path.join(again, name)) == digest(os.path.join(release.folder, name)), f"{name} came out otherwise"


def main():
    stage = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, ".build-release", "stage")
    with tempfile.TemporaryDirectory() as work:
        release = Release(sys.argv[1], work)
        for proof in (checksums, signature_by_openssl, manifest, bill_of_materials, linked_as_it_should_be, put_in_place, debian_packages):
            proof(release)
            print(f"{proof.__name__.replace('_', ' ')}: ok", flush=True)
        made_again(release, stage)
        print("made again: ok, the same bytes")


if __name__ == "__main__":
    main()
