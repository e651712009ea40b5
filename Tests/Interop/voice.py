#!/usr/bin/env python3
"""Holds what the commands of Coffer answer with --json against Docs/Schemas/, and looks how the process speaks: results on stdout and
everything else on stderr, no colour where none is wanted, exit statuses, suggestions, and what shells complete.

usage: voice.py PATH-OF-COFFER
Exit status 0 if everything is as it should be; otherwise each thing that is not is told. The answers of S3's operations are held against
S3's own shapes, by s3_shapes.py; scans against tls-scan.schema.json, by the tests of TLSInspector.
"""

import base64
import datetime
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import jsonschema
import pexpect
import referencing

COFFER = os.path.abspath(sys.argv[1])
SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "Docs/Schemas"
problems = []


# MARK: Schemas


def close(schema):
    """Allows no members but those that are named: readers may meet more in later versions, the present one has to name all it writes."""
    if isinstance(schema, dict):
        for value in schema.values():
            close(value)
        if isinstance(schema.get("properties"), dict):
            schema["unevaluatedProperties"] = False
    elif isinstance(schema, list):
        for value in schema:
            close(value)


def read_schemas():
    """The schemas by their names, and for each command the place of its schema: those in $defs that are called as a command is."""
    registry, places = referencing.Registry(), {}
    for path in SCHEMAS.glob("*.schema.json"):
        schema = json.loads(path.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        # What others add to is closed by those that do.
        if path.name not in ("findings.schema.json", "tls-scan.schema.json"):
            close(schema)
        registry = registry.with_resource(path.name, referencing.Resource.from_contents(schema))
        for name in schema.get("$defs", {}):
            places.setdefault(name, f"{path.name}#/$defs/{name.replace(' ', '%20')}")
    return registry, places


REGISTRY, PLACES = read_schemas()
COVERED = set()


def check(name, document):
    if name not in PLACES:
        return problems.append(f"{name}: has no schema")
    COVERED.add(name)
    validator = jsonschema.Draft202012Validator(
        {"$ref": PLACES[name]}, registry=REGISTRY, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    for error in validator.iter_errors(document):
        problems.append(f"{name}: {error.json_path} {error.message[:200]}")


# MARK: Running commands


def run(*arguments, stdin=b"", status=0, **environment):
    done = subprocess.run(
        [COFFER, *arguments], input=stdin, capture_output=True, env=ENVIRONMENT | environment, cwd=FOLDER, check=False,
        start_new_session=True)
    if done.returncode != status:
        sys.exit(f"coffer {' '.join(arguments)}: {done.returncode}, not {status}\n{done.stdout.decode()}{done.stderr.decode()}")
    return done


def command_of(arguments):
    """The longest beginning of the arguments that is called as a command is."""
    words = [*arguments]
    while words and " ".join(words) not in LEAVES:
        words.pop()
    return " ".join(words)


def answer(*arguments, stdin=b"", status=0, lines=False, silent=True):
    """Runs a command with --json, and holds its answer against its schema.

    lines: whether it writes a line for each of many.
    silent: whether nothing may be on stderr.
    """
    done = run(*arguments, "--json", stdin=stdin, status=status)
    name = command_of(arguments)
    documents = [json.loads(line) for line in done.stdout.splitlines()] if lines else [json.loads(done.stdout)]
    if silent and done.stderr:
        problems.append(f"{name}: --json writes to stderr: {done.stderr[:200]}")
    for document in documents:
        check(name, document)
    return documents if lines else documents[0]


def refuse(*arguments, status):
    """Runs a command with --json that has to fail."""
    done = run(*arguments, "--json", status=status)
    if done.stdout:
        problems.append(f"{' '.join(arguments)}: fails and writes to stdout")
    check("error", json.loads(done.stderr))


def read_leaves():
    """Every command that does something, with its options."""
    leaves = {}

    def walk(command, words):
        children = [child for child in command.get("subcommands", []) if child["commandName"] != "help"]
        if not children:
            leaves[" ".join(words)] = {f"--{name['name']}" for option in command["arguments"] for name in option.get("names", [])}
        for child in children:
            walk(child, [*words, child["commandName"]])

    walk(json.loads(run("--experimental-dump-help").stdout)["command"], [])
    return leaves


def write(name, content, mode=0o600):
    path = pathlib.Path(FOLDER, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(mode)
    return str(path)


# MARK: The transcript


def store():
    answer("init", "--seal", f"keyfile:{FOLDER}/unlock.key")
    identity = answer("identity", "new", "--output", "id.txt")
    answer("identity", "public", "id.txt")
    recipient = identity["Recipient"]
    seal = answer("seal", "add", f"recovery:{recipient}", "--label", "safe")["Seal"]
    answer("seal", "list")
    answer("seal", "change", seal["SealId"], f"recovery:{recipient}")
    answer("seal", "rotate-root")
    added = answer("seal", "add", f"keyfile:{FOLDER}/second.key")["Seal"]
    answer("seal", "remove", added["SealId"])
    return recipient


def keys(recipient):
    key = answer("key", "create", "--alias", "backups", "--tag", "team=ops", "--description", "of every night")["KeyMetadata"]["KeyId"]
    answer("key", "create", "--alias", "signer", "--spec", "ECC_NIST_P256", "--usage", "SIGN_VERIFY")
    answer("key", "create", "--alias", "tree", "--spec", "ECC_NIST_EDWARDS25519", "--usage", "SIGN_VERIFY")
    answer("key", "create", "--alias", "mac", "--spec", "HMAC_256", "--usage", "GENERATE_VERIFY_MAC")
    answer("key", "create", "--alias", "agree", "--spec", "ECC_NIST_P384", "--usage", "KEY_AGREEMENT")
    answer("key", "create", "--alias", "rsa", "--spec", "RSA_2048", "--usage", "ENCRYPT_DECRYPT")
    answer("key", "create", "--alias", "mine", "--origin", "external")
    answer("key", "list")
    for alias in ["backups", "signer", "mac", "agree", "rsa", "mine"]:
        answer("key", "describe", alias)
    for alias in ["signer", "agree", "rsa"]:
        answer("key", "public", alias)
    answer("key", "recipient", "backups", "--context", "purpose=nightly")
    answer("key", "rotation", "enable", "backups")
    answer("key", "rotation", "status", "backups")
    answer("key", "rotation", "disable", "backups")
    answer("key", "rotation", "status", "backups")
    answer("key", "rotate", "backups")
    answer("key", "rotation", "list", "backups")
    answer("key", "disable", "backups")
    answer("key", "enable", "backups")
    answer("key", "update-description", "backups", "of every night and day")
    answer("key", "tag", "add", "backups", "stage=prod")
    answer("key", "tag", "list", "backups")
    answer("key", "tag", "remove", "backups", "stage")
    answer("key", "last-used", "backups")
    answer("key", "import", "parameters", "mine")
    answer("key", "import", "file", write("material", os.urandom(32)), "--key", "mine")
    answer("key", "describe", "mine")
    answer("key", "import", "delete-material", "mine")
    answer("alias", "create", "spare", "backups")
    answer("alias", "list")
    answer("alias", "update", "spare", answer("key", "create")["KeyMetadata"]["KeyId"])
    answer("alias", "delete", "spare")
    answer("key", "backup", "--to", "keys.age", "--recipient", recipient)
    answer("key", "restore", "keys.age", "--backup-identity", "id.txt")
    doomed = answer("key", "create")["KeyMetadata"]["KeyId"]
    answer("key", "schedule-deletion", doomed)
    answer("key", "describe", doomed)
    answer("key", "maintain")
    answer("key", "cancel-deletion", doomed)
    refuse("key", "describe", "nobody", status=3)
    refuse("key", "disable", "nobody", status=3)
    return key


def kms():
    write("message", b"hello")
    blob = answer("kms", "encrypt", "--key-id", "backups", "--plaintext", "fileb://message", "--encryption-context", "a=b")
    write("blob", base64.b64decode(blob["CiphertextBlob"]))
    answer("kms", "decrypt", "--ciphertext-blob", "fileb://blob", "--encryption-context", "a=b")
    answer("kms", "re-encrypt", "--ciphertext-blob", "fileb://blob", "--destination-key-id", "backups", "--source-encryption-context", "a=b")
    answer("kms", "generate-data-key", "--key-id", "backups", "--key-spec", "AES_256")
    answer("kms", "generate-data-key-without-plaintext", "--key-id", "backups", "--key-spec", "AES_256")
    answer("kms", "generate-data-key-pair", "--key-id", "backups", "--key-pair-spec", "ECC_NIST_P256")
    answer("kms", "generate-data-key-pair-without-plaintext", "--key-id", "backups", "--key-pair-spec", "ECC_NIST_P256")
    answer("kms", "generate-random", "--number-of-bytes", "16")
    sign = ["--key-id", "signer", "--message", "message", "--signing-algorithm", "ECDSA_SHA_256"]
    signature = answer("kms", "sign", *sign)["Signature"]
    answer("kms", "verify", *sign, "--signature", f"base64:{signature}")
    mac = ["--key-id", "mac", "--message", "message", "--mac-algorithm", "HMAC_SHA_256"]
    value = answer("kms", "generate-mac", *mac)["Mac"]
    answer("kms", "verify-mac", *mac, "--mac", f"base64:{value}")
    public = answer("key", "public", "agree")["PublicKey"]
    answer("kms", "derive-shared-secret", "--key-id", "agree", "--public-key", f"base64:{public}")


def files(recipient):
    write("a.txt", b"hello" * 1000)
    answer("encrypt", "-k", "backups", "-r", recipient, "--context", "a=b", "a.txt")
    answer("inspect", "a.txt.age")
    answer("verify", "a.txt.age")
    answer("verify", "--sample", "50%", "a.txt.age")
    answer("decrypt", "-o", "b.txt", "a.txt.age")
    answer("decrypt", "-o", "c.txt", "--range", "0-10", "a.txt.age")
    run("key", "rotate", "backups")
    answer("rewrap", "a.txt.age", lines=True)
    answer("rewrap", "a.txt.age", lines=True)
    answer("rotate-data", "-k", "backups", "-r", recipient, "a.txt.age")
    write("tree/one", b"1")
    write("tree/sub/two", b"2" * 70_000)
    answer("encrypt", "-k", "backups", "--recursive", "tree", "-o", "sealed", lines=True)
    answer("verify", "--recursive", "sealed", lines=True)
    answer("rewrap", "--recursive", "sealed", lines=True)
    answer("checksum", "a.txt")
    done = run("checksum", "a.txt")
    write("SUMS", done.stdout + b"0" * 64 + b"  missing\nnonsense\n")
    answer("checksum", "--check", "SUMS", status=1, silent=False)
    refuse("decrypt", "SUMS", "--output", "x", status=5)


def objects():
    answer("bucket", "create", "photos", "--versioning", "enabled")
    answer("bucket", "list")
    answer("bucket", "info", "photos")
    answer("bucket", "tag", "put", "photos", "team=ops")
    answer("bucket", "tag", "delete", "photos")
    answer("bucket", "default-key", "set", "photos", "backups")
    answer("bucket", "default-key", "unset", "photos")
    answer("bucket", "versioning", "suspend", "photos")
    answer("bucket", "versioning", "enable", "photos")
    answer("cp", "a.txt", "coffer://photos/a.txt")
    answer("cp", "coffer://photos/a.txt", "out.txt")
    answer("cp", "coffer://photos/a.txt", "coffer://photos/copy.txt")
    answer("cp", "--recursive", "tree", "coffer://photos/tree/", lines=True)
    answer("ls", lines=True)
    answer("ls", "coffer://photos/", lines=True)
    answer("ls", "--versions", "--recursive", "coffer://photos/", lines=True)
    moment = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    time.sleep(1.1)
    answer("rm", "coffer://photos/a.txt")
    answer("rm", "--recursive", "coffer://photos/tree/", lines=True)
    answer("restore", "coffer://photos/", "--at", moment, lines=True)
    answer("object", "export", "--bucket", "photos", "--key", "copy.txt", "copy.age")
    answer("bucket", "create", "empty")
    answer("bucket", "delete", "empty")


def care(recipient):
    answer("store", "recovery", "set", recipient)
    answer("store", "recovery", "show")
    answer("store", "check")
    answer("store", "scrub")
    answer("store", "stats")
    answer("store", "maintain")
    answer("store", "rewrap", "photos")
    answer("store", "recovery", "unset")
    # What a machine is like is not ours to say here: nothing that a good one has is critical.
    answer("doctor", "--fail-on", "critical")
    answer("doctor", "--sealed", "--fail-on", "critical")


def evidence():
    answer("audit", "list", "--last", "5")
    answer("audit", "verify")
    answer("manifest", "create", "tree", "--output", "tree.manifest", "--sign-with", "tree")
    answer("manifest", "show", "tree.manifest")
    answer("manifest", "list", "tree.manifest", lines=True)
    answer("manifest", "verify", "tree.manifest", "tree")
    proof = answer("manifest", "prove", "tree.manifest", "one")["Proof"]
    answer("manifest", "check-proof", write("proof", proof), "tree/one")
    answer("manifest", "export", "tree.manifest", "tree", "--format", "sha256sum", "--out", "TREE-SUMS")
    answer("manifest", "import", "TREE-SUMS", "--output", "imported.manifest", "--sign-with", "tree")
    shutil.copy(f"{FOLDER}/tree.manifest", f"{FOLDER}/old.manifest")
    write("tree/one", b"changed")
    answer("manifest", "verify", "tree.manifest", "tree", status=1, silent=False)
    answer("manifest", "update", "tree.manifest", "tree")
    answer("manifest", "diff", "old.manifest", "tree.manifest", status=1, silent=False)
    answer("bag", "create", "tree", "--output", "tree.bag")
    answer("bag", "validate", "tree.bag")


def servers():
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{FOLDER}/tls.key", "-out", f"{FOLDER}/tls.pem", "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    answer("tls", "certificate", "tls.pem", "tls.key")
    answer("tls", "certificate", "--host", "localhost", "--ca", "tls.pem", "--no-system-trust", "tls.pem", status=1, silent=False)
    answer("tls", "profiles", "list")


def topics():
    answer("help", "keys")
    answer("help", "key", "create")


# MARK: The process


def on_terminal(*arguments, **environment):
    """What a failing command shows on a terminal."""
    text, _ = pexpect.run(
        " ".join([COFFER, *arguments]), env=ENVIRONMENT | {"TERM": "xterm"} | environment, withexitstatus=True, encoding="utf-8")
    return text


def colours():
    failing = ["key", "describe", "nobody"]
    if "\x1b[" not in on_terminal(*failing):
        problems.append("an error on a terminal has no colour")
    for name, text in {
        "NO_COLOR": on_terminal(*failing, NO_COLOR="1"), "TERM=dumb": on_terminal(*failing, TERM="dumb"),
        "--no-color": on_terminal(*failing, "--no-color"), "no terminal": run(*failing, status=3, TERM="xterm").stderr.decode(),
        "a table without a terminal": run("key", "list", TERM="xterm").stdout.decode(),
        "a check without a terminal": run("store", "check", TERM="xterm").stdout.decode(),
    }.items():
        if "\x1b" in text:
            problems.append(f"{name}: has an escape sequence")
        if not text:
            problems.append(f"{name}: says nothing")


def statuses():
    for arguments, status in [
        (["--help"], 0), (["--version"], 0), (["key"], 0), (["kye", "list"], 2), (["key", "lst"], 2), (["help", "kye"], 2),
        (["key", "list", "--frob"], 2), (["key", "describe", "nobody"], 3), (["inspect", "no-such-file"], 3),
        (["encrypt", "-k", "backups", "a.txt"], 4), (["decrypt", "-o", "x", "SUMS"], 5), (["key", "list", "--home", "/proc/1/mem"], 6),
    ]:
        done = run(*arguments, status=status)
        if status and done.stdout:
            problems.append(f"{' '.join(arguments)}: an error and something on stdout")
        if status and not done.stderr.startswith(b"error: "):
            problems.append(f"{' '.join(arguments)}: the error does not begin with error:")
        if not status and done.stderr:
            problems.append(f"{' '.join(arguments)}: noise on stderr")
    hint = run("kye", "list", status=2).stderr.decode().splitlines()[-1]
    if hint != "hint: did you mean `coffer key list`?":
        problems.append(f"kye list: {hint}")
    if run("key", "list", "--quiet").stderr:
        problems.append("key list --quiet: writes to stderr")


# MARK: Shells


# What is typed, and what has to be on the line behind the second tab.
COMPLETIONS = [
    ("coffer key describe bac", "backups"), ("coffer encrypt --key sig", "signer"), ("coffer alias delete alias/mi", "alias/mine"),
    ("coffer bucket info pho", "photos"), ("coffer object list --bucket pho", "photos"), ("coffer ls coffer://pho", "coffer://photos/"),
    ("coffer cp coffer://p", "coffer://photos/"), ("coffer cp SUM", "SUMS"), ("coffer tls judge --profile nist-800-", "nist-800-52r2"),
    ("coffer seal add key", "keyfile:"), ("coffer mani", "manifest"), ("coffer kms sign --signing-algorithm ED25519_S", "ED25519_SHA_512"),
    ("coffer mfa session begin --prefix pho", "photos/"),
]


def complete(shell, start, typed, expected=pexpect.TIMEOUT, seconds=2):
    """What a line has become behind a tab, as the shell shows it, at the latest after some seconds.

    expected: what is waited for; without it, all the time is waited.
    """
    child = pexpect.spawn(shell[0], shell[1:], env=ENVIRONMENT | {"TERM": "dumb", "PS1": "> "}, cwd=FOLDER, encoding="utf-8", timeout=60,
                          dimensions=(50, 200))
    for line in start:
        child.sendline(line)
    child.sendline("echo READ''Y")
    child.expect_exact("READY")
    child.send(typed + "\t")
    child.expect_exact([expected, pexpect.TIMEOUT], timeout=seconds)
    shown = child.before + (child.after if isinstance(child.after, str) else "")
    child.ptyproc.delayafterterminate = 5  # It ends sooner on a machine that is not busy.
    child.close(force=True)
    return shown


def completions():
    scripts = {}
    for shell in ["bash", "zsh", "fish"]:
        text = run("--generate-completion-script", shell).stdout
        scripts[shell] = write(f"completions/{'_coffer' if shell == 'zsh' else 'coffer.' + shell}", text)
    write("bin/.keep", b"")
    os.symlink(COFFER, f"{FOLDER}/bin/coffer")
    shells = {
        "bash": (["bash", "--norc", "--noprofile", "-i"], [f"source {scripts['bash']}"]),
        "zsh": (["zsh", "-f", "-i"], ["PS1='> '", f"fpath=({FOLDER}/completions $fpath)", "autoload -U compinit", "compinit -u -D"]),
        "fish": (["fish", "--no-config", "-i"], [f"source {scripts['fish']}"]),
    }
    tried = []
    for shell, (program, start) in shells.items():
        if shutil.which(shell) is None:
            print(f"{shell} is not installed: what it completes was not tried")
            continue
        # cp completes objects in bash alone: the scripts of the others cannot offer files beside them.
        cases = [case for case in COMPLETIONS if shell == "bash" or not case[0].startswith("coffer cp coffer://")]
        for typed, expected in cases:
            shown = complete(program, start, typed, expected, seconds=20)
            if expected not in shown:
                problems.append(f"{shell}: {typed!r} becomes {shown[-200:]!r}, without {expected!r}")
        tried.append(shell)
    quietly(*shells["bash"])
    return tried


def quietly(program, start):
    """What a completion must not do."""
    trail = pathlib.Path(FOLDER, "home/audit.log").read_bytes()
    complete(program, start, "coffer key describe bac", "backups", seconds=20)
    if pathlib.Path(FOLDER, "home/audit.log").read_bytes() != trail:
        problems.append("a completion opened the store")
    nothing = complete(program, start, f"coffer key describe --home {FOLDER}/nowhere b")
    if "error" in nothing or "backups" in nothing:
        problems.append(f"a completion without a store: {nothing[-200:]!r}")
    # Whoever can write to the database, and nothing else, must not get the shell to run what stands there.
    shutil.copytree(f"{FOLDER}/home", f"{FOLDER}/edited")
    os.chmod(f"{FOLDER}/edited", 0o700)
    for database, table, name in [("keys", "alias", "alias/x$(touch owned)"), ("objects", "bucket", "x$(touch owned)")]:
        connection = sqlite3.connect(f"{FOLDER}/edited/{database}.sqlite")
        before = connection.execute(f"SELECT name FROM {table} LIMIT 1").fetchone()[0]
        connection.execute(f"UPDATE {table} SET name = ? WHERE name = ?", (name, before))
        connection.commit()
        connection.close()
    for typed in ["coffer key describe --home edited ", "coffer bucket info --home edited "]:
        shown = complete(program, start, typed + "\t")
        if "touch" in shown:
            problems.append(f"{typed!r} offers {shown[-200:]!r}")
    if pathlib.Path(FOLDER, "owned").exists():
        problems.append("a completion runs what stands in the database")


with tempfile.TemporaryDirectory(prefix="coffer-voice-") as FOLDER:
    ENVIRONMENT = {
        "PATH": f"{FOLDER}/bin:{os.environ['PATH']}", "COFFER_HOME": f"{FOLDER}/home", "HOME": FOLDER, "LC_ALL": "C.UTF-8"}
    LEAVES = read_leaves()
    LEAVES["help"] = set()
    OWN_RECIPIENT = store()
    keys(OWN_RECIPIENT)
    kms()
    files(OWN_RECIPIENT)
    objects()
    care(OWN_RECIPIENT)
    evidence()
    servers()
    answer("mfa", "list")
    topics()
    statuses()
    colours()
    SHELLS = completions()

    for leaf, options in LEAVES.items():
        if leaf not in PLACES and not leaf.startswith(("object ", "bucket ", "tls ")):
            problems.append(f"{leaf}: has no schema")

for problem in problems:
    print(problem, file=sys.stderr)
if problems:
    sys.exit(f"{len(problems)} things are not as they should be")
print(f"{len(COVERED)} kinds of answers are as their schemas say; {', '.join(SHELLS)} complete")
