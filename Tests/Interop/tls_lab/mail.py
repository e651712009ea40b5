"""Real servers that begin in plain text: Dovecot (IMAP, POP3) and PostgreSQL."""

import os
import pwd
from pathlib import Path

from . import dh
from ports import free_port

from .case import Case, Skip, program
from .view import AtLeast

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
ssl = required
ssl_cert = <{full}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
{parameters}
disable_plaintext_auth = yes
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home=/nonexistent
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
"""


def dovecot(which, has_parameters=True):
    def run(lab):
        binary = program("dovecot")
        if os.getuid() != 0:
            raise Skip("Dovecot starts its login processes as other users, which needs root")
        ports = {name: free_port() for name in ["imap", "imaps", "pop3"]}
        parameters = f"ssl_dh = <{lab.file('dh.pem', dh.pem('ffdhe2048'))}" if has_parameters else ""
        path = lab.file("dovecot.conf", DOVECOT.format(
            folder=lab.folder, parameters=parameters, full=lab.pki.rsa.full_file, key=lab.pki.rsa.key_file, **ports))
        return lab.spawn(binary, "-F", "-c", path, port=ports[which])
    return run


def postgres(lab):
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        raise Skip("PostgreSQL is not installed")
    folder = binaries[-1].parent
    data = lab.folder / "data"
    options = {}
    if os.getuid() == 0:
        try:
            account = pwd.getpwnam("postgres")
        except KeyError:
            raise Skip("PostgreSQL does not run as root and there is no user postgres") from None
        os.chmod(lab.folder, 0o777)
        options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    lab.run(folder / "initdb", "-D", data, "-A", "trust", "-N", "--no-instructions", cwd="/", **options)
    for name, source in [("server.crt", lab.pki.rsa.full_file), ("server.key", lab.pki.rsa.key_file)]:
        target = data / name
        target.write_bytes(source.read_bytes())
        target.chmod(0o600)
        if options:
            os.chown(target, options["user"], options["group"])
    port = free_port()
    lab.log.touch()
    return lab.spawn(
        folder / "postgres", "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "ssl=on",
        "-c", f"unix_socket_directories={data}", "-c", "fsync=off", port=port, **options)


def cases():
    both = {"versions": ["TLSv1.2", "TLSv1.3"], "keys": ["RSA-2048"], "chain lengths": [2]}
    return [
        Case("dovecot-imap", dovecot("imap"), {**both, "startTLSInjection": False}, starttls="imap"),
        Case("dovecot-imaps", dovecot("imaps"), {**both, "finiteField": [{"bits": 2048, "name": "ffdhe2048"}]}),
        Case("dovecot-pop3", dovecot("pop3"), {**both, "startTLSInjection": False}, starttls="pop3"),
        # As Debian ships it: it chooses DHE where a client's order says so, finds no parameters and closes without a word. A scan that
        # takes this for a refusal says that there is no TLS 1.2.
        Case("dovecot-without-dh", dovecot("imaps", has_parameters=False), {
            **both, "suites": {"TLSv1.2": AtLeast(
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")}}, peekable=False),
        Case("postgres", postgres, both, starttls="postgres"),
        Case("postgres-without-preamble", postgres, {"versions": []}, peekable=False),
    ]
