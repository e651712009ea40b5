"""What the scripts that prove manifests have in common: a store with a key that signs, and a way to run coffer in it."""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
KEY = "audit-key"
LEAF = 65536


class Coffer:
    """The binary, with a store of its own in a folder."""

    def __init__(self, binary, folder):
        self.binary, self.folder = os.path.abspath(binary), folder
        self.environment = {
            "COFFER_HOME": os.path.join(folder, "home"), "HOME": folder, "PATH": os.environ["PATH"], "TMPDIR": folder}
        self.run("init", "--seal", f"keyfile:{os.path.join(folder, 'unlock.key')}")
        self.run("key", "create", "--alias", KEY, "--spec", "ECC_NIST_EDWARDS25519", "--usage", "SIGN_VERIFY")
        self.public_key = os.path.join(folder, "audit-key.pem")
        with open(self.public_key, "wb") as file:
            file.write(self.run("key", "public", KEY).stdout)

    def command(self, *arguments):
        return [self.binary, *arguments]

    def run(self, *arguments, statuses=(0,), home=None):
        """Runs it to the end; every other exit status is a failure of the proof."""
        environment = self.environment if home is None else {**self.environment, "COFFER_HOME": home}
        done = subprocess.run(
            self.command(*arguments), env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        errors = done.stderr.decode(errors="replace").strip()
        assert done.returncode in statuses, f"coffer {' '.join(map(str, arguments))}: exit {done.returncode}, {errors}"
        return done

    def verify(self, manifest, folder, *options, statuses=(0,)):
        """The report, as JSON."""
        done = self.run("manifest", "verify", manifest, folder, "--json", *options, statuses=statuses)
        return json.loads(done.stdout) if done.stdout else None


def peer(script, *arguments):
    """Runs one of the public checkers; its exit status and what it said."""
    done = subprocess.run(
        [sys.executable, os.path.join(HERE, script), *arguments], capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace").strip()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def verdicts(report):
    """Path -> verdict of everything that is not intact."""
    return {finding["Resource"]: finding["Id"].removeprefix("manifest-") for finding in report["Findings"]}


def evidence(report, path, name):
    """What a finding on a path says under a name; None when it says nothing."""
    found = next(finding for finding in report["Findings"] if finding["Resource"] == path)
    return next((fact["Value"] for fact in found["Evidence"] if fact["Name"] == name), None)
