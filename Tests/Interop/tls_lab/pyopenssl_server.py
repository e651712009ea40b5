"""A server of the OpenSSL that PyPI's `cryptography` bundles, as a process of its own; its argument is JSON."""

import json
import socket
import sys
import threading

from OpenSSL import SSL
from OpenSSL._util import ffi, lib


def context(options):
    made = SSL.Context(SSL.TLS_SERVER_METHOD)
    made.use_certificate_chain_file(options["certificate"])
    made.use_privatekey_file(options["key"])
    if options.get("minimum") == "TLSv1.3":
        made.set_min_proto_version(SSL.TLS1_3_VERSION)
    if options.get("groups") and lib.SSL_CTX_set1_curves_list(made._context, ffi.new("char[]", options["groups"].encode())) != 1:
        raise SystemExit(f"this OpenSSL has not all of {options['groups']}")
    return made


def serve(connection, made):
    try:
        connection.settimeout(None)
        tls = SSL.Connection(made, connection)
        tls.set_accept_state()
        tls.do_handshake()
        if tls.recv(4096):
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlab\n")
        tls.shutdown()
    except (SSL.Error, OSError) as failure:
        print(type(failure).__name__, failure, file=sys.stderr, flush=True)
    finally:
        connection.close()


def main():
    options = json.loads(sys.argv[1])
    made = context(options)
    listener = socket.create_server(("127.0.0.1", options["port"]), backlog=64)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, made), daemon=True).start()


if __name__ == "__main__":
    main()
