#!/usr/bin/env python3
"""Writes what a release binary is made of: a bill of materials in CycloneDX 1.6, and the licences that have to go with it.

    bill-of-materials.py --binary FILE --version VERSION --scratch FOLDER --output FILE --licences FILE

Nothing is listed because it ought to be there. Swift packages are those of which the linker took object files, with the versions of
Package.resolved; parts of Swift's own runtime are those whose marks are in the binary; system libraries are those that its dynamic section
names, as the packages that own them here. What has no known licence is an error. SOURCE_DATE_EPOCH is the time of the document.
"""

import argparse
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
APACHE, SWIFT = "Apache-2.0", "Apache-2.0 WITH Swift-exception"

# What a LICENSE file of a Swift package says, by a sentence that only this licence has. The first one that fits counts.
LICENCE_MARKS = [
    ("Runtime Library Exception", SWIFT),
    ("Apache License", APACHE),
    ("Permission is hereby granted, free of charge", "MIT"),
]
# The licence of the library itself, as its package's copyright file has it; that file has the rest, of tests and tools.
SYSTEM_LICENCES = {
    "libc6": "LGPL-2.1-or-later",
    "libcurl4": "curl",
    "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libqrencode4": "LGPL-2.1-or-later",
    "libsqlite3-0": "blessing",
    "libssl3": APACHE,
    "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
}
# From here on Debian names libraries whose time_t changed; they are the same.
SYSTEM_LICENCES |= {f"{name}t64": SYSTEM_LICENCES[name] for name in ("libcurl4", "libssl3")}
# Parts of Swift: a mark that only they leave in a binary, name, where they come from, and licence.
RUNTIME = [
    (rb"SWIFT_DEBUG_ENABLE_METADATA", "swift", "github.com/swiftlang/swift", SWIFT),
    (rb"libdispatch", "swift-corelibs-libdispatch", "github.com/swiftlang/swift-corelibs-libdispatch", SWIFT),
    (rb"20FoundationEssentials", "swift-foundation", "github.com/swiftlang/swift-foundation", SWIFT),
    (rb"10Foundation", "swift-corelibs-foundation", "github.com/swiftlang/swift-corelibs-foundation", SWIFT),
    (rb"icudt\d+l", "swift-foundation-icu", "github.com/swiftlang/swift-foundation-icu", f"{SWIFT} AND Unicode-3.0"),
]


class Unknown(Exception):
    """Something that a bill cannot be silent about."""


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def component(kind, name, version, purl, licence, linkage, **more):
    if re.search(r" (WITH|AND|OR) ", licence):
        licences = [{"expression": licence}]
    else:
        licences = [{"license": {"id": licence}}]
    return {
        "type": kind, "bom-ref": purl, "name": name, "version": version, "licenses": licences, "purl": purl,
        "properties": [{"name": "coffer:linkage", "value": linkage}], **more}


# Swift packages


def linked_sources(scratch):
    """For each module whose objects the linker was given, one of the files that it was compiled from."""
    objects = read(os.path.join(scratch, "release", "coffer.product", "Objects.LinkFileList"))
    folders = set(re.findall(r"^'?(.+?\.build)/", objects, re.MULTILINE))
    return {os.path.basename(folder): source_of(folder) for folder in sorted(folders)}


def source_of(folder):
    """The compilers' own records say it: a map of outputs for Swift, a list of dependencies for C."""
    outputs = os.path.join(folder, "output-file-map.json")
    if os.path.exists(outputs):
        sources = json.loads(read(outputs))
    else:
        records = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names if name.endswith(".d")]
        sources = [path for record in records for path in re.findall(r"\S+\.(?:c|cpp|S)(?=\s)", read(record))]
    # What the build itself wrote lies with the build, whosever it is.
    source = next((path for path in sources if path and "/DerivedSources/" not in path), None)
    if source is None:
        raise Unknown(f"nothing says what {folder} was compiled from")
    return source


def packages_by_identity(node, found):
    """Every package of the dependency tree once; the root has the identity of its folder."""
    found[node["identity"]] = node
    for child in node["dependencies"]:
        packages_by_identity(child, found)
    return found


def licence_file(folder):
    return next(os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.upper().startswith("LICEN"))


def licence_of(folder):
    text = read(licence_file(folder))
    found = next((licence for mark, licence in LICENCE_MARKS if mark in text), None)
    if found is None:
        raise Unknown(f"{licence_file(folder)} has a licence that this script does not know")
    return found


def swift_packages(scratch):
    """The components, the edges between them, and for each its folder."""
    root = json.loads(output("swift", "package", "--scratch-path", scratch, "show-dependencies", "--format", "json"))
    packages = packages_by_identity(root, {})
    del packages[root["identity"]]
    pins = {pin["identity"]: pin["state"] for pin in json.loads(read(os.path.join(ROOT, "Package.resolved")))["pins"]}

    linked = set()
    for module, source in linked_sources(scratch).items():
        owner = next((identity for identity, package in packages.items() if source.startswith(package["path"] + "/")), None)
        if owner:
            linked.add(owner)
        elif not source.startswith((os.path.join(ROOT, "Sources/"), os.path.join(ROOT, "KeyStore/"))):
            raise Unknown(f"{module} is linked, and was compiled from {source}, which is no package's")

    def purl(identity):
        return f"pkg:swift/{packages[identity]['url'].removeprefix('https://').removesuffix('.git')}@{pins[identity]['version']}"

    components = [
        component(
            "library", packages[identity]["name"], pins[identity]["version"], purl(identity), licence_of(packages[identity]["path"]),
            "static", externalReferences=[{"type": "vcs", "url": packages[identity]["url"], "comment": pins[identity]["revision"]}])
        for identity in sorted(linked)]
    edges = {
        purl(identity): sorted(purl(child["identity"]) for child in packages[identity]["dependencies"] if child["identity"] in linked)
        for identity in sorted(linked)}
    direct = [purl(child["identity"]) for child in root["dependencies"] if child["identity"] in linked]
    return components, edges, direct, {part["name"]: packages[identity]["path"] for part, identity in zip(components, sorted(linked))}


# What comes with the toolchain


def runtime_parts(content):
    version = re.search(r"Swift version (\d+(?:\.\d+)+)", output("swift", "--version"))
    if version is None:
        raise Unknown("swift --version does not say a version")
    parts = []
    for mark, name, origin, licence in RUNTIME:
        found = re.search(mark, content)
        if found is None:
            continue
        more = {}
        if name == "swift-foundation-icu":
            number = re.search(rb"\d+", found.group()).group().decode()
            more["description"] = f"ICU {number}, with its data"
        parts.append(component(
            "library", name, version.group(1), f"pkg:swift/{origin}@{version.group(1)}", licence, "static", **more))
    if not any(part["name"] == "swift" for part in parts):
        raise Unknown("the binary holds no Swift runtime: it was not linked with --static-swift-stdlib")
    return parts


# What the system provides


def system_libraries(binary, content):
    """Those that the dynamic section names, and those that the program opens by name when it first needs them."""
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "--dynamic", "--wide", binary))
    named = [name.decode() for name in re.findall(rb"\0(lib[\w+-]+\.so\.[\d.]+)(?=\0)", content)]
    paths = dict(re.findall(r"^\s*(\S+) \(.*\) => (\S+)", output("/sbin/ldconfig", "--print-cache"), re.MULTILINE))
    files_of = {}
    for library in sorted({*needed, *named}):
        if library.startswith("ld-linux"):
            continue
        if library not in paths:
            raise Unknown(f"{library} is not installed here")
        path = os.path.realpath(paths[library])
        # A library may be known by its place before /lib became a link to /usr/lib.
        owner = next(filter(None, map(owner_of, (path, path.removeprefix("/usr")))), None)
        if owner is None:
            raise Unknown(f"no Debian package owns {path}")
        files_of.setdefault(owner, []).append(library if library in needed else f"{library} (opened when first needed)")
    return [system_component(package, files) for package, files in sorted(files_of.items())]


def owner_of(path):
    found = subprocess.run(["dpkg-query", "--search", path], capture_output=True, text=True, check=False)
    return found.stdout.split(":")[0] if found.returncode == 0 else None


def system_component(package, files):
    if package not in SYSTEM_LICENCES:
        raise Unknown(f"the licence of the system's {package} is not in this script")
    version, architecture = output("dpkg-query", "--show", "--showformat", "${Version} ${Architecture}\n", package).split("\n")[0].split()
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)', read("/etc/os-release"), re.MULTILINE))
    distribution = release["ID"]
    purl = f"pkg:deb/{distribution}/{package.replace('+', '%2B')}@{version.replace('+', '%2B')}"
    purl += f"?arch={architecture}&distro={distribution}-{release['VERSION_ID']}"
    return component(
        "library", package, version, purl, SYSTEM_LICENCES[package], "dynamic",
        description=f"{', '.join(files)}; the version is the one it was built with, and the system that runs it has its own")


# The document


def document(content, version, packages, edges, direct, runtime, system):
    digest = hashlib.sha256(content).hexdigest()
    # The same binary always has the same bill.
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"coffer {version} {digest}")
    time = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    itself = {
        "type": "application", "bom-ref": "coffer", "name": "coffer", "version": version, "licenses": [{"license": {"id": APACHE}}],
        "hashes": [{"alg": "SHA-256", "content": digest}]}
    components = packages + runtime + system
    others = [part["bom-ref"] for part in runtime + system]
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"), "lifecycles": [{"phase": "build"}], "component": itself},
        "components": components,
        "dependencies": [{"ref": "coffer", "dependsOn": sorted(direct + others)}]
        + [{"ref": ref, "dependsOn": children} for ref, children in edges.items()]
        + [{"ref": ref} for ref in others]}


def licences(packages, folders, runtime):
    """The texts of what is in the binary. What the system provides brings its own."""
    parts = []
    for package in packages:
        folder = folders[package["name"]]
        texts = [licence_file(folder)] + [os.path.join(folder, "NOTICE.txt")] * os.path.exists(os.path.join(folder, "NOTICE.txt"))
        parts.append((f"{package['name']} {package['version']}", [read(text) for text in texts]))
    toolchain = os.path.dirname(os.path.dirname(os.path.realpath(output("sh", "-c", "command -v swift").strip())))
    names = ", ".join(f"{part['name']} {part['version']}" for part in runtime)
    parts.append((names, [read(os.path.join(toolchain, "share", "swift", "LICENSE.txt"))]))
    if any("Unicode-3.0" in str(part["licenses"]) for part in runtime):
        note = "The licences of ICU's dictionaries of words are in https://github.com/swiftlang/swift-foundation-icu.\n"
        parts.append(("ICU in swift-foundation-icu", [read(os.path.join(ROOT, "Scripts", "licences", "Unicode-3.0.txt")), note]))
    line = "=" * 78
    return "\n".join(f"{line}\n{title}\n{line}\n\n" + "\n\n".join(text.strip("\n") for text in texts) + "\n" for title, texts in parts)


def main():
    parser = argparse.ArgumentParser()
    for name in ("binary", "version", "scratch", "output", "licences"):
        parser.add_argument(f"--{name}", required=True)
    chosen = parser.parse_args()
    # As the linker's list has it, whose paths are absolute.
    scratch = os.path.abspath(chosen.scratch)

    with open(chosen.binary, "rb") as file:
        content = file.read()
    packages, edges, direct, folders = swift_packages(scratch)
    runtime = runtime_parts(content)
    system = system_libraries(os.path.abspath(chosen.binary), content)
    with open(chosen.output, "w", encoding="utf-8") as file:
        json.dump(document(content, chosen.version, packages, edges, direct, runtime, system), file, indent=2)
        file.write("\n")
    with open(chosen.licences, "w", encoding="utf-8") as file:
        file.write(licences(packages, folders, runtime))


try:
    main()
except (Unknown, OSError) as problem:
    sys.exit(f"bill-of-materials.py: {problem}")
