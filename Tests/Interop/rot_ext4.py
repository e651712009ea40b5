#!/usr/bin/env python3
"""Real rot and real read errors: a file system in an image, of which bytes change or vanish beneath.

    rot_ext4.py COFFER-BINARY

A byte of a file's data is changed in the image while the file system is not mounted, so that no time and no size tells of it: `verify` has
to say `rotted` with the right 64 KiB, `--quick` and `update` have to see nothing, and `update` must not accept it. Then the kernel fails to
read: because the device ends too early, and, where there is a device mapper, because its table says so for a range.

Needs root, loop devices and mkfs.ext4; without them it says what is missing and proves nothing.
"""

import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile

from manifest_peer import LEAF, Coffer, evidence, verdicts

IMAGE_SIZE = 32 << 20
FILES, LEAVES = 5, 5


class Missing(Exception):
    """What this machine does not have."""


def system(*command):
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        raise Missing(f"{' '.join(command)}: {(done.stderr or done.stdout).decode(errors='replace').strip().splitlines()[0]}")
    return done.stdout.decode().strip()


def require():
    if os.geteuid() != 0:
        raise Missing("mounting needs root")
    for name in ("mkfs.ext4", "losetup", "mount", "umount"):
        if not shutil.which(name):
            raise Missing(f"there is no {name}")


@contextlib.contextmanager
def loop_device(image):
    device = system("losetup", "--find", "--show", image)
    try:
        yield device
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


@contextlib.contextmanager
def mounted(device, folder, *options):
    system("mount", "-t", "ext4", *options, device, folder)
    try:
        yield os.path.join(folder, "tree")
    finally:
        subprocess.run(["umount", folder], check=True)


def marks(name):
    """16 bytes at the start of each leaf by which it is found in the image."""
    return [f"{name}/{leaf} ".encode().ljust(16, b"#") for leaf in range(LEAVES)]


def fill(tree, randomness):
    os.mkdir(tree)
    for number in range(FILES):
        with open(os.path.join(tree, f"file{number}"), "wb") as file:
            for mark in marks(f"file{number}"):
                file.write(mark + randomness.randbytes(LEAF - len(mark)))
            file.flush()
            os.fsync(file.fileno())


def offsets(image):
    """Where in the image each leaf of each file begins."""
    with open(image, "rb") as file:
        data = file.read()
    places = {}
    for number in range(FILES):
        for leaf, mark in enumerate(marks(f"file{number}")):
            start = data.find(mark)
            assert start >= 0 and data.find(mark, start + 1) < 0, "a leaf is not, or twice, in the image"
            places[f"file{number}", leaf] = start
    return places


def ranges(leaves):
    """As a finding says it: first and last byte, adjacent leaves as one."""
    text, leaves = [], sorted(leaves)
    while leaves:
        end = 1
        while end < len(leaves) and leaves[end] == leaves[0] + end:
            end += 1
        text.append(f"{leaves[0] * LEAF}-{(leaves[0] + end) * LEAF - 1}")
        leaves = leaves[end:]
    return ", ".join(text)


def prove_rot(coffer, image, device, folder, manifest):
    place = offsets(image)["file2", 3] + 1234
    with open(image, "r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 4]))
    with mounted(device, folder) as tree:
        for step in ("verify", "after an update"):
            report = coffer.verify(manifest, tree, statuses=(5,))
            assert verdicts(report) == {"file2": "rotted"}, verdicts(report)
            assert evidence(report, "file2", "changed bytes") == ranges([3]), report
            quick = coffer.verify(manifest, tree, "--quick")
            assert verdicts(quick) == {} and quick["Verdicts"]["Intact"] == FILES, quick
            if step == "verify":
                coffer.run("manifest", "update", manifest, tree)
    with open(image, "r+b") as file:
        file.seek(place)
        file.write(bytes([byte]))
    with mounted(device, folder) as tree:
        assert verdicts(coffer.verify(manifest, tree)) == {}
    print("rot: found, located, and not accepted by an update")


def prove_unreadable(coffer, device, folder, manifest, bad, how):
    """bad: name -> leaves that cannot be read."""
    with mounted(device, folder, "-o", "ro,noload") as tree:
        report = coffer.verify(manifest, tree, statuses=(5,))
        assert verdicts(report) == {name: "unreadable" for name in bad}, verdicts(report)
        for name, leaves in bad.items():
            assert evidence(report, name, "unreadable bytes") == ranges(leaves), (report, leaves)
        assert report["Verdicts"]["Intact"] == FILES - len(bad), report["Verdicts"]
        other = manifest + ".other"
        done = coffer.run("manifest", "create", tree, "-o", other, "--sign-with", "audit-key", statuses=(5,))
        assert all(name in done.stderr.decode() for name in bad), done.stderr
        report = coffer.verify(other, tree, statuses=(5,))
        assert verdicts(report) == {name: "unreadable" for name in bad}, verdicts(report)
        os.unlink(other)
    print(f"read errors ({how}): located, and the other files judged")


def prove_short_device(coffer, image, folder, manifest):
    """The image ends within the last file: what lies behind cannot be read."""
    places = offsets(image)
    last = max(places, key=places.get)[0]
    cut = sorted(start for (name, _), start in places.items() if name == last)[LEAVES // 2]
    bad = {}
    for (name, leaf), start in places.items():
        if start + LEAF > cut:
            bad.setdefault(name, []).append(leaf)
    with loop_device(image) as device:
        os.truncate(image, cut)
        try:
            prove_unreadable(coffer, device, folder, manifest, bad, "the device ends too early")
        finally:
            os.truncate(image, IMAGE_SIZE)


def prove_mapped(coffer, image, folder, manifest):
    if not shutil.which("dmsetup"):
        raise Missing("there is no dmsetup")
    system("dmsetup", "version")
    start = offsets(image)["file1", 2] // 512 + 16
    size, name = IMAGE_SIZE // 512, f"coffer-rot-{os.getpid()}"
    with loop_device(image) as device:
        table = f"0 {start} linear {device} 0\n{start} 8 error\n{start + 8} {size - start - 8} linear {device} {start + 8}\n"
        done = subprocess.run(["dmsetup", "create", name], input=table.encode(), capture_output=True, check=False)
        if done.returncode != 0:
            raise Missing(f"dmsetup create: {done.stderr.decode().strip()}")
        try:
            prove_unreadable(coffer, f"/dev/mapper/{name}", folder, manifest, {"file1": [2]}, "device mapper")
        finally:
            subprocess.run(["dmsetup", "remove", "--retry", name], check=True)


def main():
    require()
    with tempfile.TemporaryDirectory(prefix="coffer-rot-") as scratch:
        image, folder = os.path.join(scratch, "image"), os.path.join(scratch, "mount")
        os.mkdir(folder)
        with open(image, "wb") as file:
            file.truncate(IMAGE_SIZE)
        system("mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-E", "lazy_itable_init=0", image)
        coffer = Coffer(sys.argv[1], scratch)
        manifest = os.path.join(scratch, "manifest")
        with loop_device(image) as device:
            with mounted(device, folder) as tree:
                fill(tree, random.Random(1))
                os.sync()
                coffer.run("manifest", "create", tree, "-o", manifest, "--sign-with", "audit-key")
                assert verdicts(coffer.verify(manifest, tree)) == {}
            prove_rot(coffer, image, device, folder, manifest)
        prove_short_device(coffer, image, folder, manifest)
        try:
            prove_mapped(coffer, image, folder, manifest)
        except Missing as reason:
            print(f"skipped the device mapper: {reason}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main()
    except Missing as reason:
        print(f"skipped: {reason}")
