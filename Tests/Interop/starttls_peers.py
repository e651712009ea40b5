"""Servers that speak STARTTLS, for tests of the talk before TLS.

    starttls_peers.py --list      the protocols whose servers are installed here, one a line
    starttls_peers.py PROTOCOL…   starts them on free ports of 127.0.0.1, writes a line "PROTOCOL PORT" for each and "ready",
                                  and ends when its input ends

imap and pop3 are Dovecot, postgres is PostgreSQL, smtp and lmtp are aiosmtpd, ftp is pyftpdlib.
"""

import glob
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from ports import free_port

START_LIMIT = 30


def postgres_program(name):
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return found[-1] if found else None


def has(module):
    return importlib.util.find_spec(module) is not None


def installed():
    names = []
    if os.geteuid() == 0 and shutil.which("dovecot") and has_user("dovecot"):
        names += ["imap", "pop3"]
    if postgres_program("postgres") and (os.geteuid() != 0 or has_user("postgres")):
        names.append("postgres")
    if has("aiosmtpd"):
        names += ["smtp", "lmtp"]
    if has("pyftpdlib") and has("OpenSSL"):
        names.append("ftp")
    return names


def has_user(name):
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def wait_for(port, process=None):
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        if process and process.poll() is not None:
            raise SystemExit(f"a server ended with status {process.returncode} before it listened")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nobody listened on port {port} in time")


class Peers:
    def __init__(self, folder):
        self.folder = folder
        self.children = []
        self.certificate = os.path.join(folder, "certificate.pem")
        self.key = os.path.join(folder, "key.pem")
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost"]
        subprocess.run(command + ["-days", "2", "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)

    def spawn(self, command, **options):
        output = open(os.path.join(self.folder, "log"), "ab")
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **options)
        self.children.append(child)
        return child

    def stop(self):
        for child in self.children:
            child.terminate()
        for child in self.children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def start_dovecot(self, protocol):
        port = free_port()
        folder = os.path.join(self.folder, "dovecot-" + protocol)
        os.makedirs(folder)
        configuration = f"""
protocols = {protocol}
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = yes
ssl_cert = <{self.certificate}
ssl_key = <{self.key}
passdb {{
  driver = static
  args = password=unused
}}
userdb {{
  driver = static
  args = uid=dovecot gid=dovecot home={folder}
}}
service {protocol}-login {{
  inet_listener {protocol} {{
    port = {port}
  }}
  inet_listener {protocol}s {{
    port = 0
  }}
}}
"""
        path = os.path.join(folder, "dovecot.conf")
        with open(path, "w") as file:
            file.write(configuration)
        wait_for(port, self.spawn(["dovecot", "-F", "-c", path]))
        return port

    def start_postgres(self):
        port = free_port()
        folder = os.path.join(self.folder, "postgres")
        os.makedirs(folder)
        key = os.path.join(folder, "key.pem")
        shutil.copy(self.key, key)
        os.chmod(key, 0o600)
        options = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chmod(self.folder, 0o711)
            os.chmod(self.certificate, 0o644)
            for path in (folder, key):
                os.chown(path, user.pw_uid, user.pw_gid)
            options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        data = os.path.join(folder, "data")
        command = [postgres_program("initdb"), "-D", data, "--no-sync", "-A", "trust"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **options)
        settings = {
            "ssl": "on", "ssl_cert_file": self.certificate, "ssl_key_file": key, "port": port,
            "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off",
        }
        command = [postgres_program("postgres"), "-D", data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        wait_for(port, self.spawn(command, cwd=folder, **options))
        return port

    def start_mail(self, protocol):
        import asyncio
        import ssl

        from aiosmtpd.lmtp import LMTP
        from aiosmtpd.smtp import SMTP

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        server_type = SMTP if protocol == "smtp" else LMTP
        port = free_port()

        async def serve():
            loop = asyncio.get_running_loop()
            server = await loop.create_server(lambda: server_type(object(), tls_context=context, loop=loop), "127.0.0.1", port)
            await server.serve_forever()

        threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
        wait_for(port)
        return port

    def start_ftp(self):
        from pyftpdlib.authorizers import DummyAuthorizer
        from pyftpdlib.handlers import TLS_FTPHandler
        from pyftpdlib.servers import ThreadedFTPServer

        both = os.path.join(self.folder, "both.pem")
        with open(both, "w") as file:
            for path in (self.key, self.certificate):
                file.write(open(path).read())

        class Handler(TLS_FTPHandler):
            certfile = both
            authorizer = DummyAuthorizer()

        server = ThreadedFTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.socket.getsockname()[1]

    def start(self, protocol):
        if protocol in ("imap", "pop3"):
            return self.start_dovecot(protocol)
        if protocol in ("smtp", "lmtp"):
            return self.start_mail(protocol)
        return {"postgres": self.start_postgres, "ftp": self.start_ftp}[protocol]()


def main(arguments):
    if arguments == ["--list"]:
        print("\n".join(installed()))
        return
    with tempfile.TemporaryDirectory(prefix="coffer-starttls-") as folder:
        peers = Peers(folder)
        try:
            for protocol in arguments:
                print(protocol, peers.start(protocol), flush=True)
            print("ready", flush=True)
            sys.stdin.read()
        finally:
            peers.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
