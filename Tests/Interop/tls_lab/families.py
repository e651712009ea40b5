"""All cases, family by family."""

from . import certificates, gnutls, haproxy, jsse, lighttpd, mail, modern, nginx, s_server, starttls, tlslite_cases

FAMILIES = [jsse, mail, s_server, certificates, nginx, haproxy, lighttpd, gnutls, tlslite_cases, modern, starttls]


def cases():
    found = [case for family in FAMILIES for case in family.cases()]
    names = [case.name for case in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two cases have the same name: {sorted(twice)}")
    return found
