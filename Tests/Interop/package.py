#!/usr/bin/env python3
"""The Debian package on a machine that has nothing of this one: a minimal Debian, made with debootstrap, without Swift.

    package.py OUTPUT-FOLDER [--mirror URL] [--keep FOLDER]

Installs the package with dpkg and what it depends on with apt, does what a newcomer does first, lets age open a file through the plugin, looks
for manual pages and completions, and removes it all again: nothing of it may stay. Says how long each part took. --keep makes the minimal Debian in
this folder, works in a copy, and leaves it for the next run.

Needs root, debootstrap and a mirror; without them it says what is missing and proves nothing.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import time

from release import newest

MIRROR = "http://deb.debian.org/debian"
BASIC_USE = r"""
set -eu
umask 077
export COFFER_HOME=/root/store
cd /root
coffer --version
coffer init --seal keyfile:/root/unlock
coffer key create --alias backups
head -c 5000000 /dev/urandom >data
coffer encrypt -k backups --context purpose=test data
coffer verify data.age
coffer decrypt --context purpose=test -o back data.age
cmp data back
coffer key create --alias signer --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY
coffer manifest create /usr/share/doc -o docs.manifest --sign-with signer --quiet
coffer manifest verify docs.manifest /usr/share/doc
coffer bucket create things --versioning enabled --key backups
coffer cp data coffer://things/data
coffer cp coffer://things/data - | cmp - data
coffer store check
coffer audit verify
"""
REFUSED = r"""
export COFFER_HOME=/root/store
cd /root
coffer decrypt --context purpose=other -o wrong data.age 2>/dev/null
[ $? -eq 4 ] && [ ! -e wrong ]
"""
PLUGIN = r"""
set -eu
export COFFER_HOME=/root/store
cd /root
coffer key recipient backups --identity >identity.txt
age -r "$(coffer key recipient backups)" -o by-age.age data
coffer decrypt -o by-coffer by-age.age
cmp data by-coffer
age -d -i identity.txt -o by-age by-age.age
cmp data by-age
"""
COMPLETION = r"""
source /usr/share/bash-completion/bash_completion
_completion_loader coffer
function=$(complete -p coffer | sed -n 's/.*-F \([^ ]*\).*/\1/p')
COMP_WORDS=(coffer key cr) COMP_CWORD=2 COMP_LINE="coffer key cr" COMP_POINT=13 COMP_TYPE=9
"$function" coffer cr key
[[ " ${COMPREPLY[*]} " == *" create "* ]] || { echo "completed: ${COMPREPLY[*]}" >&2; exit 1; }
"""


class Missing(Exception):
    """What this machine does not have."""


def timed(what, action):
    start = time.monotonic()
    result = action()
    print(f"{what}: ok, {time.monotonic() - start:.1f} s", flush=True)
    return result


class Debian:
    """A minimal system in a folder. Its mounts are in a namespace of their own, and end with each command."""

    def __init__(self, folder):
        self.folder = folder

    def make(self, mirror):
        release = dict(line.rstrip("\n").split("=", 1) for line in open("/etc/os-release", encoding="utf-8") if "=" in line)
        if release["ID"] != "debian":
            raise Missing("the package is built for this machine's Debian, and this is none")
        done = subprocess.run(
            ["debootstrap", "--variant=minbase", release["VERSION_CODENAME"].strip('"'), self.folder, mirror],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Missing(f"debootstrap: {(done.stdout + done.stderr).strip().splitlines()[-1]}")

    def run(self, script, shell="sh", expected=0):
        inside = ["chroot", self.folder, "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=dumb",
            "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", shell, "-c", script]
        mounts = 'mount -t proc proc "$1/proc" && shift && exec "$@"'
        done = subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "sh", "-c", mounts, "sh", self.folder, *inside],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert done.returncode == expected, f"exit {done.returncode} of:{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    def exists(self, path):
        return os.path.lexists(os.path.join(self.folder, path.lstrip("/")))


def install(debian, package):
    name = os.path.basename(package)
    shutil.copy(package, os.path.join(debian.folder, "root", name))
    # It lacks its libraries: dpkg says so, and apt brings them.
    debian.run(f"apt-get -qq update; dpkg -i /root/{name} >/dev/null 2>&1; [ $? -eq 1 ] || {{ echo 'nothing was missing' >&2; exit 9; }}")
    debian.run("apt-get -qq -y -f install")
    assert debian.run("dpkg-query --show --showformat '${Status}' coffer") == "install ok installed"
    libraries = debian.run("ldd /usr/bin/coffer")
    assert "not found" not in libraries, libraries


def documents(debian):
    debian.run("apt-get -qq -y install --no-install-recommends age bash-completion man-db >/dev/null")
    for page in ("coffer", "coffer-key-create", "age-plugin-coffer"):
        assert page in debian.run(f"man {page}"), page
    # man joins its words, so this is the page of `coffer key`.
    assert "coffer key" in debian.run("man coffer key")
    assert "coffer-key-create (1)" in debian.run("apropos --exact coffer-key-create")
    debian.run(COMPLETION, shell="bash")
    for path in ("/usr/share/zsh/vendor-completions/_coffer", "/usr/share/fish/vendor_completions.d/coffer.fish",
                 "/usr/share/doc/coffer/copyright", "/usr/share/doc/coffer/coffer.cdx.json"):
        assert debian.exists(path), path


def remove(debian):
    files = [path for path in debian.run("dpkg-query --listfiles coffer").split("\n") if "coffer" in path]
    assert files and all(map(debian.exists, files))
    debian.run("dpkg --purge coffer")
    left = [path for path in files if debian.exists(path)]
    assert not left, f"stayed behind: {left}"
    # Pages that were read are in man's own cache, which forgets them in time.
    elsewhere = " ".join(f"! -path '{path}/*'" for path in ("/root", "/proc", "/tmp", "/var/cache/man"))
    stayed = debian.run(f"find / -xdev -name '*coffer*' {elsewhere}").split()
    assert not stayed, f"stayed behind: {stayed}"
    # What people made with it is theirs.
    assert debian.exists("/root/store")


def prove(debian, package):
    assert not debian.run("command -v swift || true"), "there is a Swift in the minimal system"
    timed("install", lambda: install(debian, package))
    timed("first use", lambda: debian.run(BASIC_USE))
    timed("another context is refused", lambda: debian.run(REFUSED))
    timed("manual pages, completions, licences", lambda: documents(debian))
    timed("age through the plugin", lambda: debian.run(PLUGIN))
    timed("remove", lambda: remove(debian))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output")
    parser.add_argument("--mirror", default=MIRROR)
    parser.add_argument("--keep")
    chosen = parser.parse_args()
    package = newest(chosen.output, "coffer_", ".deb")
    with tempfile.TemporaryDirectory() as work:
        pristine = Debian(os.path.abspath(chosen.keep) if chosen.keep else os.path.join(work, "pristine"))
        try:
            if os.geteuid() != 0:
                raise Missing("chroot needs root")
            if not shutil.which("debootstrap"):
                raise Missing("there is no debootstrap; apt-get install debootstrap")
            if not pristine.exists("/usr/bin/dpkg"):
                timed("a minimal Debian", lambda: pristine.make(chosen.mirror))
        except Missing as missing:
            print(f"package: skipped, {missing}")
            return
        copy = os.path.join(work, "debian")
        subprocess.run(["cp", "--archive", "--reflink=auto", pristine.folder, copy], check=True)
        prove(Debian(copy), package)


if __name__ == "__main__":
    main()
