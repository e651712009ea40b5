#!/usr/bin/env python3
"""Manifests of the binary that people get: public tools agree with it, bad ones are refused, disks may fill up, and memory stays small.

    manifests.py COFFER-BINARY
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

from manifest_peer import LEAF, Coffer, peer, read, verdicts, write
from processes import wait_until_at_work

EMPTY_FILES = 300_000
SMALL_FILES = 50_000
MEMORY_LIMIT = 64 << 20
DIFFERENT, DENIED, DAMAGED, ENVIRONMENT = 1, 4, 5, 6


def make_tree(root, randomness):
    """A little of everything, with names that are no text."""
    os.mkdir(root)
    os.mkdir(os.path.join(root, "a"))
    sizes = {b"a/b": 10, b"a.b": 0, b"-rf": LEAF, b"two\nlines": LEAF + 1, b"\xff\xfe": 5 * LEAF, b"large": 40 * LEAF + 7}
    for name, size in sizes.items():
        with open(os.path.join(os.fsencode(root), name), "wb") as file:
            file.write(randomness.randbytes(size))
    os.symlink("a/b", os.path.join(root, "link"))
    os.mkfifo(os.path.join(root, "pipe"))
    os.link(os.path.join(root, "large"), os.path.join(root, "a", "again"))
    with open(os.path.join(root, "sparse"), "wb") as file:
        file.truncate(3 << 20)


# Public tools


def both(coffer, manifest, tree):
    """Whether Coffer and the public checker believe the manifest, and all content is what it says; they have to agree."""
    done = coffer.run(
        "manifest", "verify", manifest, tree, "--public-key", coffer.public_key, "--ignore", "mtime", "--quiet", home="/nonexistent",
        statuses=(0, 1, DENIED, DAMAGED, ENVIRONMENT))
    status, said = peer("check_manifest.py", manifest, coffer.public_key, tree)
    assert (done.returncode == 0) == (status == 0), (done.returncode, done.stderr, status, said)
    return status == 0


def prove_agreement(coffer, scratch, randomness):
    tree, manifest = os.path.join(scratch, "tree"), os.path.join(scratch, "tree.manifest")
    make_tree(tree, randomness)
    coffer.run("manifest", "create", tree, "-o", manifest, "--sign-with", "audit-key", "--digest", "sha256", "--digest", "md5")
    assert both(coffer, manifest, tree)
    for number in range(3):
        write(os.path.join(tree, f"new{number}"), randomness.randbytes(100))
        assert not peer("check_manifest.py", manifest, coffer.public_key, tree)[0]
        coffer.run("manifest", "update", manifest, tree)
        assert both(coffer, manifest, tree), number
    data, tampered = read(manifest), os.path.join(scratch, "tampered")
    # The name under which a signature stands is not signed; a PEM file has none to compare it with.
    refused = 0
    for _ in range(60):
        position = randomness.randrange(len(data))
        write(tampered, data[:position] + bytes([data[position] ^ 1 << randomness.randrange(8)]) + data[position + 1 :])
        # Both read the recorded leaves, also of files that are intact.
        status, _ = peer("check_manifest.py", tampered, coffer.public_key)
        done = coffer.run(
            "manifest", "verify", tampered, tree, "--public-key", coffer.public_key, "--quiet", home="/nonexistent",
            statuses=(0, DENIED, DAMAGED, ENVIRONMENT))
        assert done.returncode == 0 or status != 0, (position, done.returncode, done.stderr)
        refused += done.returncode != 0
    assert refused > 10, refused
    with open(os.path.join(tree, "large"), "r+b") as file:
        file.seek(20 * LEAF)
        file.write(b"?")
    assert not both(coffer, manifest, tree)
    coffer.run("manifest", "update", manifest, tree)
    print(f"public checker: agrees; of 60 manifests with one bit changed {refused} are refused by both")
    return tree, manifest


def prove_proofs(coffer, scratch, tree, manifest, randomness):
    for name in ("large", "a/b", "a.b", "two\nlines"):
        proof = os.path.join(scratch, "proof")
        write(proof, coffer.run("manifest", "prove", manifest, name).stdout)
        content = os.path.join(tree, name)
        coffer.run("manifest", "check-proof", proof, content, "--public-key", coffer.public_key, home="/nonexistent")
        status, said = peer("check_proof.py", proof, coffer.public_key, "--file", content)
        assert status == 0, said
        entry = next(line for line in said.splitlines() if line.startswith("entry  ")).split()[-1]
        root = said.split()[-1]
        # An empty file has no leaves, and no root in its entry that says more than its size.
        assert root in entry or os.path.getsize(content) == 0, said
        data = read(proof)
        for _ in range(10):
            position = randomness.randrange(len(data))
            write(proof, data[:position] + bytes([data[position] ^ 1 << randomness.randrange(7)]) + data[position + 1 :])
            done = coffer.run(
                "manifest", "check-proof", proof, content, "--public-key", coffer.public_key, home="/nonexistent",
                statuses=(0, DENIED, DAMAGED, ENVIRONMENT))
            status, said = peer("check_proof.py", proof, coffer.public_key)
            assert (status == 0) == (done.returncode == 0), (position, status, said, done.stderr)
    print("public checker of proofs: agrees")


# Bad manifests


def prove_refusals(coffer, scratch, tree, manifest):
    data, bad = read(manifest), os.path.join(scratch, "bad.manifest")

    def refused(data, status, what, *options):
        write(bad, data)
        done = coffer.run("manifest", "verify", bad, tree, *options, statuses=(status,))
        said = done.stderr.decode()
        assert said.startswith("error: ") and b"intact" not in done.stdout, (what, said, done.stdout)

    for count in sorted({0, 1, 17, 18, 30, len(data) // 2, len(data) - 9, len(data) - 1}):
        refused(data[:count], DAMAGED, f"{count} bytes")
    refused(data.replace(b"coffer-manifest/1\n", b"coffer-manifest/2\n", 1), ENVIRONMENT, "newer")
    refused(b"no manifest at all\n" * 10, DAMAGED, "malformed")
    place = data.index(b"large")
    refused(data[:place] + b"l4rge" + data[place + 5 :], DENIED, "an edited entry")
    refused(data[:-16 - 5] + bytes(5) + data[-16:], DAMAGED, "a note that is none")
    coffer.run("manifest", "create", tree, "-o", bad, "--force")
    refused(read(bad), DENIED, "unsigned")
    coffer.run("manifest", "verify", bad, tree, "--allow-unsigned")
    stranger = os.path.join(scratch, "stranger")
    os.mkdir(stranger)
    other = Coffer(coffer.binary, stranger)
    other.run("manifest", "create", tree, "-o", bad, "--sign-with", "audit-key", "--force")
    refused(read(bad), DENIED, "a stranger")
    write(os.path.join(tree, "later"), b"later")
    coffer.run("manifest", "update", manifest, tree)
    refused(data, DENIED, "rolled back")
    # Another machine knows nothing of the newer one, and sees what is different.
    coffer.run("manifest", "verify", bad, tree, "--public-key", coffer.public_key, home="/nonexistent", statuses=(DIFFERENT,))
    print("bad manifests: refused, each with its exit status")


# Disks and interruptions


def prove_full_disk(coffer, scratch, big_tree):
    place = os.path.join(scratch, "full")
    os.mkdir(place)
    output = os.path.join(place, "manifest")
    command = coffer.command("manifest", "create", big_tree, "-o", output, "--sign-with", "audit-key", "--quiet")

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    done = subprocess.run(command, env=coffer.environment, capture_output=True, check=False, preexec_fn=limit)
    assert done.returncode == ENVIRONMENT and os.listdir(place) == [], (done.returncode, done.stderr, os.listdir(place))
    if os.geteuid() != 0:
        print("full disk: an error and no file (a limit of file sizes; skipped the file system: mounting needs root)")
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=True)
    try:
        done = subprocess.run(command, env=coffer.environment, capture_output=True, check=False)
        assert done.returncode == ENVIRONMENT and os.listdir(place) == [], (done.returncode, done.stderr, os.listdir(place))
        assert b"No space left" in done.stderr, done.stderr
    finally:
        subprocess.run(["umount", place], check=True)
    print("full disk: an error and no file")


def prove_interruption(coffer, scratch, big_tree):
    place = os.path.join(scratch, "interrupted")
    os.mkdir(place)
    process = subprocess.Popen(
        coffer.command("manifest", "create", big_tree, "-o", os.path.join(place, "manifest"), "--sign-with", "audit-key"),
        env=coffer.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # It has begun when there is a file without a name in the folder.
    wait_until_at_work(process, place)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, (process.returncode, errors)
    assert os.listdir(place) == [], os.listdir(place)
    print("interrupted: exit status 130 and no file")


# Claims


def peak(coffer, *arguments, statuses=(0,)):
    """The most memory that a command has to have, in bytes: where it had more than the limit, the least of three runs."""
    peaks = []
    while not peaks or (min(peaks) > MEMORY_LIMIT and len(peaks) < 3):
        peaks.append(peak_once(coffer, arguments, statuses))
    return min(peaks)


def peak_once(coffer, arguments, statuses):
    process = subprocess.Popen(coffer.command(*arguments), env=coffer.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in statuses, (arguments, process.returncode, errors)
    return usage.ru_maxrss * 1024


def prove_memory(coffer, scratch, tree):
    manifest, other = os.path.join(scratch, "big.manifest"), os.path.join(scratch, "other.manifest")
    peaks = {"create": peak(coffer, "manifest", "create", tree, "-o", manifest, "--sign-with", "audit-key")}
    peaks["verify"] = peak(coffer, "manifest", "verify", manifest, tree)
    shutil.copy(manifest, other)
    write(os.path.join(tree, "one more"), b"")
    peaks["update"] = peak(coffer, "manifest", "update", manifest, tree)
    peaks["diff"] = peak(coffer, "manifest", "diff", other, manifest, statuses=(DIFFERENT,))
    # Everything at another place is the most that can be told.
    os.rename(tree, tree + ".moved")
    os.mkdir(tree)
    os.rename(tree + ".moved", os.path.join(tree, "moved"))
    peaks["verify, all moved"] = peak(coffer, "manifest", "verify", manifest, tree, statuses=(DIFFERENT,))
    print(f"memory for {EMPTY_FILES} files: " + ", ".join(f"{name} {size / (1 << 20):.1f} MiB" for name, size in peaks.items()))
    assert max(peaks.values()) <= MEMORY_LIMIT, peaks


def prove_size(coffer, scratch, parent):
    """Small files in the order in which they were written, and the worst case: in no order, each of another time."""
    data, randomness = random.Random(7).randbytes(4096 + SMALL_FILES), random.Random(8)
    for kind, limit in (("in order", 0.010), ("in no order", 0.012)):
        tree, manifest = os.path.join(parent, f"small {kind}"), os.path.join(scratch, "small.manifest")
        os.mkdir(tree)
        for number in range(SMALL_FILES):
            if number % 500 == 0:
                folder = os.path.join(tree, f"folder{number // 500}")
                os.mkdir(folder)
            path = os.path.join(folder, f"file{number:05}" if kind == "in order" else f"file{number}")
            write(path, data[number : number + 4096])
            if kind == "in no order":
                moment = randomness.randrange(1_700_000_000_000_000_000, 1_700_000_000_000_000_000 + 10**14)
                os.utime(path, ns=(moment, moment))
        coffer.run("manifest", "create", tree, "-o", manifest, "--sign-with", "audit-key", "--force")
        size = os.path.getsize(manifest)
        share = size / (SMALL_FILES * 4096)
        print(f"size for {SMALL_FILES} files of 4 KiB, {kind}: {size} bytes, {share:.2%} of the data")
        assert share <= limit, share
        assert verdicts(coffer.verify(manifest, tree)) == {}
        shutil.rmtree(tree)


def main():
    randomness = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="coffer-manifests-") as scratch:
        coffer = Coffer(sys.argv[1], scratch)
        tree, manifest = prove_agreement(coffer, scratch, randomness)
        prove_proofs(coffer, scratch, tree, manifest, randomness)
        prove_refusals(coffer, scratch, tree, manifest)
        with tempfile.TemporaryDirectory(prefix="coffer-manifests-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as memory:
            big = os.path.join(memory, "big")
            os.mkdir(big)
            for number in range(EMPTY_FILES):
                os.close(os.open(os.path.join(big, f"{number:06}"), os.O_CREAT | os.O_WRONLY))
            prove_full_disk(coffer, scratch, big)
            prove_interruption(coffer, scratch, big)
            prove_memory(coffer, scratch, big)
            prove_size(coffer, scratch, memory)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
