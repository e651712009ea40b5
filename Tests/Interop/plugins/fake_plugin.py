#!/usr/bin/env -S python3 -S -E
"""A plugin of the age plugin protocol that does what its name says, mostly mischief.

Tests link to it as age-plugin-NAME, where NAME is a key of HONEST or MISCHIEF below. Its file keys are not protected by anything.
COFFER_TEST_REPORT names a file to which it reports what it saw of its process.
"""
import base64, os, signal, subprocess, sys, time

NAME = os.path.basename(sys.argv[0]).removeprefix("age-plugin-")
MACHINE = sys.argv[1].removeprefix("--age-plugin=")


def b64(data):
    return base64.b64encode(data).decode().rstrip("=")


def unb64(text):
    return base64.b64decode(text + "=" * (-len(text) % 4))


def raw(data):
    os.write(1, data) if len(data) < 512 else sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def send(*words, body=b""):
    text = b64(body)
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    if not lines or len(lines[-1]) == 64:
        lines.append("")
    raw(("-> " + " ".join(words) + "\n" + "\n".join(lines) + "\n").encode())


def receive():
    line = sys.stdin.buffer.readline().decode()
    if not line:
        sys.exit(0)
    assert line.startswith("-> "), line
    words, body = line[3:].rstrip("\n").split(" "), ""
    while True:
        part = sys.stdin.buffer.readline().decode().rstrip("\n")
        body += part
        if len(part) < 64:
            return words, unb64(body)


def ask(*words, body=b""):
    send(*words, body=body)
    return receive()


def phase_one():
    messages = []
    while True:
        words, body = receive()
        if words[0] == "done":
            return messages
        messages.append((words, body))


def file_key(messages):
    return next(body for words, body in messages if words[0] == "wrap-file-key")


def fake_stanza(messages):
    return next((body for words, body in messages if words[0] == "recipient-stanza" and words[2] == "fake"), None)


def sealed(key):
    return bytes(byte ^ 0x55 for byte in key)


def give_stanza(key):
    assert ask("recipient-stanza", "0", "fake", "argument", body=sealed(key)) == (["ok"], b"")


def give_key(stanza):
    assert ask("file-key", "0", body=sealed(stanza)) == (["ok"], b"")


def finish(give):
    """Phase one, then what the client wanted, with `give(data)` or not at all."""
    messages = phase_one()
    give(file_key(messages) if MACHINE == "recipient-v1" else fake_stanza(messages))


def honest(data):
    if data is not None:
        give_stanza(data) if MACHINE == "recipient-v1" else give_key(data)
    send("done")


def report(text):
    with open(os.environ["COFFER_TEST_REPORT"], "a") as file:
        file.write(text + "\n")


def talkative(data):
    report("msg " + ask("msg", body="touch the \x1b[31mtoken\u202e".encode())[0][0])
    report("public " + repr(ask("request-public", body=b"name?")))
    report("secret " + repr(ask("request-secret", body=b"PIN?")))
    report("confirm " + repr(ask("confirm", b64(b"go on"), b64(b"stop"), body=b"sure?")))
    report("confirm " + repr(ask("confirm", b64(b"go on"), body=b"sure?")))
    honest(data)


def greasing(data):
    for words in (["grease-x"], ["x", "1", "two"], ["request-nothing"]):
        assert ask(*words, body=os.urandom(97)) == (["unsupported"], b"")
    honest(data)


def labelled(data):
    assert ask("labels", "postquantum", "b")[0] == ["ok"]
    honest(data)


def environment(data):
    report("arguments " + " ".join(sys.argv[1:]))
    report("cwd " + os.getcwd())
    report("variables " + " ".join(sorted(key for key in os.environ if key not in ("LC_CTYPE", "COFFER_TEST_REPORT"))))
    report("descriptors " + " ".join(sorted(fd for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}"))))
    report("group " + str(os.getpgrp() == os.getpid()))
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    report("blocked " + str(len(blocked)))
    # Python itself ignores SIGPIPE and SIGXFSZ, and glibc its own signals 32 and 33.
    with open("/proc/self/status") as status:
        ignored = next(int(line.split()[1], 16) for line in status if line.startswith("SigIgn"))
    own = sum(1 << number - 1 for number in (signal.SIGPIPE, signal.SIGXFSZ, 32, 33))
    report("ignored " + str(ignored & ~own))
    honest(data)


def with_child(data):
    # Holds all three pipes, and does not end by itself.
    child = subprocess.Popen(["/bin/sleep", "600"])
    report("child " + str(child.pid))
    honest(data)


def child_and_silence(_):
    child = subprocess.Popen(["/bin/sleep", "600"])
    report("child " + str(child.pid))
    time.sleep(600)


def forever(action):
    def run(_):
        while True:
            action()

    return run


def drip(_):
    for byte in b"-> msg\n" + (b"A" * 64 + b"\n") * 1000:
        raw(bytes([byte]))
        time.sleep(0.02)


def dies(_):
    sys.stderr.write("the token \x1b[31mis broken\n")
    sys.stderr.flush()
    sys.exit(3)


def dies_within(_):
    raw(b"-> recipient-stanza 0 fa")
    os.kill(os.getpid(), signal.SIGKILL)


def closes_and_stays(_):
    os.close(1)
    time.sleep(600)


def ignores_signals(_):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(600)


def stays(data):
    honest(data)
    time.sleep(600)


def twice(action):
    def run(data):
        action(data)
        action(data)
        send("done")

    return run


def says(*messages):
    def run(_):
        for words, body in messages:
            ask(*words, body=body)
        send("done")

    return run


def floods_while_asked(_):
    """Never reads; called before phase one."""
    chunk = b"-> msg\n\n" * 4096
    while True:
        sys.stdout.buffer.write(chunk)


def floods_errors(_):
    while True:
        os.write(2, b"noise " * 1000)


# Called after phase one.
HONEST = {
    "honest": honest, "talkative": talkative, "greasing": greasing, "labelled": labelled, "environment": environment,
    "withchild": with_child, "stays": stays,
}
KEY = (["file-key", "0"], bytes(16))
STANZA = (["recipient-stanza", "0", "fake"], bytes(16))
MISCHIEF = {
    "silent": lambda _: time.sleep(600),
    "stubborn": ignores_signals,
    "childandsilence": child_and_silence,
    "drip": drip,
    "dies": dies,
    "dieswithin": dies_within,
    "closesandstays": closes_and_stays,
    "doneatonce": says(),
    "garbage": lambda _: (raw(b"hello, is this the plugin protocol?\n"), time.sleep(600)),
    "badbase64": lambda _: (raw(b"-> msg\nA=\n"), time.sleep(600)),
    "noncanonical": lambda _: (raw(b"-> msg\nAB\n"), time.sleep(600)),
    "carriagereturn": lambda _: (raw(b"-> msg\r\n\r\n"), time.sleep(600)),
    "longline": lambda _: (raw(b"-> " + b"x" * 100_000), time.sleep(600)),
    "longsecret": lambda _: (raw(b"-> file-key 0\n" + (b"A" * 64 + b"\n") * 200), time.sleep(600)),
    "floodmessages": forever(lambda: raw(b"-> grease\n\n" * 100)),
    "floodbody": lambda _: (raw(b"-> msg\n"), forever(lambda: raw((b"A" * 64 + b"\n") * 1000))(_)),
    "flooderrors": floods_errors,
    "prompts": forever(lambda: ask("request-secret", body=b"again?")),
    "confirmnothing": says((["confirm"], b"sure?")),
    "confirmgarbage": says((["confirm", "=="], b"sure?")),
    "wrongindex": says((["file-key", "1"], bytes(16)), (["recipient-stanza", "1", "fake"], b"")),
    "noindex": says((["file-key"], bytes(16)), (["recipient-stanza"], b"")),
    "oddindex": says((["file-key", "00"], bytes(16)), (["recipient-stanza", "+0", "fake"], b"")),
    "shortkey": says((["file-key", "0"], bytes(15))),
    "longkey": says((["file-key", "0"], bytes(32))),
    "twokeys": says(KEY, KEY),
    "scrypt": says((["recipient-stanza", "0", "scrypt", "c2FsdA", "10"], bytes(32))),
    "kms": says((["recipient-stanza", "0", "coffer-kms", "arn:aws:kms:us-east-1:000000000000:key/1"], b"\x01")),
    "coffer": says((["recipient-stanza", "0", "coffer-kms", "arn:aws:kms:us-east-1:000000000000:key/1"], b"\x01")),
    "padding": says((["recipient-stanza", "0", "coffer-padding", "A"], b"")),
    "manystanzas": says(*[STANZA] * 1000),
    "labelstwice": says((["labels", "a"], b""), (["labels", "a"], b"")),
    "error": says((["error", "internal"], b"the \x1b[2Jtoken\nis locked")),
    "errorrecipient": says((["error", "recipient", "0"], b"no such key")),
    "errorsilent": says((["error", "identity", "0"], b"")),
    "errorafterkey": says(KEY, STANZA, (["error", "internal"], b"not after all")),
}

if NAME == "deaf":
    time.sleep(600)
if NAME == "floodsdeaf":
    floods_while_asked(None)
if "COFFER_TEST_REPORT" in os.environ:
    report("pid " + str(os.getpid()))
try:
    finish(HONEST.get(NAME) or MISCHIEF[NAME])
except BrokenPipeError:
    os._exit(1)
