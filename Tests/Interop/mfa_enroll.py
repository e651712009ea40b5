#!/usr/bin/env python3
"""Second factors of `coffer` on a real pseudo-terminal, as a person uses them.

The QR code is read off the terminal by a reader that shares nothing with ours (zxing-cpp), its secret goes into the OATH Toolkit's
`oathtool`, and that one's codes are typed.

usage: mfa_enroll.py PATH-OF-COFFER
Exit status 0 if everything is as it should be; otherwise an assertion says what is not. Needs pexpect, zxing-cpp and oathtool.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import termios
import time
import urllib.parse

import pexpect
import zxingcpp

COFFER = sys.argv[1]
CELLS = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
PIXELS_PER_MODULE = 4
COLUMNS = 120
SEED = 1


def spawn(*arguments, **environment):
    return pexpect.spawn(
        COFFER, list(arguments), env=ENVIRONMENT | environment, echo=True, timeout=60, encoding="utf-8", dimensions=(24, COLUMNS))


def at_prompt(child, prompt):
    child.expect_exact(prompt)
    assert not termios.tcgetattr(child.child_fd)[3] & termios.ECHO, f"echo is on at {prompt!r}"
    return child.before


def finish(child):
    """What was shown until the end, and the exit status."""
    child.expect(pexpect.EOF)
    child.close()
    return child.before, child.exitstatus


def run(*arguments):
    return subprocess.run([COFFER, *arguments], env=ENVIRONMENT, capture_output=True, text=True, start_new_session=True)


def scan(shown, ink_is_dark):
    """Reads the QR code off what a terminal shows."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip("\r") for line in shown.split("\n")]
    lines = [line for line in lines if len(line) > 30 and set(line) <= set(CELLS)]
    assert lines and len({len(line) for line in lines}) == 1, "the code is not a rectangle"
    assert len(lines[0]) <= COLUMNS, "the code is wider than the terminal"
    rows = [[CELLS[cell][half] for cell in line] for line in lines for half in (0, 1)]
    pixels = bytearray()
    for row in rows:
        line = b"".join((b"\x00" if module == int(ink_is_dark) else b"\xff") * PIXELS_PER_MODULE for module in row)
        pixels += line * PIXELS_PER_MODULE
    image = memoryview(bytes(pixels)).cast("B", (len(rows) * PIXELS_PER_MODULE, len(rows[0]) * PIXELS_PER_MODULE))
    found = zxingcpp.read_barcodes(image)
    assert len(found) == 1, f"{len(found)} codes were found"
    return found[0].text


def parse(uri):
    parts = urllib.parse.urlsplit(uri)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp"), uri
    return urllib.parse.unquote(parts.path), dict(urllib.parse.parse_qsl(parts.query))


def code(query, at):
    command = [
        "oathtool", f"--totp={query['algorithm'].lower()}", f"--digits={query['digits']}", f"--time-step-size={query['period']}s",
        f"--now=@{int(at)}", "--base32", query["secret"],
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def wait_for_early_step(period, room=6):
    """So that a step does not end between a code and its use."""
    left = period - time.time() % period
    if left < room:
        time.sleep(left + 0.1)


def enroll(name, *options, ink_is_dark=False, other_code=None, **environment):
    """Enrols a device as a person does; the code of this step and the one of the next, which the window lets in, are two in a row."""
    child = spawn("mfa", "enroll", "--name", name, *options, **environment)
    shown = at_prompt(child, f"Code that {name} shows: ")
    uri = scan(shown, ink_is_dark)
    label, query = parse(uri)
    assert label == f"/coffer:{name}", label
    period = int(query["period"])
    child.sendline("1")
    child.expect("not the code that the device has to show")
    at_prompt(child, f"Code that {name} shows: ")
    wait_for_early_step(period)
    now = time.time()
    child.sendline(code(query, now))
    at_prompt(child, "The next code: ")
    child.sendline(code(query, now))
    child.expect("the same code again")
    at_prompt(child, "The next code: ")
    child.sendline(code(query, now + period))
    if other_code:
        at_prompt(child, ": ")
        child.sendline(other_code())
    shown, status = finish(child)
    assert status == 0, (status, shown)
    assert query["secret"] not in shown, "the secret was shown as text"
    # The two steps are spent.
    return query, (int(now) // period + 2) * period, shown


def a_device_is_enrolled_by_its_qr_code():
    query, usable, shown = enroll("phone", "--period", "15")
    assert (query["algorithm"], query["digits"], query["period"]) == ("SHA1", "6", "15"), query
    codes = re.findall(r"^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\r?$", shown, re.MULTILINE)
    assert len(set(codes)) == 10, shown
    return query, usable, [code.strip() for code in codes]


def a_code_is_accepted_once(query, usable):
    time.sleep(max(0, usable - time.time()))
    wait_for_early_step(int(query["period"]))
    right = code(query, time.time())
    child = spawn("mfa", "verify")
    at_prompt(child, "Code of phone: ")
    child.sendline(right)
    shown, status = finish(child)
    assert status == 0 and "accepted" in shown, (status, shown)
    assert right not in shown, "the code was shown"
    again = run("mfa", "verify", "--mfa", f"phone {right}")
    unknown = run("mfa", "verify", "--mfa", f"nobody {right}")
    assert again.returncode == unknown.returncode == 4 and again.stderr == unknown.stderr, (again, unknown)


def a_key_is_scheduled_for_deletion_only_with_a_code(query, codes):
    key = run("key", "create", "--alias", "old").stdout.strip()
    refused = run("key", "schedule-deletion", "old")
    assert refused.returncode == 4, refused
    assert run("key", "schedule-deletion", "old", "--mfa", codes[0]).returncode == 0
    assert "PendingDeletion" in run("key", "describe", key, "--json").stdout
    assert run("key", "cancel-deletion", key).returncode == 0
    assert run("key", "schedule-deletion", "old", "--mfa", codes[0]).returncode == 4, "a recovery code worked twice"


def a_second_device_needs_a_code_and_colour_makes_its_code_black_on_white(codes):
    query, usable, shown = enroll(
        "token", "--algorithm", "SHA512", "--digits", "8", "--period", "15", ink_is_dark=True, other_code=lambda: codes[1],
        TERM="xterm-256color")
    assert len(query["secret"]) == 103, query["secret"]
    assert "Recovery codes" not in shown
    return query, usable


def of_many_processes_with_one_code_one_is_let_in(query, usable):
    time.sleep(max(0, usable - time.time()))
    wait_for_early_step(int(query["period"]))
    right = code(query, time.time())
    command = [COFFER, "mfa", "verify", "--mfa", f"token {right}"]
    processes = [subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(8)]
    statuses = sorted(process.wait() for process in processes)
    assert statuses == [0] + [4] * 7, statuses


def seed_uses():
    events = json.loads(run("audit", "list", "--event-name", "Decrypt", "--last", "1000", "--json").stdout)["Events"]
    contexts = [(event["requestParameters"] or {}).get("encryptionContext", {}) for event in events]
    return sum(context.get("serial", "").endswith("mfa/token") for context in contexts)


def failures():
    devices = json.loads(run("mfa", "list", "--json").stdout)["Devices"]
    return next(device["FailureCount"] for device in devices if device["Name"] == "token")


def a_guess_that_is_killed_is_counted():
    """No code is looked at before the attempt is on the disk, so at any instant the seed was used at most as often as was counted."""
    used, counted = seed_uses(), failures()
    random.seed(SEED)
    for _ in range(9 - counted):
        process = subprocess.Popen(
            [COFFER, "mfa", "verify", "--mfa", "token 00000000"], env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0, 0.06))
        process.kill()
        process.wait()
        assert seed_uses() - used <= failures() - counted, (seed_uses(), used, failures(), counted)


def guessing_is_locked():
    for _ in range(11):
        assert run("mfa", "verify", "--mfa", "token 00000000").returncode == 4
    listed = run("mfa", "list").stdout
    assert "locked for 15 min" in listed, listed


def without_a_terminal_nothing_is_begun():
    result = run("mfa", "enroll", "--name", "other")
    assert result.returncode == 4 and "no terminal" in result.stderr, result
    assert "otpauth" not in result.stdout + result.stderr


def no_file_holds_a_secret(query, codes):
    for name in os.listdir(ENVIRONMENT["COFFER_HOME"]):
        with open(os.path.join(ENVIRONMENT["COFFER_HOME"], name), "rb") as file:
            content = file.read()
        for secret in [query["secret"], *codes, *(code.replace("-", "") for code in codes)]:
            assert secret.encode() not in content, name


FOLDER = tempfile.mkdtemp(prefix="coffer-mfa-")
ENVIRONMENT = {
    "PATH": os.environ["PATH"], "HOME": FOLDER, "COFFER_HOME": os.path.join(FOLDER, "home"), "TERM": "dumb", "LANG": "C.UTF-8"}
if "LD_LIBRARY_PATH" in os.environ:
    ENVIRONMENT["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]

try:
    made = run("init", "--seal", "keyfile:" + os.path.join(FOLDER, "unlock.key"))
    assert made.returncode == 0, made
    without_a_terminal_nothing_is_begun()
    phone, usable, recovery_codes = a_device_is_enrolled_by_its_qr_code()
    a_code_is_accepted_once(phone, usable)
    a_key_is_scheduled_for_deletion_only_with_a_code(phone, recovery_codes)
    token, usable = a_second_device_needs_a_code_and_colour_makes_its_code_black_on_white(recovery_codes)
    of_many_processes_with_one_code_one_is_let_in(token, usable)
    a_guess_that_is_killed_is_counted()
    guessing_is_locked()
    no_file_holds_a_secret(phone, recovery_codes)
    verified = run("audit", "verify")
    assert verified.returncode == 0, verified
    print("second factors behave")
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
