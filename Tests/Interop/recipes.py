#!/usr/bin/env python3
"""Runs every script of Docs/Recipes as a person would, in a folder of its own and with real peers: `aws` and an S3 endpoint on
loopback (moto), `age`, nginx, an SMTP server, `crontab`. Results are looked at with other programs than those that made them, and
each script is made to fail in the ways that its header names.

    recipes.py [--only NAME] COFFER-BINARY

Exit status 0 if everything is as it should be; otherwise what is not is said. Peers that are not installed are skipped, by name.
"""

import argparse
import contextlib
import email
import email.policy
import fcntl
import hashlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from aiosmtpd.controller import Controller

from ports import free_port

HERE = Path(__file__).resolve().parent
RECIPES = HERE.parents[1] / "Docs" / "Recipes"
VENV = Path(sys.executable).parent
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
NO, USAGE, NOT_FOUND, DENIED, DAMAGED, ENVIRONMENT = 1, 2, 3, 4, 5, 6
PATIENCE_SECONDS = 60
#: A rotation without interruptions calls coffer about 17 times.
MINIMUM_RUNS, MAXIMUM_RUNS = 8, 40
covered = set()


class Skip(Exception):
    """Something that a recipe needs is not installed."""


def needs(*programs):
    for program in programs:
        if not shutil.which(program, path=f"{VENV}:{SYSTEM_PATH}"):
            raise Skip(f"{program} is not installed")


class Machine:
    """A home with a store, and a PATH on which coffer is."""

    def __init__(self, folder, *, has_coffer=True):
        self.folder = folder
        folder.mkdir()
        programs = folder / "bin"
        programs.mkdir()
        if has_coffer:
            (programs / "coffer").symlink_to(COFFER)
        (folder / "tmp").mkdir()
        self.environment = {
            "HOME": str(folder), "COFFER_HOME": str(folder / "store"), "TMPDIR": str(folder / "tmp"), "LC_ALL": "C.UTF-8",
            "PATH": f"{programs}:{VENV}:{SYSTEM_PATH}"}

    def run(self, *command, status=0, said=None, **variables):
        """Runs a program to its end, which has to be this one; what it wrote."""
        done = subprocess.run(
            [str(part) for part in command], env=self.environment | {name: str(value) for name, value in variables.items()},
            cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
        output = (done.stdout + done.stderr).decode(errors="replace")
        assert done.returncode == status, f"{command}: exit {done.returncode} instead of {status}\n{output}"
        assert said is None or said in output, f"{command}: does not say {said!r}\n{output}"
        return done.stdout

    def coffer(self, *arguments, **options):
        return self.run("coffer", *arguments, **options)

    def recipe(self, name, *arguments, **options):
        covered.add(name)
        written = self.run(RECIPES / name, *arguments, **options)
        assert not list((self.folder / "tmp").iterdir()), f"{name} left something in the folder for temporary files"
        return written

    def make_store(self, *keys):
        self.coffer("init", "--seal", f"keyfile:{self.folder / 'unlock.key'}")
        for key in keys:
            self.coffer("key", "create", "--alias", key)

    def make_identity(self, name):
        """An identity of age, and its recipient."""
        self.run("age-keygen", "-o", self.folder / name)
        return self.folder / name, self.run("age-keygen", "-y", self.folder / name).decode().strip()

    def by_age(self, identity, sealed):
        return self.run("age", "-d", "-i", identity, sealed)


def content(size, seed=1):
    return random.Random(seed).randbytes(size)


def flip(path, position=-100):
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


@contextlib.contextmanager
def serving(machine, port, *command):
    """A server, from when it listens to when it has ended."""
    with open(machine.folder / f"{Path(command[0]).name}.log", "ab") as log:
        server = subprocess.Popen(
            [str(part) for part in command], env=machine.environment, cwd=machine.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        until(lambda: answers(port), f"{command[0]} listens")
        yield
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)


def answers(port):
    with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def until(is_so, what):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"in vain: until {what}"
        time.sleep(0.005)


def equal(got, expected, what):
    assert got == expected, f"{what}: {len(got)} bytes are not the {len(expected)} that were expected"


# Encrypting before S3


def s3(folder):
    needs("aws", "moto_server", "age")
    here, port = Machine(folder / "here"), free_port()
    here.environment |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1"}
    here.make_store("backups")
    identity, recipient = here.make_identity("recovery.txt")
    # As large as what `aws` uploads in parts, and small.
    large, small = content(9 << 20), b"small, and recognisable"
    (here.folder / "large").write_bytes(large)
    (here.folder / "small").write_bytes(small)
    with serving(here, port, "moto_server", "-H", "127.0.0.1", "-p", port):
        here.run("aws", "s3", "mb", "s3://bucket")
        s3_round_trip(here, identity, recipient, {"large": large, "small": small})
        s3_refusals(here)
        s3_folder(here, identity, recipient)
    here.recipe("encrypt-before-s3.sh", "get", "s3://bucket/d/small", "offline", status=ENVIRONMENT)
    here.recipe("encrypt-before-s3.sh", "put", "small", "s3://bucket/d/small", status=ENVIRONMENT)


def s3_round_trip(here, identity, recipient, files):
    for name, data in files.items():
        here.recipe("encrypt-before-s3.sh", "put", name, f"s3://bucket/d/{name}", RECOVERY=recipient, said="verified")
        stored = here.folder / "stored.age"
        here.run("aws", "s3", "cp", f"s3://bucket/d/{name}", stored)
        sealed = stored.read_bytes()
        assert sealed.startswith(b"age-encryption.org/v1\n") and data[:20] not in sealed, "it lies there in the clear"
        equal(here.by_age(identity, stored), data, "age, of what lies in the bucket")
        here.recipe("encrypt-before-s3.sh", "get", f"s3://bucket/d/{name}", f"{name}.back")
        here.run("cmp", name, f"{name}.back")


def s3_folder(here, identity, recipient):
    recipe, folder, sealed, target = "encrypt-folder-before-s3.sh", here.folder / "folder", here.folder / "sealed", "s3://bucket/folder"
    files = {"a": b"stays as it is", "two words": b"", "deep/b": b"will be replaced", "deep/er/c": content(200_000)}
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)

    def upload(status=0, **options):
        here.recipe(recipe, folder, sealed, target, RECOVERY=recipient, status=status, **options)

    def objects():
        listed = json.loads(here.run("aws", "s3api", "list-objects-v2", "--bucket", "bucket", "--prefix", "folder/", "--output", "json"))
        return {item["Key"].removeprefix("folder/"): item["LastModified"] for item in listed["Contents"]}

    upload()
    before = objects()
    assert set(before) == {f"{name}.age" for name in files}, before
    time.sleep(1.1)  # S3 tells times in seconds.
    # One that is older and of the same size takes the place of another: neither size nor time tell.
    old = here.folder / "old"
    old.write_bytes(files["deep/b"].upper())
    os.utime(old, (1_000_000_000, 1_000_000_000))
    old.rename(folder / "deep/b")
    (folder / "new").write_bytes(b"new")
    upload(ENVIRONMENT, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert objects() == before
    time.sleep(1.1)
    upload()
    after = objects()
    assert {name for name in after if before.get(name) != after[name]} == {"deep/b.age", "new.age"}, (before, after)
    upload()
    assert objects() == after, "what did not change was uploaded again"

    here.run("aws", "s3", "sync", target, "fetched")
    here.coffer("decrypt", "--recursive", "fetched", "--output", "back")
    here.run("diff", "-r", "folder", "back")
    equal(here.by_age(identity, here.folder / "fetched/deep/b.age"), files["deep/b"].upper(), "age, of what lies in the bucket")

    with open(f"{sealed}.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        upload(ENVIRONMENT, said="another run is at work")
    here.recipe(recipe, here.folder / "none", sealed, target, status=NOT_FOUND, said="there is no folder")
    (folder / "newer").write_bytes(b"newer")
    upload(NOT_FOUND, COFFER_KEY="none")
    for arguments in [[], [folder, sealed, "bucket"], [folder, sealed, "s3://bucket"]]:
        here.recipe(recipe, *arguments, status=USAGE, said="usage")


def s3_refusals(here):
    recipe, out = "encrypt-before-s3.sh", here.folder / "out"
    here.recipe(recipe, "get", "s3://bucket/d/small", "small", status=DENIED)
    # Somebody who runs the bucket changes an object, or puts another in its place.
    changed = here.folder / "changed.age"
    here.run("aws", "s3", "cp", "s3://bucket/d/large", changed)
    flip(changed, len(changed.read_bytes()) // 2)
    here.run("aws", "s3", "cp", changed, "s3://bucket/d/changed")
    here.run("aws", "s3", "cp", changed, "s3://bucket/d/large")
    here.recipe(recipe, "get", "s3://bucket/d/large", out, status=DAMAGED)
    here.run("aws", "s3", "cp", "s3://bucket/d/small", "s3://bucket/d/other")
    here.recipe(recipe, "get", "s3://bucket/d/other", out, status=DENIED, said="another encryption context")
    here.recipe(recipe, "get", "s3://bucket/d/none", out, status=ENVIRONMENT)
    here.recipe(recipe, "put", "small", "s3://none/key", status=ENVIRONMENT)
    here.recipe(recipe, "put", "none", "s3://bucket/none", status=NOT_FOUND)
    here.recipe(recipe, "put", "small", "s3://bucket/none", COFFER_KEY="none", status=NOT_FOUND)
    stranger = Machine(here.folder / "stranger")
    stranger.make_store("backups")
    stranger.environment = here.environment | {name: stranger.environment[name] for name in ("HOME", "COFFER_HOME", "TMPDIR")}
    stranger.recipe(recipe, "get", "s3://bucket/d/small", out, status=NOT_FOUND, said="no key opens it")
    for arguments in [[], ["put", "small", "small"], ["get", "s3://bucket", "x"], ["move", "small", "s3://bucket/x"]]:
        here.recipe(recipe, *arguments, status=USAGE, said="usage")
    assert not out.exists(), "something was written of what does not open"


# Sharing with a user of age


def share(folder):
    needs("age", "age-keygen", "ssh-keygen")
    recipe, here, there = "share-with-age-user.sh", Machine(folder / "here"), Machine(folder / "there", has_coffer=False)
    identity, recipient = there.make_identity("key.txt")
    address = here.recipe(recipe, "address").decode().strip()
    assert here.recipe(recipe, "address").decode().strip() == address, "a second identity was made"
    own = here.folder / ".config/coffer/identity.txt"
    assert own.stat().st_mode & 0o777 == 0o600 and own.parent.stat().st_mode & 0o777 == 0o700
    file, data = here.folder / "to them", content(100_000)
    file.write_bytes(data)
    here.recipe(recipe, "send", file, recipient)
    sealed = here.folder / "to them.age"
    equal(there.by_age(identity, sealed), data, "age, of what was sent")
    equal(here.by_age(own, sealed), data, "the sender's own")
    there.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", there.folder / "id_ed25519")
    (here.folder / "team.txt").write_text(f"# somebody\n{recipient}\n{(there.folder / 'id_ed25519.pub').read_text()}")
    sealed.unlink()
    here.recipe(recipe, "send", file, "team.txt")
    for opens in [identity, there.folder / "id_ed25519"]:
        equal(there.by_age(opens, sealed), data, f"age with {opens.name}")
    stranger, _ = there.make_identity("stranger.txt")
    there.run("age", "-d", "-i", stranger, sealed, status=1)
    share_back(here, there, address, recipient)
    sealed.unlink()
    here.recipe(recipe, "send", file, "age1nonsense", status=USAGE)
    assert not sealed.exists()
    here.recipe(recipe, "send", "none", recipient, status=NOT_FOUND)
    for arguments in [[], ["send", file], ["receive"], ["lend", file, recipient]]:
        here.recipe(recipe, *arguments, status=USAGE, said="usage")


def share_back(here, there, address, recipient):
    recipe, answer, data = "share-with-age-user.sh", there.folder / "answer", content(70_000, 2)
    answer.write_bytes(data)
    there.run("age", "-r", address, "-o", here.folder / "answer.age", answer)
    here.recipe(recipe, "receive", "answer.age")
    equal((here.folder / "answer").read_bytes(), data, "what was received")
    here.recipe(recipe, "receive", "answer.age", status=DENIED)
    there.run("age", "-r", recipient, "-o", here.folder / "not mine.age", answer)
    here.recipe(recipe, "receive", "not mine.age", status=DENIED, said="none of the given keys")
    shutil.copy(here.folder / "answer.age", here.folder / "cut.age")
    os.truncate(here.folder / "cut.age", 40_000)
    here.recipe(recipe, "receive", "cut.age", status=DAMAGED)
    (here.folder / "answer").unlink()
    here.recipe(recipe, "receive", "answer.age", IDENTITY="none", status=NOT_FOUND)
    assert not (here.folder / "not mine").exists() and not (here.folder / "cut").exists()


# The gate of a CI job


STRONG = "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384;"
WEAK = "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0;"


def nginx(machine, port, settings):
    """nginx on loopback, under settings of TLS."""
    folder = machine.folder
    folders = " ".join(f"{kind}_temp_path {folder}/nginx-{kind};" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.error; events {{}}\n"
        f"http {{ access_log off; {folders} server {{ listen 127.0.0.1:{port} ssl; ssl_certificate server.pem;\n"
        f"ssl_certificate_key server.key; ssl_session_tickets off; {settings} return 200 ok; }} }}\n")
    return serving(machine, port, "nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "nginx.error")


def speaks_tls_1_0(machine, port):
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1", "-cipher", "ALL:@SECLEVEL=0"], env=machine.environment,
        stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


def tls(folder):
    needs("nginx", "openssl", "check-jsonschema")
    here, port, recipe = Machine(folder / "here"), free_port(), "tls-gate.sh"
    here.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key",
             "-out", "server.pem", "-days", "60", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
    (here.folder / "tls-targets.txt").write_text(f"127.0.0.1:{port}\n")
    here.environment["CA_FILE"] = "server.pem"
    baseline = here.folder / "tls-baseline.json"
    here.recipe(recipe, status=NOT_FOUND, said="accept")
    here.recipe(recipe, "accept", status=ENVIRONMENT)
    assert not baseline.exists() and not list(here.folder.glob("tls-baseline.json.*")), "half a scan is no baseline"
    with nginx(here, port, STRONG):
        assert not speaks_tls_1_0(here, port)
        here.recipe(recipe, "accept", said="is accepted from now on")
        accepted = baseline.read_bytes()
        here.recipe(recipe)
        tls_jobs(here, passes=True)
    with nginx(here, port, WEAK):
        assert speaks_tls_1_0(here, port)
        here.recipe(recipe, status=NO, said="tls-version-1-0")
        tls_jobs(here, passes=False)
        here.recipe(recipe, FAIL_ON="critical")
        assert baseline.read_bytes() == accepted, "the gate moved its own baseline"
    here.recipe(recipe, status=ENVIRONMENT, said="could be found out")
    here.recipe(recipe, "accept", status=ENVIRONMENT)
    assert baseline.read_bytes() == accepted
    with nginx(here, port, WEAK):
        here.recipe(recipe, "accept")
        here.recipe(recipe)
    here.recipe(recipe, TARGETS="none", status=NOT_FOUND)
    here.recipe(recipe, "reject", status=USAGE, said="usage")


def tls_jobs(here, *, passes):
    """What the two services would run, in a checkout of the repository; and what they are told to pick up."""
    for kind, schema in [("github", ["vendor.github-workflows"]), ("gitlab", ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"])]:
        name = f"tls-gate.{kind}.yml"
        covered.add(name)
        here.run("check-jsonschema", "--builtin-schema", *schema, RECIPES / name)
        job = yaml.safe_load((RECIPES / name).read_text())
        if kind == "github":
            steps = job["jobs"]["gate"]["steps"]
            lines = [step["run"] for step in steps if "run" in step]
            picked_up = [step["with"]["sarif_file"] for step in steps if "with" in step]
        else:
            lines = job["tls-gate"]["script"]
            picked_up = [job["tls-gate"]["artifacts"]["reports"]["junit"], *job["tls-gate"]["artifacts"]["paths"]]
        shutil.copy(RECIPES / "tls-gate.sh", here.folder)
        shutil.rmtree(here.folder / "tls-reports", ignore_errors=True)
        for line in lines:
            here.run("sh", "-c", line, status=0 if passes else NO)
        assert lines and picked_up and all((here.folder / path).exists() for path in picked_up), (name, picked_up)
    sarif = json.loads((here.folder / "tls-reports/tls.sarif").read_text())
    news = {result["ruleId"] for result in sarif["runs"][0]["results"] if result.get("baselineState", "new") == "new"}
    assert ("tls-version-1-0" in news) == (not passes), news


# Verifying every night


class Mailbox:
    """Keeps what comes by SMTP."""

    def __init__(self):
        self.envelopes = []

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append(envelope)
        return "250 OK"

    def take(self):
        taken, self.envelopes = self.envelopes, []
        return taken


# Reads a message as sendmail does and hands it over by SMTP.
SENDMAIL = """#!{python}
import email, smtplib, sys
assert sys.argv[1:] == ["-i", "-t"], sys.argv
message = email.message_from_binary_file(sys.stdin.buffer)
with smtplib.SMTP("127.0.0.1", {port}) as server:
    server.send_message(message, "cron@localhost")
"""


def nightly(folder):
    here, mailbox = Machine(folder / "here"), Mailbox()
    here.make_store("backups")
    here.coffer("key", "create", "--alias", "audit-key", "--spec", "ECC_NIST_EDWARDS25519", "--usage", "SIGN_VERIFY")
    backups, program = here.folder / "backups", here.folder / "sendmail"
    backups.mkdir()
    for number in range(3):
        (here.folder / "plain").write_bytes(content(100_000, number))
        here.coffer("encrypt", "-k", "backups", "-o", backups / f"{number}.age", here.folder / "plain")
    here.coffer("bucket", "create", "photos", "--versioning", "enabled", "--key", "backups")
    here.coffer("cp", "plain", "coffer://photos/plain")
    here.coffer("manifest", "create", backups, "-o", "backups.manifest", "--sign-with", "audit-key")
    here.coffer("key", "public", "audit-key", "-o", "audit-key.pem")
    port = free_port()
    program.write_text(SENDMAIL.format(python=sys.executable, port=port))
    program.chmod(0o755)
    here.environment |= {
        "MAIL_TO": "ops@example.com", "BACKUPS": str(backups), "MANIFEST": "backups.manifest", "PUBLIC_KEY": "audit-key.pem",
        "REPORTS": "reports", "SENDMAIL": str(program)}
    server = Controller(mailbox, hostname="127.0.0.1", port=port, ready_timeout=60)
    server.start()
    try:
        nightly_mails(here, mailbox, backups)
    finally:
        server.stop()
    (backups / "0.age").unlink()
    here.recipe("nightly-verification.sh", status=ENVIRONMENT)
    here.run("flock", "reports/lock", RECIPES / "nightly-verification.sh", status=ENVIRONMENT, said="has not ended")
    nightly_usage(here)


def nightly_mails(here, mailbox, backups):
    """Each thing that can go wrong is mailed; nothing else is."""
    objects, trail = here.folder / "store/objects", here.folder / "store/audit.log"
    blob = next(objects.rglob("*.age"))
    damages = {
        "0.age": lambda: flip(backups / "0.age"),
        "manifest-removed": (backups / "1.age").unlink,
        "manifest-added": lambda: shutil.copy(backups / "1.age", backups / "9.age"),
        "photos/plain": lambda: flip(blob),
        "does not exist": lambda: shutil.rmtree(backups),
        # As a disk that is not mounted leaves it.
        "nothing of what the manifest names is there": lambda: [path.unlink() for path in backups.iterdir()],
        "audit": lambda: flip(trail, len(trail.read_bytes()) // 2),
        "no store": lambda: shutil.rmtree(here.folder / "store"),
    }
    nightly_is_silent(here, mailbox)
    nightly_by_cron(here, mailbox)
    for said, damage in damages.items():
        with restored(here, backups, here.folder / "store"):
            damage()
            here.recipe("nightly-verification.sh", status=NO)
            mails = mailbox.take()
            assert len(mails) == 1 and mails[0].rcpt_tos == ["ops@example.com"], (said, len(mails))
            message = email.message_from_bytes(mails[0].content, policy=email.policy.default)
            assert message["To"] == "ops@example.com" and "not all is well" in message["Subject"], message
            text = message.get_content()
            assert said in text and "Failed: " in text, text
    nightly_is_silent(here, mailbox)


@contextlib.contextmanager
def restored(here, *folders):
    """Puts folders back as they were, with their times."""
    kept = here.folder / "kept"
    kept.mkdir()
    here.run("cp", "-a", *folders, kept)
    yield
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        here.run("cp", "-a", kept / folder.name, folder)
    shutil.rmtree(kept)


def nightly_is_silent(here, mailbox):
    assert here.recipe("nightly-verification.sh") == b"", "cron would mail that"
    assert not mailbox.take(), "a mail was sent although all is well"
    report = max((here.folder / "reports").glob("*.txt")).read_text()
    assert report.count("exit status 0") == 5, report


def nightly_by_cron(here, mailbox):
    """The lines for crontab, under the variables that they set and no others."""
    table = RECIPES / "nightly-verification.crontab"
    covered.add(table.name)
    text = table.read_text()
    places = {
        "/usr/local/bin": f"{here.folder}/bin", "/var/lib/coffer/backups.manifest": f"{here.folder}/backups.manifest",
        "/var/lib/coffer/audit-key.pem": f"{here.folder}/audit-key.pem", "/var/lib/coffer": f"{here.folder}/store",
        "/srv/backups": f"{here.folder}/backups", "/var/log/coffer": f"{here.folder}/reports", "/usr/local/lib/coffer": str(RECIPES)}
    for place, other in places.items():
        text = text.replace(place, other)
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    variables = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    jobs = [line.split(maxsplit=5)[5] for line in lines if not re.match(r"[A-Z_]+=", line)]
    assert len(jobs) == 1 and "%" not in jobs[0], jobs
    done = subprocess.run(["/bin/sh", "-c", jobs[0]], env={"HOME": str(here.folder), "SHELL": "/bin/sh", "LOGNAME": "root"} | variables,
                          cwd=here.folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), done
    assert not mailbox.take()
    if shutil.which("crontab"):
        here.run("crontab", "-n", table, said="success")
    else:
        print("skipped the syntax of nightly-verification.crontab: crontab is not installed")


def nightly_usage(here):
    for name in ["MAIL_TO", "BACKUPS", "MANIFEST", "PUBLIC_KEY"]:
        here.recipe("nightly-verification.sh", status=NO, said=name, **{name: ""})


# Rotating every quarter


def rotation(folder):
    needs("age", "jq")
    here = Machine(folder / "here")
    here.make_store("backups")
    here.coffer("key", "create", "--alias", "audit-key", "--spec", "ECC_NIST_EDWARDS25519", "--usage", "SIGN_VERIFY")
    here.coffer("key", "public", "audit-key", "-o", "audit-key.pem")
    identity, recipient = here.make_identity("recovery.txt")
    rotation_files(here, recipient)
    here.coffer("bucket", "create", "photos", "--key", "backups")
    here.coffer("cp", "plain/0/0", "coffer://photos/0")
    here.environment |= {"RECOVERY": recipient, "QUARTER": "2026-Q4"}
    rotation_interrupted(here)
    rotation_proof(here, identity, version=2)
    before = digest_of(here.folder / "evidence")
    here.recipe("quarterly-rotation.sh", "sealed 0", "sealed 1", said="done already")
    assert digest_of(here.folder / "evidence") == before, "a quarter that was done has changed"
    rotation_failures(here, identity)
    here.recipe("quarterly-rotation.sh", status=USAGE, said="usage")


def rotation_files(here, recipient):
    for number in range(2):
        plain = here.folder / "plain" / str(number)
        plain.mkdir(parents=True)
        for name in range(300):
            (plain / str(name)).write_bytes(content(5000, name))
        here.coffer("encrypt", "-k", "backups", "-r", recipient, "--recursive", plain, "-o", f"sealed {number}")


# Counts its calls; in the one that is asked for, it kills itself and all that belongs to the script, a moment after coffer was started.
KILLER = """#!/usr/bin/env bash
call=$(($(cat "$CALLS") + 1))
echo "$call" >"$CALLS"
if [ "$call" -eq "$LAST_CALL" ]; then
    "$REAL" "$@" &
    sleep "$MOMENT"
    kill -KILL 0
fi
exec "$REAL" "$@"
"""


def rotation_interrupted(here):
    """Kills the script in its first call of coffer, the next run in its second, and so on, until one ends by itself."""
    program, calls, moments = here.folder / "bin/coffer", here.folder / "calls", random.Random(1)
    program.unlink()
    program.write_text(KILLER)
    program.chmod(0o755)
    for last in range(1, MAXIMUM_RUNS):
        calls.write_text("0")
        variables = {"CALLS": str(calls), "LAST_CALL": str(last), "REAL": COFFER, "MOMENT": str(moments.uniform(0, 0.03))}
        done = subprocess.run(
            [RECIPES / "quarterly-rotation.sh", "sealed 0", "sealed 1"], env=here.environment | variables, cwd=here.folder,
            start_new_session=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != -signal.SIGKILL:
            break
    covered.add("quarterly-rotation.sh")
    assert done.returncode == 0 and last > MINIMUM_RUNS, (last, done)
    assert "600 files at the newest version" in done.stdout or "done already" in done.stdout, done.stdout
    program.unlink()
    program.symlink_to(COFFER)


def versions(here, *files):
    found = [json.loads(here.coffer("inspect", file, "--json"))["Recipients"] for file in files]
    return {recipient["KeyVersion"] for recipients in found for recipient in recipients if recipient["Type"] == "coffer-kms"}


def rotation_proof(here, identity, *, version):
    rotations = json.loads(here.coffer("key", "rotation", "list", "backups", "--json"))["Rotations"]
    assert len(rotations) == version - 1, f"{len(rotations)} rotations in {version - 1} quarters"
    some = [here.folder / f"sealed {number}/{name}.age" for number in range(2) for name in range(0, 300, 30)]
    assert versions(here, *some) == {version}
    for file in some:
        plain = here.folder / "plain" / file.parent.name[-1] / file.stem
        equal(here.coffer("decrypt", "-o", "-", file), plain.read_bytes(), file)
        equal(here.by_age(identity, file), plain.read_bytes(), f"age, {file}")
    quarter = here.folder / "evidence" / here.environment["QUARTER"]
    after = [json.loads(line) for line in (quarter / "files-after.jsonl").read_text().splitlines()]
    assert sum(line.get("Action") == "Current" for line in after) == 600
    told = json.loads((quarter / "rotations.json").read_text())["Events"]
    assert len(told) == version - 1 and all(event["eventName"] == "RotateKeyOnDemand" and "errorCode" not in event for event in told)
    # The evidence is believed by a program that shares nothing with coffer, and not after a change.
    checker = [sys.executable, HERE / "check_manifest.py", f"{quarter}.manifest", "audit-key.pem", quarter]
    here.run(*checker)
    here.run(sys.executable, HERE / "check_audit.py", quarter / "audit.jsonl", quarter / "audit.jsonl.note", "audit-key.pem")
    with open(quarter / "rotations.json", "a", encoding="utf-8") as file:
        file.write(" ")
    here.run(*checker, status=1)
    os.truncate(quarter / "rotations.json", (quarter / "rotations.json").stat().st_size - 1)
    # The backup that lies with it opens, elsewhere, what is sealed under the new version.
    elsewhere = Machine(here.folder / f"elsewhere {version}")
    elsewhere.make_store()
    elsewhere.coffer("key", "restore", quarter / "keys.age", "--backup-identity", identity)
    elsewhere.coffer("verify", some[0])


def digest_of(folder):
    return {path: hashlib.sha256(path.read_bytes()).digest() for path in folder.rglob("*") if path.is_file()}


def rotation_failures(here, identity):
    here.environment["QUARTER"] = "2027-Q1"
    sealed, manifest = here.folder / "sealed 1/7.age", here.folder / "evidence/2027-Q1.manifest"
    whole = sealed.read_bytes()
    _, stranger = here.make_identity("stranger.txt")
    here.run("age", "-r", stranger, "-o", "sealed 1/strange.age", "plain/0/0")
    here.recipe("quarterly-rotation.sh", "sealed 0", "sealed 1", status=DENIED, said="files-before.jsonl.partial")
    assert "strange.age" in (here.folder / "evidence/2027-Q1/files-before.jsonl.partial").read_text()
    (here.folder / "sealed 1/strange.age").unlink()
    flip(sealed)
    here.recipe("quarterly-rotation.sh", "sealed 0", "sealed 1", status=DAMAGED, said="7.age")
    assert not manifest.exists(), "evidence was signed of what is not so"
    # Put back from a copy that is older than the rotation: it has to move, too.
    sealed.write_bytes(whole)
    here.run("flock", "evidence/lock", RECIPES / "quarterly-rotation.sh", "sealed 0", status=ENVIRONMENT)
    here.recipe("quarterly-rotation.sh", "sealed 0", "sealed 1", said="600 files at the newest version")
    rotation_proof(here, identity, version=3)


# After the loss of a disk


MARKER = b"this stands in no copy in the clear"


def lost_disk(folder):
    needs("age", "jq")
    safe, old = Machine(folder / "safe"), Machine(folder / "old")
    identity, recipient = safe.make_identity("recovery.txt")
    old.make_store("backups")
    files, objects = lost_files(old, recipient), {}
    old.environment |= {"RECOVERY": recipient, "SEALED": "sealed"}
    copy = folder / "copy"
    old.recipe("off-site-copy.sh", copy, status=NO, said="coffer store recovery set")
    old.coffer("bucket", "create", "photos", "--versioning", "enabled", "--key", "backups")
    old.coffer("bucket", "create", "empty")
    objects["before"] = put(old, "before", 1)
    old.coffer("store", "recovery", "set", recipient)
    for number, key in enumerate(["a/b/c", "ä ö", "line\nbreak", "../up", "back\\slash", "large"]):
        objects[key] = put(old, key, number + 2)
    lost_files_without_recovery(old, copy)
    old.recipe("off-site-copy.sh", copy, said=f"{len(files)} sealed files and {len(objects)} objects")
    old.recipe("off-site-copy.sh", copy, status=USAGE, said="is there already")
    for path in copy.rglob("*"):
        assert path.is_dir() or (MARKER not in path.read_bytes() and b"back\\slash" not in path.read_bytes()), path
    shutil.rmtree(old.folder)
    recovered(folder, copy, identity, files, objects)
    recovered_by_age(folder, copy, identity, files, objects)
    wrong_identity(folder, copy, safe)
    damaged_copy(folder, copy, identity, files, objects)


def lost_files(old, recipient):
    """Path -> content of files that are sealed; one of them for the store's key alone."""
    files = {"db.dump": content(300_000) + MARKER, "photos/a ä.jpg": MARKER, "photos/b\nc": b"", "late": MARKER * 2}
    for name, data in files.items():
        plain = old.folder / "plain" / name
        plain.parent.mkdir(parents=True, exist_ok=True)
        plain.write_bytes(data)
        sealed = old.folder / "sealed" / f"{name}.age"
        sealed.parent.mkdir(parents=True, exist_ok=True)
        old.coffer("encrypt", "-k", "backups", *([] if name == "late" else ["-r", recipient]), "-o", sealed, plain)
    return files


def put(old, key, seed):
    data = MARKER + content(20_000 * seed, seed)
    (old.folder / "object").write_bytes(data)
    old.coffer("object", "put", "--bucket", "photos", "--key", key, "--body", "object")
    return data


def lost_files_without_recovery(old, copy):
    """What is for the store's key alone is told, and the command that is told with it mends it."""
    for said, fix in [("sealed/late.age|files/late.age", "rewrap --recursive sealed"), ("objects/", "store rewrap photos")]:
        done = subprocess.run(
            [RECIPES / "off-site-copy.sh", copy], env=old.environment, cwd=old.folder, stdin=subprocess.DEVNULL, capture_output=True,
            check=False)
        covered.add("off-site-copy.sh")
        told = done.stderr.decode()
        assert done.returncode == NO and re.search(said, told) and fix in told and not copy.exists(), told
        old.run(*told.split("run: ")[1].split())


def in_store(machine, key):
    machine.coffer("object", "get", "--bucket", "photos", "--key", key, "got", "--force")
    return (machine.folder / "got").read_bytes()


def recovered(folder, copy, identity, files, objects):
    new = Machine(folder / "new")
    new.environment["KEY_FILE"] = str(new.folder / "new.key")
    new.recipe("recover-lost-disk.sh", copy, identity, "files", said=f"{len(files)} files; in the store: {len(objects)} objects")
    for name, data in files.items():
        equal((new.folder / "files" / name).read_bytes(), data, name)
    for key, data in objects.items():
        equal(in_store(new, key), data, key)
    new.coffer("store", "scrub")
    new.coffer("encrypt", "-k", "backups", "-o", "again.age", new.folder / "files/db.dump")
    new.coffer("key", "list", "--store-identity", identity)
    new.recipe("recover-lost-disk.sh", copy, identity, "other", status=DENIED)
    new.recipe("recover-lost-disk.sh", copy, identity, status=USAGE, said="usage")
    new.recipe("recover-lost-disk.sh", folder / "none", identity, "other", status=NOT_FOUND)


def by_age_alone(folder, name, copy, identity, **options):
    machine = Machine(folder / name, has_coffer=False)
    machine.environment["PATH"] = f"{machine.folder}/bin:/usr/bin:/bin"
    assert not shutil.which("coffer", path=machine.environment["PATH"]), "coffer is on the way; this has to do without it"
    machine.recipe("recover-with-age.sh", copy, identity, "out", **options)
    return machine.folder / "out"


def recovered_by_age(folder, copy, identity, files, objects):
    out = by_age_alone(folder, "age", copy, identity, status=NO, said='"../up"')
    for name, data in files.items():
        equal((out / "files" / name).read_bytes(), data, name)
    for key, data in objects.items():
        if key != "../up":
            equal((out / "objects/photos" / key).read_bytes(), data, key)
    written = sum(path.is_file() for path in out.rglob("*"))
    assert written == len(files) + len(objects) - 1, written


def wrong_identity(folder, copy, safe):
    other, _ = safe.make_identity("other.txt")
    machine = Machine(folder / "wrong")
    machine.recipe("recover-lost-disk.sh", copy, other, "files", KEY_FILE="key", status=DENIED)
    assert not (machine.folder / "store").exists() and not (machine.folder / "key").exists(), "a store was made all the same"
    assert not by_age_alone(folder, "wrong by age", copy, other, status=NO).exists()


def damaged_copy(folder, copy, identity, files, objects):
    """A file is lost and an object damaged: both are named, all else is back."""
    damaged = folder / "damaged"
    shutil.copytree(copy, damaged)
    (damaged / "files/db.dump.age").unlink()
    flip(damaged / "objects/3.age")
    machine = Machine(folder / "from damaged")
    machine.recipe("recover-lost-disk.sh", damaged, identity, "files", KEY_FILE="key", status=DAMAGED, said="files/db.dump.age")
    back = {path.relative_to(machine.folder / "files") for path in (machine.folder / "files").rglob("*") if path.is_file()}
    assert back == {Path(name) for name in files} - {Path("db.dump")}, back
    listed = machine.coffer("ls", "--recursive", "--json", "coffer://photos/").decode().splitlines()
    assert len(listed) == len(objects) - 1, listed
    for line in listed:
        key = json.loads(line)["Key"]
        equal(in_store(machine, key), objects[key], key)
    by_age_alone(folder, "age from damaged", damaged, identity, status=NO, said="objects/3.age did not open")


# What is true of all scripts


def forms(_):
    readme = (RECIPES / "README.md").read_text()
    for script in sorted(RECIPES.glob("*.sh")):
        header, _, body = script.read_text().partition("set -euo pipefail\n")
        assert body, f"{script.name} goes on after errors"
        assert header.startswith("#!/usr/bin/env bash\n# ") and os.access(script, os.X_OK), script.name
        assert all(line.startswith("#") for line in header.splitlines()), f"{script.name}: something stands before set"
        assert f"#   {script.name}" in header and "\n# Variables:" in header and "\n# Exit status:\n#   0  " in header, script.name
        named = set(re.findall(r"^#   ([A-Z][A-Z_]+)  ", header.partition("# Variables:")[2], re.MULTILINE))
        used = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", body)) - {"HOME"}
        assert used <= named, f"{script.name} says nothing of {used - named}"
        assert named - used <= {"COFFER_HOME", "TMPDIR"}, f"{script.name} does not use {named - used}"
    for path in RECIPES.iterdir():
        assert path.name == "README.md" or f"]({path.name})" in readme, f"README.md does not name {path.name}"


def shellcheck(folder):
    needs("shellcheck")
    Machine(folder / "here").run("shellcheck", *sorted(RECIPES.glob("*.sh")))


def main():
    tests = {test.__name__: test for test in [forms, shellcheck, s3, share, tls, nightly, rotation, lost_disk]}
    chosen = [ARGUMENTS.only] if ARGUMENTS.only else list(tests)
    skipped = False
    for name in chosen:
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix=f"coffer-recipes-{name}-") as folder:
            try:
                tests[name](Path(folder))
            except Skip as skip:
                print(f"skipped {name}: {skip}")
                skipped = True
                continue
        print(f"{name}: as it should be ({time.monotonic() - start:.1f} s)", flush=True)
    missing = {path.name for path in RECIPES.iterdir()} - covered - {"README.md"}
    assert skipped or ARGUMENTS.only or not missing, f"nothing runs {missing}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only")
    parser.add_argument("coffer")
    ARGUMENTS = parser.parse_args()
    COFFER = os.path.abspath(ARGUMENTS.coffer)
    main()
