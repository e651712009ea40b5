"""A gRPC server without services: BoringSSL. Arguments: port, chain, key."""

import sys
from concurrent import futures

import grpc


def main():
    port, chain, key = sys.argv[1:]
    with open(chain, "rb") as chain_file, open(key, "rb") as key_file:
        credentials = grpc.ssl_server_credentials([(key_file.read(), chain_file.read())])
    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_secure_port(f"127.0.0.1:{port}", credentials)
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
