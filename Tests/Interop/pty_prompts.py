#!/usr/bin/env python3
"""Passphrase prompts of `coffer` on a real pseudo-terminal.

usage: pty_prompts.py PATH-OF-COFFER
Exit status 0 if everything is as it should be; otherwise an assertion says what is not. Needs pexpect.
"""

import os
import shutil
import signal
import sys
import tempfile
import termios
import time

import pexpect

COFFER = sys.argv[1]
PASSPHRASE = "correct horse battery staple"


def spawn(*arguments):
    """A command on a terminal of its own, with echo on, as a shell leaves it."""
    return pexpect.spawn(COFFER, list(arguments), env=ENVIRONMENT, echo=True, timeout=60, encoding="utf-8")


def is_echo_on(child):
    return bool(termios.tcgetattr(child.child_fd)[3] & termios.ECHO)


def at_prompt(child, prompt):
    child.expect_exact(prompt)
    assert not is_echo_on(child), f"echo is on at {prompt!r}"


def finish(child):
    """What was shown until the end, and the exit status."""
    child.expect(pexpect.EOF)
    child.close()
    return child.before, child.exitstatus


def init_asks_twice():
    child = spawn("init")
    at_prompt(child, "New passphrase for the store: ")
    child.sendline(PASSPHRASE)
    at_prompt(child, "The same again: ")
    child.sendline(PASSPHRASE)
    shown, status = finish(child)
    assert status == 0, (status, shown)
    assert PASSPHRASE not in shown, "the passphrase was shown"
    assert "made a store" in shown, shown


def init_refuses_two_different_ones():
    child = spawn("init", "--home", os.path.join(FOLDER, "other"))
    at_prompt(child, "New passphrase for the store: ")
    child.sendline(PASSPHRASE)
    at_prompt(child, "The same again: ")
    child.sendline(PASSPHRASE + "!")
    shown, status = finish(child)
    assert status == 2 and "not the same" in shown, (status, shown)
    assert PASSPHRASE not in shown


def the_right_passphrase_opens():
    child = spawn("key", "create", "--alias", "backups")
    at_prompt(child, "Passphrase: ")
    child.sendline(PASSPHRASE)
    shown, status = finish(child)
    assert status == 0 and "arn:aws:kms:" in shown, (status, shown)
    assert PASSPHRASE not in shown


def a_wrong_passphrase_is_denied():
    child = spawn("key", "list")
    at_prompt(child, "Passphrase: ")
    child.sendline("not the passphrase")
    shown, status = finish(child)
    assert status == 4 and "error: " in shown, (status, shown)
    assert "not the passphrase" not in shown


def a_signal_at_the_prompt_restores_the_terminal(send, *command):
    # A shell stands between, so that the terminal outlives the command and can be asked afterwards.
    child = pexpect.spawn(
        "/bin/bash", ["-c", 'trap : INT; "$0" "$@"; echo "status $?"; read -r line', COFFER, *command],
        env=ENVIRONMENT, echo=True, timeout=60, encoding="utf-8")
    at_prompt(child, "Passphrase: ")
    child.send("half a passphr")
    # The kernel hands typed characters to the terminal in its own time, and a line that is not complete cannot be asked for.
    # Without the pause the signal may come first, and the shell's terminal rightly shows what comes after it.
    time.sleep(0.5)
    send(child)
    child.expect(r"status (\d+)")
    status, shown = child.match.group(1), child.before
    assert is_echo_on(child), "echo stayed off"
    child.sendline("")
    child.expect(pexpect.EOF)
    assert status == "130", status
    assert "half a" not in shown


def a_file_that_waits_for_the_passphrase_is_not_begun():
    folder = os.path.join(FOLDER, "files")
    os.mkdir(folder)
    plain, opened = os.path.join(folder, "plain"), os.path.join(folder, "opened")
    with open(plain, "wb") as file:
        file.write(b"attack at dawn")
    child = spawn("encrypt", "-k", "backups", plain)
    at_prompt(child, "Passphrase: ")
    child.sendline(PASSPHRASE)
    shown, status = finish(child)
    assert status == 0, (status, shown)
    for send in (lambda child: child.sendintr(), terminate_the_command):
        a_signal_at_the_prompt_restores_the_terminal(send, "decrypt", "-o", opened, plain + ".age")
        assert sorted(os.listdir(folder)) == ["plain", "plain.age"], os.listdir(folder)


def terminate_the_command(child):
    """SIGTERM for the command, not for the shell around it."""
    (pid,) = open(f"/proc/{child.pid}/task/{child.pid}/children").read().split()
    os.kill(int(pid), signal.SIGTERM)


def a_stop_at_the_prompt_restores_the_terminal_and_asks_again():
    child = spawn("key", "list")
    at_prompt(child, "Passphrase: ")
    os.kill(child.pid, signal.SIGTSTP)
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), status
    assert is_echo_on(child), "echo stayed off while stopped"
    os.kill(child.pid, signal.SIGCONT)
    at_prompt(child, "Passphrase: ")
    child.sendline(PASSPHRASE)
    shown, status = finish(child)
    assert status == 0 and "backups" in shown, (status, shown)


def the_end_of_input_is_denied():
    child = spawn("key", "list")
    at_prompt(child, "Passphrase: ")
    child.sendeof()
    shown, status = finish(child)
    assert status == 4, (status, shown)


def binary_stays_off_the_terminal():
    child = spawn("kms", "generate-random", "--number-of-bytes", "32")
    shown, status = finish(child)
    assert "Passphrase" not in shown, "a passphrase was asked for in vain"
    assert status == 2 and "stdout is a terminal" in shown, (status, shown)


FOLDER = tempfile.mkdtemp(prefix="coffer-pty-")
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": FOLDER, "COFFER_HOME": os.path.join(FOLDER, "home"), "TERM": "dumb"}
if "LD_LIBRARY_PATH" in os.environ:
    ENVIRONMENT["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]

try:
    init_asks_twice()
    init_refuses_two_different_ones()
    the_right_passphrase_opens()
    a_wrong_passphrase_is_denied()
    a_signal_at_the_prompt_restores_the_terminal(lambda child: child.sendintr(), "key", "list")
    a_signal_at_the_prompt_restores_the_terminal(terminate_the_command, "key", "list")
    a_file_that_waits_for_the_passphrase_is_not_begun()
    a_stop_at_the_prompt_restores_the_terminal_and_asks_again()
    the_end_of_input_is_denied()
    binary_stays_off_the_terminal()
    print("all prompts behave")
finally:
    shutil.rmtree(FOLDER, ignore_errors=True)
