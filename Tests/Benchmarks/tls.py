#!/usr/bin/env python3
"""Measures `coffer tls scan` against local servers, beside sslscan, nmap and sslyze: connections, processor time, time, memory.

    Tests/Benchmarks/tls.py [--coffer PATH] [--sslyze PATH] [--targets N] [--concurrency N] [--rounds N]

One nginx with TLS 1.2 and 1.3 counts the connections (stub_status). Then 100 ports of it are scanned in one run, and then as many as
--targets says (1000). The best of several rounds counts for one target, since whatever else the machine does can only add. A slow figure is
not a failure: the exit status is 0 whenever everything ran. Docs/TLSComparison.md has the figures of the others.
"""

import argparse
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Interop"))

from tls_lab import nginx  # noqa: E402
from ports import free_port  # noqa: E402
from tls_lab.case import Lab, Skip, StartFailure, program  # noqa: E402
from tls_lab.names import MOZILLA_INTERMEDIATE  # noqa: E402
from tls_lab.pki import PKI  # noqa: E402

#: Coffer's scan of one such server must stay below these.
CONNECTION_LIMIT, WALL_LIMIT_MS, PROCESSOR_LIMIT_MS = 40, 1000, 150
MEMORY_LIMIT_MIB = 100
STATUS = """
    server {{
        listen 127.0.0.1:{port};
        location / {{ stub_status; }}
    }}
"""


class Servers:
    """One nginx with many ports, which counts its connections."""

    def __init__(self, lab, count):
        self.status = free_port()
        self.ports = free_ports(count)
        listens = "\n".join(f"        listen 127.0.0.1:{port} ssl;" for port in self.ports[1:])
        directives = f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {MOZILLA_INTERMEDIATE};\n{listens}"
        text = nginx.configuration(lab.folder, STATUS.format(port=self.status) + nginx.server(
            self.ports[0], [lab.pki.rsa, lab.pki.ec], directives))
        text = text.replace("worker_connections 1024", f"worker_connections {count + 2048}").replace(
            "daemon off;", f"daemon off;\nworker_rlimit_nofile {count * 2 + 8192};")
        lab.spawn(program("nginx"), "-c", lab.file("nginx.conf", text), "-p", lab.folder, port=self.ports[0])

    def accepted(self):
        """Connections so far, without those that asked."""
        page = urllib.request.urlopen(f"http://127.0.0.1:{self.status}/", timeout=5).read().decode()
        return int(page.splitlines()[2].split()[0])

    def connections(self, work):
        before = self.accepted()
        result = work()
        return self.accepted() - before - 1, result


def free_ports(count):
    """Distinct ports, all held until the last is chosen."""
    held = []
    try:
        for _ in range(count):
            held.append(socket.socket())
            held[-1].bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def run(command):
    """(processor seconds, wall seconds, peak MiB, exit status)."""
    start = time.monotonic()
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024, process.returncode


def line(name, connections, figures):
    processor, wall, memory, status = figures
    note = "" if status in (0, 1, 6) else f"  status {status}"
    print(
        f"{name:<28} {connections:>7} connections {processor * 1000:>9.0f} ms CPU {wall * 1000:>9.0f} ms {memory:>7.0f} MiB{note}",
        flush=True)


def limit(name, figure, highest):
    print(f"    {name:<24} {figure:>9.1f} of {highest:>7}   ratio {figure / highest:5.2f}")


def one(servers, scanners, rounds):
    """One target, each scanner in turn and all of them several times."""
    for name, command in scanners:
        results = [servers.connections(lambda: run(command(servers.ports[:1]))) for _ in range(rounds)]
        connections, best = min(results, key=lambda result: result[1][1])
        line(f"1 target: {name}", connections, best)
        if name == "coffer":
            limit("connections", connections, CONNECTION_LIMIT)
            limit("ms of wall", best[1] * 1000, WALL_LIMIT_MS)
            limit("ms of processor", best[0] * 1000, PROCESSOR_LIMIT_MS)


def many(servers, scanners, count):
    for name, command in scanners:
        connections, figures = servers.connections(lambda: run(command(servers.ports[:count])))
        line(f"{count} targets: {name}", connections, figures)
        if name == "coffer":
            limit("MiB at most", figures[2], MEMORY_LIMIT_MIB)


def commands(arguments, folder, roots):
    """(name, function from ports to a command) of the scanners that are there."""
    def listed(ports):
        path = folder / f"targets-{len(ports)}.txt"
        path.write_text("".join(f"127.0.0.1:{port}\n" for port in ports))
        return path

    beside = Path(sys.executable).with_name("sslyze")
    sslyze = arguments.sslyze or (str(beside) if beside.exists() else shutil.which("sslyze"))
    choices = [
        ("coffer", arguments.coffer if arguments.coffer.exists() else None, lambda ports: [
            arguments.coffer, "tls", "scan", "--targets", listed(ports), "--concurrency", arguments.concurrency, "--ca", roots,
            "--no-system-trust", "--save", folder / "scans.json"]),
        ("sslscan", shutil.which("sslscan"), lambda ports: ["sslscan", "--no-colour", f"--targets={listed(ports)}"]),
        ("nmap", shutil.which("nmap"), lambda ports: [
            "nmap", "-Pn", "-n", "-p", ",".join(map(str, ports)), "--script", "+ssl-enum-ciphers", "127.0.0.1"]),
        ("sslyze", sslyze, lambda ports: [sslyze, f"--targets_in={listed(ports)}"]),
    ]
    for name, found, _ in choices:
        if not found:
            print(f"skipped {name}: it is not installed")
    return [(name, command) for name, found, command in choices if found]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--coffer", type=Path, default=Path(os.environ.get("COFFER", ROOT / ".build-release/release/coffer")))
    parser.add_argument("--sslyze", help="sslyze's program")
    parser.add_argument("--targets", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    arguments.coffer = arguments.coffer.resolve()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = arguments.targets * 2 + 8192
    if soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed if hard == resource.RLIM_INFINITY else min(hard, needed), hard))
    with tempfile.TemporaryDirectory(prefix="tls-bench-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        pki = PKI(folder / "pki")
        lab = Lab(folder / "nginx", pki, sys.executable)
        try:
            servers = Servers(lab, max(arguments.targets, 100))
            scanners = commands(arguments, folder, pki.roots_file)
            one(servers, scanners, arguments.rounds)
            many(servers, [each for each in scanners if each[0] != "sslyze"], 100)
            many(servers, [each for each in scanners if each[0] == "coffer"], arguments.targets)
        except (Skip, StartFailure) as failure:
            print(f"error: {failure}", file=sys.stderr)
            return 1
        finally:
            lab.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
