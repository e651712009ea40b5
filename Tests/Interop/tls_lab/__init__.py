"""Real and fabricated TLS servers on loopback, each with what a scan of it must find out.

`case.py` says what a case is, `pki.py` makes the certificates, `view.py` compares a scan with what was expected, `peek.py` is a small
scanner of its own that shares nothing with Coffer. Every other file is one family of servers and ends with `cases()`.
"""
