"""All cases, family by family."""

from . import broken, certificates, fabricated, gnutls, haproxy, jsse, lighttpd, mail, modern, nginx, s_server, starttls, tlslite_cases

# The slow ones first, so that the fast ones fill the gaps that they leave.
FAMILIES = [broken, jsse, mail, fabricated, tlslite_cases, s_server, certificates, nginx, haproxy, lighttpd, gnutls, modern, starttls]


def cases():
    found = [case for family in FAMILIES for case in family.cases()]
    names = [case.name for case in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two cases have the same name: {sorted(twice)}")
    return found
