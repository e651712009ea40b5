#!/bin/sh
# Writes Debian's copyright file on stdout: Coffer's licence, and the texts of what is linked into it.
#
#   Scripts/debian-copyright.sh THIRD-PARTY-LICENCES
set -eu
cat <<'HEADER'
Coffer is licensed under the Apache License, Version 2.0. On Debian systems, its
full text is in /usr/share/common-licenses/Apache-2.0.

Copyright: the Coffer authors

The program holds, linked statically, the following works under their licences.
Which ones, in which versions, is also in coffer.cdx.json (CycloneDX).

HEADER
cat "$1"
