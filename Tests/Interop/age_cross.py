#!/usr/bin/env python3
"""Sealed files between `coffer` and the other programs of age: what one writes, the others open.

    age_cross.py [--rounds 12] [--seed 1] COFFER-BINARY

Every kind of recipient, the sizes at which chunks begin and end, binary and text form, passphrases and encrypted keys on a
terminal, age with coffer as its plugin; and what only files on a disk show: pipes, trees of odd names, headers that are
replaced while the process is killed.

Exit status 0 if everything is as it should be; otherwise what is not is said. Peers that are not installed are skipped, by name.
Needs age, ssh-keygen, pexpect and pyrage.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pexpect
import pyrage

from processes import wait_until_at_work

CHUNK = 65536
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 8 * CHUNK, 8 * CHUNK + 1, 40 * CHUNK + 12345]
PASSPHRASE = "correct horse battery staple"
MAC_LINE = b"\n--- "


def content(size):
    return random.Random(size).randbytes(size)


def path(*names):
    return os.path.join(FOLDER, *names)


def write(name, data, mode=0o600):
    with open(path(name), "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(data)
    return path(name)


def read(name):
    with open(path(name), "rb") as file:
        return file.read()


def run(program, *arguments, data=None, expected=0):
    done = subprocess.run([program, *arguments], input=data, env=ENVIRONMENT, capture_output=True, check=False, timeout=300)
    said = done.stderr.decode(errors="replace").strip()
    assert done.returncode == expected, f"{program} {arguments}: exit {done.returncode}, {said}"
    return done


def coffer(*arguments, data=None, expected=0):
    return run(COFFER, *arguments, data=data, expected=expected)


def on_terminal(program, *arguments, answers):
    """A command on a terminal of its own; answers are pairs of what it asks and what is typed."""
    child = pexpect.spawn(program, list(arguments), env=ENVIRONMENT, timeout=120, encoding="utf-8")
    for question, answer in answers:
        child.expect(question)
        assert child.waitnoecho(60), f"{question}: echo stays on"  # age turns it off after it asked
        child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, (program, arguments, child.exitstatus, child.before)
    assert all(answer not in child.before for _, answer in answers), "a passphrase was shown"


def same(got, expected, what):
    assert got == expected, f"{what}: {len(got)} bytes are not the {len(expected)} that were sealed"


# Recipients of age's own kinds


class Party:
    """Somebody for whom files can be sealed, by name."""

    def __init__(self, name, recipient, identity):
        self.name, self.recipient, self.identity = name, recipient, identity


def parties():
    run("age-keygen", "-o", path("age.txt"))
    yield Party("age-keygen", coffer("identity", "public", path("age.txt")).stdout.decode().strip(), path("age.txt"))
    made = coffer("identity", "new", "-o", path("coffer.txt")).stderr.decode().split()[-1]
    assert run("age-keygen", "-y", path("coffer.txt")).stdout.decode().strip() == made, "age-keygen reads another recipient"
    yield Party("coffer identity", made, path("coffer.txt"))
    for kind, options in [("ed25519", []), ("rsa", ["-b", "2048"])]:
        identity = path(f"id_{kind}")
        run("ssh-keygen", "-q", "-t", kind, *options, "-N", "", "-C", "somebody", "-f", identity)
        yield Party(f"ssh {kind}", read(f"id_{kind}.pub").decode().strip(), identity)


def rage_identity(party):
    text = read(os.path.basename(party.identity))
    if party.name.startswith("ssh"):
        return pyrage.ssh.Identity.from_buffer(text)
    return pyrage.x25519.Identity.from_str(text.decode().split("\n")[-2])


def rage_recipient(party):
    return (pyrage.ssh if party.name.startswith("ssh") else pyrage.x25519).Recipient.from_str(party.recipient)


def what_we_seal_others_open(party, size, armor):
    data = content(size)
    sealed = coffer("encrypt", "-r", party.recipient, *(["-a"] if armor else []), data=data).stdout
    assert sealed.startswith(b"-----BEGIN AGE" if armor else b"age-encryption.org/v1\n")
    same(run("age", "-d", "-i", party.identity, data=sealed).stdout, data, f"age, {party.name}")
    same(pyrage.decrypt(sealed, [rage_identity(party)]), data, f"pyrage, {party.name}")
    same(coffer("decrypt", "-i", party.identity, data=sealed).stdout, data, f"coffer, {party.name}")


def what_others_seal_we_open(party, size, armor):
    data = content(size)
    by_age = run("age", "-r", party.recipient, *(["-a"] if armor else []), data=data).stdout
    by_rage = pyrage.encrypt(data, [rage_recipient(party)], armored=armor)
    for sealed in (by_age, by_rage):
        same(coffer("decrypt", "-i", party.identity, data=sealed).stdout, data, f"sealed elsewhere, {party.name}")
        write("sealed", sealed)
        same(coffer("decrypt", "-i", party.identity, "-o", "-", path("sealed")).stdout, data, f"sealed elsewhere, {party.name}")


def every_recipient_both_ways():
    for party in PARTIES:
        for size in SIZES:
            for armor in (False, True):
                what_we_seal_others_open(party, size, armor)
                what_others_seal_we_open(party, size, armor)


def many_recipients_in_one_file():
    write("team.txt", "# all of us\n".encode() + "\n".join(party.recipient for party in PARTIES).encode() + b"\n")
    data = content(CHUNK + 1)
    sealed = coffer("encrypt", "-k", "k", "-R", path("team.txt"), data=data).stdout
    for party in PARTIES:
        same(run("age", "-d", "-i", party.identity, data=sealed).stdout, data, f"age, one of many: {party.name}")
        same(coffer("decrypt", "-i", party.identity, data=sealed).stdout, data, f"one of many: {party.name}")
    same(coffer("decrypt", data=sealed).stdout, data, "one of many: the store")


def an_ssh_key_file_and_ones_own_identity():
    plain = write("plain", b"x")
    coffer("encrypt", "--ssh", path("id_ed25519.pub"), "-i", path("coffer.txt"), "-f", plain)
    for identity in ("id_ed25519", "coffer.txt"):
        same(run("age", "-d", "-i", path(identity), plain + ".age").stdout, b"x", identity)


def the_wrong_identity_opens_nothing():
    sealed = coffer("encrypt", "-r", PARTIES[0].recipient, data=b"secret").stdout
    for party in PARTIES[1:]:
        done = coffer("decrypt", "-i", party.identity, data=sealed, expected=4)
        assert not done.stdout and b"--identity" in done.stderr, done.stderr


# Passphrases


def passphrases_both_ways():
    data = content(CHUNK + 1)
    plain = write("plain", data)
    on_terminal("age", "-p", "-o", path("by-age"), plain, answers=[("passphrase.*:", PASSPHRASE), ("passphrase:", PASSPHRASE)])
    on_terminal(COFFER, "decrypt", "-o", path("opened"), path("by-age"), answers=[("Passphrase of the file: ", PASSPHRASE)])
    same(read("opened"), data, "age -p")
    on_terminal(
        COFFER, "encrypt", "-p", "-o", path("by-coffer"), plain,
        answers=[("New passphrase for the file: ", PASSPHRASE), ("The same again: ", PASSPHRASE)])
    on_terminal("age", "-d", "-o", path("again"), path("by-coffer"), answers=[("passphrase:", PASSPHRASE)])
    same(read("again"), data, "coffer encrypt -p")
    same(pyrage.passphrase.decrypt(read("by-coffer"), PASSPHRASE), data, "coffer encrypt -p, with pyrage")
    write("by-rage", pyrage.passphrase.encrypt(data, PASSPHRASE))
    secret = write("secret", PASSPHRASE.encode() + b"\n")
    same(coffer("decrypt", "--passphrase-file", secret, "-o", "-", path("by-rage")).stdout, data, "pyrage's passphrase")
    wrong = write("wrong", b"something else\n")
    coffer("decrypt", "--passphrase-file", wrong, "-o", "-", path("by-age"), expected=4)


def encrypted_ssh_keys():
    data = content(1000)
    for kind in ("ed25519", "rsa"):
        identity = path(f"locked_{kind}")
        run("ssh-keygen", "-q", "-t", kind, "-N", PASSPHRASE, "-C", "", "-f", identity)
        write("sealed", run("age", "-R", identity + ".pub", data=data).stdout)
        on_terminal(
            COFFER, "decrypt", "-i", identity, "-o", path("opened-" + kind), path("sealed"),
            answers=[("Passphrase of the ssh key .*: ", PASSPHRASE)])
        same(read("opened-" + kind), data, f"encrypted ssh {kind}")
        # The public half says whether it is worth asking.
        other = coffer("encrypt", "-r", PARTIES[0].recipient, data=data).stdout
        coffer("decrypt", "-i", identity, data=other, expected=4)


def a_sealed_identity_file():
    on_terminal(
        "age", "-p", "-o", path("age.txt.age"), path("age.txt"), answers=[("passphrase.*:", PASSPHRASE), ("passphrase:", PASSPHRASE)])
    write("sealed", run("age", "-r", PARTIES[0].recipient, data=b"x").stdout)
    on_terminal(
        COFFER, "decrypt", "-i", path("age.txt.age"), "-o", path("opened-sealed"), path("sealed"),
        answers=[("Passphrase of the identity file .*: ", PASSPHRASE)])
    same(read("opened-sealed"), b"x", "sealed identity file")


# age with coffer as its plugin


def another_program_uses_keys_of_the_store(program):
    recipient = coffer("key", "recipient", "k").stdout.decode().strip()
    identity = write("coffer-identity.txt", coffer("key", "recipient", "k", "--identity").stdout, mode=0o644)
    for size in (0, 1, CHUNK + 1):
        data = content(size)
        sealed = run(program, "-r", recipient, data=data).stdout
        same(run(program, "-d", "-i", identity, data=sealed).stdout, data, f"{program} through the plugin")
        same(coffer("decrypt", data=sealed).stdout, data, "coffer, sealed through the plugin")
        ours = coffer("encrypt", "-k", "k", data=data).stdout
        same(run(program, "-d", "-i", identity, data=ours).stdout, data, f"{program} through the plugin, sealed by coffer")
        same(coffer("decrypt", "-i", identity, data=sealed).stdout, data, "coffer by the plugin's identity file")


def a_context_of_the_plugin_is_exact():
    recipient = coffer("key", "recipient", "k", "--context", "purpose=nightly").stdout.decode().strip()
    sealed = run("age", "-r", recipient, data=b"x").stdout
    same(coffer("decrypt", "--context", "purpose=nightly", data=sealed).stdout, b"x", "context through the plugin")
    coffer("decrypt", "--context", "purpose=weekly", data=sealed, expected=4)
    done = subprocess.run(
        ["age", "-d", "-i", path("coffer-identity.txt")], input=sealed, env=ENVIRONMENT, capture_output=True, check=False)
    assert done.returncode != 0 and not done.stdout, "another context was opened"


def a_disabled_key_is_told_through_the_plugin():
    recipient = coffer("key", "recipient", "k").stdout.decode().strip()
    coffer("key", "disable", "k")
    try:
        done = subprocess.run(["age", "-r", recipient], input=b"x", env=ENVIRONMENT, capture_output=True, check=False)
        assert done.returncode != 0 and b"disabled" in done.stderr, done.stderr
    finally:
        coffer("key", "enable", "k")


def the_plugin_asks_for_the_stores_passphrase_through_age():
    home = {"COFFER_HOME": path("locked-home")}
    ENVIRONMENT.update(home)
    try:
        secret = write("store-secret", PASSPHRASE.encode())
        coffer("init", "--quiet", "--new-passphrase-file", secret)
        coffer("key", "create", "--quiet", "--alias", "locked", "--passphrase-file", secret)
        recipient = coffer("key", "recipient", "locked", "--passphrase-file", secret).stdout.decode().strip()
        plain = write("plain", b"x")
        on_terminal(
            "age", "-r", recipient, "-o", path("by-locked"), plain, answers=[("Passphrase of the coffer store", PASSPHRASE)])
        same(coffer("decrypt", "--passphrase-file", secret, "-o", "-", path("by-locked")).stdout, b"x", "sealed with a passphrase store")
    finally:
        ENVIRONMENT["COFFER_HOME"] = path("home")


# Pipes and ranges


def pipes():
    script = 'set -o pipefail; head -c 5000000 /dev/zero | "$0" encrypt -k k | cat | "$0" decrypt | sha256sum'
    done = run("/bin/bash", "-c", script, COFFER)
    assert done.stdout.decode().split()[0] == hashlib.sha256(bytes(5_000_000)).hexdigest()
    script = 'set -o pipefail; tar c -C "$1" . | "$0" encrypt -k k -a | "$0" decrypt | tar t > /dev/null'
    run("/bin/bash", "-c", script, COFFER, os.path.dirname(os.path.abspath(__file__)))


def ranges():
    data = content(5 * CHUNK + 77)
    write("big", data)
    coffer("encrypt", "-k", "k", "-f", path("big"))
    size = len(data)
    for text, part in [
            ("0-1", data[:1]), ("64K-64K+64K", data[CHUNK:2 * CHUNK]), (f"{CHUNK - 1}+2", data[CHUNK - 1:CHUNK + 1]), ("-1", data[-1:]),
            ("-1M", data), ("300K-", data[300 << 10:]), ("bytes=10-19", data[10:20]), (f"{size - 1}-{size + 5}", data[-1:]),
            (f"{size}-", b"")]:
        same(coffer("decrypt", "--range", text, path("big.age")).stdout, part, f"range {text}")
    coffer("decrypt", "--range", f"{size + 1}-", path("big.age"), expected=2)


# Trees


def make_tree(name, count):
    os.makedirs(path(name, "sub", "deep"))
    files = {b"plain.txt": content(10), b"caf\xe9 \xff.bin": content(CHUNK), b"sub/new\nline": content(1), b"sub/deep/empty": b"",
             "sub/\N{SNOWMAN}".encode(): content(CHUNK + 1)}
    files |= {b"sub/deep/%d" % number: content(number * 700) for number in range(count)}
    for relative, data in files.items():
        with open(os.path.join(os.fsencode(path(name)), relative), "wb") as file:
            file.write(data)
    os.symlink("plain.txt", path(name, "link"))
    os.symlink("/", path(name, "sub", "root"))
    os.mkfifo(path(name, "fifo"))
    return files


def trees_of_odd_names():
    files = make_tree("tree", 40)
    done = coffer("encrypt", "-k", "k", "--recursive", path("tree"), "-o", path("tree-sealed"))
    assert done.stderr.count(b"skipped: ") == 3, done.stderr
    coffer("verify", "--recursive", path("tree-sealed"))
    coffer("verify", "--sample", "10%", "--recursive", path("tree-sealed"))
    coffer("decrypt", "--recursive", path("tree-sealed"), "-o", path("tree-opened"))
    for relative, data in files.items():
        with open(os.path.join(os.fsencode(path("tree-opened")), relative), "rb") as file:
            same(file.read(), data, repr(relative))
    found = sum(len(names) for _, _, names in os.walk(os.fsencode(path("tree-opened"))))
    assert found == len(files), f"{found} files, not {len(files)}"
    # A name that is not UTF-8, by itself.
    odd = os.path.join(os.fsencode(path("tree")), b"caf\xe9 \xff.bin")
    subprocess.run([COFFER, "encrypt", "-k", "k", odd], env=ENVIRONMENT, check=True)
    done = subprocess.run([COFFER, "decrypt", "-o", "-", odd + b".age"], env=ENVIRONMENT, check=True, capture_output=True)
    same(done.stdout, content(CHUNK), "a name that is not UTF-8")


# Headers that change


def sealed_files(folder):
    for place, _, names in os.walk(os.fsencode(path(folder))):
        for name in names:
            if name.endswith(b".age"):
                yield os.path.join(place, name)


def payloads(folder):
    """What is behind the header of each file, by its name."""
    found = {}
    for name in sealed_files(folder):
        with open(name, "rb") as file:
            data = file.read()
        end = data.index(b"\n", data.index(MAC_LINE) + len(MAC_LINE)) + 1
        found[name] = hashlib.sha256(data[end:]).hexdigest()
    return found


def rewrapped_count(*arguments):
    last = coffer("rewrap", "--json", *arguments).stdout.splitlines()[-1]
    return json.loads(last)["RewrappedCount"]


def rewrapping_keeps_the_payload():
    before = payloads("tree-sealed")
    coffer("key", "rotate", "k")
    assert rewrapped_count("--recursive", path("tree-sealed")) == len(before)
    assert payloads("tree-sealed") == before, "a payload changed"
    assert rewrapped_count("--recursive", path("tree-sealed")) == 0
    coffer("verify", "--recursive", path("tree-sealed"))
    coffer("rewrap", "--recursive", path("tree-sealed"), "--add-recipient", PARTIES[0].recipient, "--add-recipient", path("id_rsa.pub"))
    assert payloads("tree-sealed") == before, "a payload changed"
    coffer("key", "create", "--alias", "other")
    coffer("rewrap", "--recursive", path("tree-sealed"), "--to-key", "other", "--from-key", "k")
    for name in sealed_files("tree-sealed"):
        with open(name, "rb") as file:
            sealed = file.read()
        for identity in (path("age.txt"), path("id_rsa")):
            run("age", "-d", "-i", identity, data=sealed)
        break
    coffer("rewrap", "--recursive", path("tree-sealed"), "--remove-recipient", path("id_rsa.pub"), "--remove-recipient", "type:X25519")
    assert payloads("tree-sealed") == before, "a payload changed"
    coffer("verify", "--recursive", path("tree-sealed"))


def killed_rewraps_lose_nothing(rounds, randomness):
    coffer("key", "create", "--alias", "a")
    coffer("key", "create", "--alias", "b")
    os.mkdir(path("killed"))
    for number in range(200):
        write(f"killed/{number}", content(number))
    coffer("encrypt", "-k", "a", "--recursive", path("killed"))
    before = payloads("killed")
    start = time.monotonic()
    coffer("rewrap", "--recursive", path("killed"), "--to-key", "b")
    duration = time.monotonic() - start
    killed = 0
    for number in range(rounds):
        key = "ab"[number % 2]
        for attempt in range(3):
            resume = ["--resume"] if attempt else []
            process = subprocess.Popen(
                [COFFER, "rewrap", "--recursive", path("killed"), "--to-key", key, "--quiet", *resume], env=ENVIRONMENT,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            time.sleep(randomness.uniform(0, duration))
            process.kill()
            _, said = process.communicate()
            assert process.returncode in (0, -signal.SIGKILL), (process.returncode, said)
            killed += process.returncode != 0
            coffer("verify", "--quiet", "--recursive", path("killed"))
            assert payloads("killed") == before, "a payload changed, or a file is gone"
        coffer("rewrap", "--recursive", path("killed"), "--to-key", key, "--resume", "--quiet")
        assert rewrapped_count("--recursive", path("killed"), "--to-key", key) == 0, "not all was resumed"
    left = [name for name in os.listdir(path("killed")) if not name.removesuffix(".age").isdigit()]
    assert not left, f"left behind: {left}"
    print(f"rewrapping was killed {killed} times of {rounds * 3}")


def rotated_data_is_new():
    before = payloads("tree-sealed")
    coffer("rotate-data", "--recursive", path("tree-sealed"))
    after = payloads("tree-sealed")
    assert before.keys() == after.keys() and not set(before.values()) & set(after.values()), "a payload stayed"
    coffer("verify", "--recursive", path("tree-sealed"))


# Interruption


def an_interrupted_run_leaves_nothing():
    os.mkdir(path("interrupted"))
    for number in range(3):
        with open(path("interrupted", str(number)), "wb") as file:
            file.truncate(3 << 30)
    for arguments in (["--recursive", path("interrupted")], [path("interrupted", "0")]):
        process = subprocess.Popen([COFFER, "encrypt", "-k", "k", *arguments], env=ENVIRONMENT, stderr=subprocess.PIPE)
        wait_until_at_work(process, path("interrupted"))
        process.send_signal(signal.SIGINT)
        # What is left to be done would take longer.
        _, said = process.communicate(timeout=60)
        # What it says at the end tells that it came to that by itself.
        assert process.returncode == 130 and b"interrupted" in said, (process.returncode, said)
        assert sorted(os.listdir(path("interrupted"))) == ["0", "1", "2"], os.listdir(path("interrupted"))


def main():
    every_recipient_both_ways()
    many_recipients_in_one_file()
    an_ssh_key_file_and_ones_own_identity()
    the_wrong_identity_opens_nothing()
    print("recipients of age and ssh: both ways with age and pyrage")
    passphrases_both_ways()
    encrypted_ssh_keys()
    a_sealed_identity_file()
    print("passphrases: both ways")
    for program in filter(shutil.which, ("age", "rage")):
        another_program_uses_keys_of_the_store(program)
    a_context_of_the_plugin_is_exact()
    a_disabled_key_is_told_through_the_plugin()
    the_plugin_asks_for_the_stores_passphrase_through_age()
    print("age-plugin-coffer: under age" + (" and rage" if shutil.which("rage") else "; skipped: rage is not installed"))
    print("skipped: pyrage runs no plugins")
    pipes()
    ranges()
    trees_of_odd_names()
    print("pipes, ranges and trees")
    rewrapping_keeps_the_payload()
    killed_rewraps_lose_nothing(ARGUMENTS.rounds, random.Random(ARGUMENTS.seed))
    rotated_data_is_new()
    an_interrupted_run_leaves_nothing()
    print("everything crosses")


PARSER = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
PARSER.add_argument("binary", type=os.path.abspath)
PARSER.add_argument("--rounds", type=int, default=12, help="rewraps that are killed, three times each")
PARSER.add_argument("--seed", type=int, default=1)
ARGUMENTS = PARSER.parse_args()
COFFER = ARGUMENTS.binary

for peer in ("age", "age-keygen", "ssh-keygen"):
    if not shutil.which(peer):
        print(f"skipped: {peer} is not installed")
        sys.exit(0)

FOLDER = tempfile.mkdtemp(prefix="coffer-cross-")
os.mkdir(path("bin"))
os.symlink(COFFER, path("bin", "age-plugin-coffer"))
ENVIRONMENT = {
    "PATH": path("bin") + ":" + os.environ["PATH"], "HOME": FOLDER, "COFFER_HOME": path("home"), "TERM": "dumb"}
if "LD_LIBRARY_PATH" in os.environ:
    ENVIRONMENT["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]

try:
    coffer("init", "--quiet", "--seal", f"keyfile:{path('key')}")
    coffer("key", "create", "--alias", "k")
    PARTIES = list(parties())
    main()
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
