#!/bin/sh
# Installs what building and testing need and is not there yet. Silent and instant when nothing is missing.
#
#   Scripts/setup.sh          everything
#   Scripts/setup.sh demo     what building and the demo need
#   Scripts/setup.sh build    only what building needs
set -eu
cd "$(dirname "$0")/.."
scope=${1:-all}

missing=
need() { # package, test command…
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

if command -v pkg-config >/dev/null 2>&1; then
    need libssl-dev pkg-config --atleast-version=3.0 libcrypto
    need libsqlite3-dev pkg-config --exists sqlite3
    need libqrencode-dev pkg-config --exists libqrencode
    need libcurl4-openssl-dev pkg-config --exists libcurl
else
    missing="$missing pkg-config libssl-dev libsqlite3-dev libqrencode-dev libcurl4-openssl-dev"
fi
if [ "$scope" != build ]; then
    need age sh -c 'command -v age && command -v age-keygen'
    need nginx-light test -x /usr/sbin/nginx
    need oathtool command -v oathtool
    need openssl command -v openssl
    need python3 command -v python3
fi
if [ "$scope" = all ]; then
    # Servers for Tests/Interop/tls_scan.py, and scanners to compare with. Nothing of them is started but by the tests.
    need dovecot-imapd test -x /usr/lib/dovecot/imap-login
    need dovecot-pop3d test -x /usr/lib/dovecot/pop3-login
    need gnutls-bin sh -c 'command -v gnutls-serv && command -v gnutls-cli'
    need haproxy test -x /usr/sbin/haproxy
    need lighttpd test -x /usr/sbin/lighttpd
    for library in gnutls mbedtls nss openssl wolfssl; do
        need "lighttpd-mod-$library" test -e "/usr/lib/lighttpd/mod_$library.so"
    done
    need nmap command -v nmap
    need openjdk-17-jdk-headless command -v javac
    need postgresql sh -c 'ls /usr/lib/postgresql/*/bin/postgres'
    need sslscan command -v sslscan
    need stunnel4 test -x /usr/bin/stunnel4
    need curl command -v curl
    need cron command -v crontab
    need hashdeep command -v hashdeep
    need jq command -v jq
    need fish command -v fish
    need zsh command -v zsh
    need openssh-client command -v ssh-keygen
    need python3-venv python3 -c 'import ensurepip, venv'
fi

if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "setup: please install:$missing" >&2
        exit 1
    fi
    as_root=
    [ "$(id -u)" -eq 0 ] || as_root=sudo
    echo "setup: installing$missing" >&2
    $as_root apt-get -qq update >&2
    # Servers that are installed for tests must not begin to serve: a policy of 101 for as long as this takes (invoke-rc.d(8)).
    policy=/usr/sbin/policy-rc.d
    if [ "$scope" != build ] && [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
        $as_root chmod 755 "$policy"
        trap '$as_root rm -f "$policy"' EXIT
        trap 'exit 1' HUP INT TERM
    fi
    # $missing is a list of words.
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends $missing >&2
fi

if ! command -v swift >/dev/null 2>&1; then
    echo "setup: Swift 6.3 or newer is needed; see https://www.swift.org/install" >&2
    exit 1
fi

# Python packages of the tests, apart from the system's. The stamp is newer than the list of packages when they are in place.
if [ "$scope" = all ] && [ -z "${COFFER_TEST_PYTHON:-}" ]; then
    stamp=.build-venv/installed
    if [ ! -e "$stamp" ] || [ -n "$(find Tests/Interop/requirements.txt -newer "$stamp")" ]; then
        echo "setup: making .build-venv" >&2
        python3 -m venv --clear .build-venv
        .build-venv/bin/pip install --quiet --requirement Tests/Interop/requirements.txt >&2
        touch "$stamp"
    fi
fi
