"""All cases, family by family."""

from . import s_server

FAMILIES = [s_server]


def cases():
    found = [case for family in FAMILIES for case in family.cases()]
    names = [case.name for case in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two cases have the same name: {sorted(twice)}")
    return found
