"""A server of tlslite-ng, as a process of its own: `python -m tls_lab.tlslite_server SETTINGS`, where SETTINGS is JSON."""

import json
import socket
import sys
import threading

from tlslite.api import HandshakeSettings, SessionCache, TLSConnection, X509CertChain, parsePEMKey
from tlslite.verifierdb import VerifierDB


def settings(asked):
    made = HandshakeSettings()
    for name, value in asked.items():
        if not hasattr(made, name):
            raise SystemExit(f"tlslite-ng has no setting {name}")
        setattr(made, name, tuple(value) if name in ("minVersion", "maxVersion") else value)
    return made


def serve(connection, options, chain, key, cache, verifiers):
    try:
        connection.settimeout(20)
        tls = TLSConnection(connection)
        tls.handshakeServer(
            certChain=chain, privateKey=key, settings=settings(options["settings"]), sessionCache=cache, verifierDB=verifiers,
            anon=options.get("anonymous", False), reqCert=options.get("reqCert", False))
        if tls.recv(4096):
            tls.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlab\n")
        tls.close()
    except Exception as failure:  # A server must go on after whatever a client did to it.
        print(type(failure).__name__, failure, file=sys.stderr, flush=True)
    finally:
        connection.close()


def main():
    options = json.loads(sys.argv[1])
    chain = key = verifiers = None
    if options.get("certificate"):
        chain = X509CertChain()
        with open(options["certificate"]) as file:
            chain.parsePemList(file.read())
        with open(options["key"]) as file:
            key = parsePEMKey(file.read(), private=True)
    if options.get("srp"):
        verifiers = VerifierDB()
        verifiers.create()
        verifiers["lab"] = VerifierDB.makeVerifier("lab", b"lab", 2048)
    cache = SessionCache()
    listener = socket.create_server(("127.0.0.1", options["port"]), backlog=64)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, options, chain, key, cache, verifiers), daemon=True).start()


if __name__ == "__main__":
    main()
