#!/bin/bash
# Shows Coffer at work on a real file of more than 200 MB, in a store that is removed again.
#
#   COFFER=path/to/coffer Scripts/demo.sh      else the release binary, else the debug one
#   DEMO_FOLDER=path                           where the files lie meanwhile; needs 1.5 GB
#   DEMO_REPORT=path                           keeps the HTML report of a TLS scan there
set -euo pipefail
cd "$(dirname "$0")/.."
project=$PWD

coffer_binary=${COFFER:-}
if [ -z "$coffer_binary" ]; then
    for candidate in .build-release/release/coffer .build/debug/coffer; do
        [ -x "$candidate" ] && coffer_binary=$candidate && break
    done
fi
[ -n "$coffer_binary" ] || { echo "demo: there is no coffer; run make demo" >&2; exit 1; }
coffer_binary=$(realpath "$coffer_binary")

work=$(mktemp -d "${DEMO_FOLDER:-${TMPDIR:-/tmp}}/coffer-demo.XXXXXX")
servers=()
finish() {
    for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT
export COFFER_HOME=$work/store
coffer() { "$coffer_binary" "$@"; }
cd "$work"

[ -t 1 ] && [ -z "${NO_COLOR:-}" ] && bold=$'\e[1m' plain=$'\e[0m' || bold='' plain=''
say() { printf '\n%s# %s%s\n' "$bold" "$1" "$plain"; }
show() { printf '%s$ %s%s\n' "$bold" "$*" "$plain"; }
run() {
    show "$@"
    "$@"
}
# Runs what must be refused, with exactly this exit status.
refused() {
    local expected=$1 status=0
    shift
    show "$@"
    "$@" || status=$?
    [ "$status" -eq "$expected" ] || { echo "demo: expected exit status $expected, got $status" >&2; exit 1; }
    echo "(exit status $status, as it should be)"
}

say "A real file: 220 MB of this machine's programs and libraries"
input_bytes=$((220 * 1000 * 1000))
show "tar --create /usr | head --bytes=$input_bytes > backup.tar"
# head ends before tar does: that is no failure.
(tar --create --file=- --ignore-failed-read --warning=none /usr 2>/dev/null || true) | head --bytes="$input_bytes" >backup.tar
size=$(stat --format=%s backup.tar)
[ "$size" -ge 200000000 ] || { echo "demo: only $size bytes of input could be gathered" >&2; exit 1; }
run ls -l backup.tar

say "A store that opens by itself with a key file, and a key"
run coffer init --seal "keyfile:$work/unattended.key"
run coffer key create --alias backups --tag team=ops --description "what leaves this machine"
run coffer key list

say "An identity for the day when the store is gone; it is kept off this machine"
run coffer identity new --output recovery.txt
recovery=$(coffer identity public recovery.txt)

say "Seal the file before it leaves the machine, for the key and for that day"
time run coffer encrypt --key backups --recipient "$recovery" --context purpose=nightly backup.tar
run ls -l backup.tar.age
show "head --lines=2 backup.tar.age | cut --characters=1-100"
head --lines=2 backup.tar.age | cut --characters=1-100
run coffer verify backup.tar.age
run coffer inspect backup.tar.age

say "The key gets new material, and the file its new version: only the header is replaced"
run coffer key rotate backups
payload() { tail --bytes=+4097 "$1" | sha256sum; }
before=$(payload backup.tar.age)
time run coffer rewrap backup.tar.age
[ "$(payload backup.tar.age)" = "$before" ] || { echo "demo: the payload has changed" >&2; exit 1; }
echo "(the 220 MB behind the header are the same, byte for byte)"
time run coffer decrypt --context purpose=nightly --output restored.tar backup.tar.age
run cmp backup.tar restored.tar
echo "(the same, byte for byte)"

say "Read a part of it"
show "coffer decrypt --range 100M-100M+64K backup.tar.age | sha256sum; dd if=backup.tar … | sha256sum"
coffer decrypt --range 100M-100M+64K backup.tar.age | sha256sum | tee part
dd if=backup.tar bs=64K skip=1600 count=1 status=none | sha256sum | tee expected
cmp part expected

say "age opens it with the recovery identity, and with the store's key through a plugin: coffer under another name"
time run age --decrypt --identity recovery.txt --output by-age.tar backup.tar.age
run cmp backup.tar by-age.tar
mkdir plugins && ln -s "$coffer_binary" plugins/age-plugin-coffer
export PATH=$work/plugins:$PATH
show "coffer key recipient backups --context purpose=nightly --identity > coffer-identity.txt"
coffer key recipient backups --context purpose=nightly --identity >coffer-identity.txt
run age --decrypt --identity coffer-identity.txt --output by-age.tar backup.tar.age
run cmp backup.tar by-age.tar
rm by-age.tar

say "A whole tree, file by file; a tenth of it is verified"
run coffer encrypt --key backups --recursive "$project/Sources" --output sealed
run coffer verify --recursive sealed --sample 10% --quiet
run coffer decrypt --recursive sealed --output opened
run diff --recursive "$project/Sources" opened
echo "(the same, file by file)"

say "A signed manifest of a real tree: $(find "$project/Sources" -type f | wc -l) files"
cp -R "$project/Sources" evidence
head --bytes=1000000 backup.tar >evidence/large.bin
run coffer key create --alias audit-key --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY
time run coffer manifest create evidence -o evidence.manifest --sign-with audit-key
run coffer manifest verify evidence.manifest evidence
show "coffer key public audit-key > audit.pem; python3 Tests/Interop/check_manifest.py evidence.manifest audit.pem evidence"
coffer key public audit-key >audit.pem
python3 "$project/Tests/Interop/check_manifest.py" evidence.manifest audit.pem evidence
echo "(no Coffer was needed for that)"

say "The tree is broken in four ways: a copy rots, one is cut off, one is moved, one gets other permissions"
# A copy has change times of its own, so that the modification time is all that tells.
cp --archive evidence copy
printf X | dd of=copy/large.bin bs=1 seek=500000 conv=notrunc status=none
if cmp --silent evidence/large.bin copy/large.bin; then printf Y | dd of=copy/large.bin bs=1 seek=500000 conv=notrunc status=none; fi
touch --reference=evidence/large.bin copy/large.bin
truncate --size=0 copy/coffer/main.swift
mv copy/Envelope/WorkMonitor.swift copy/elsewhere.swift
chmod 4755 copy/OpenSSL/OpenSSLError.swift
refused 5 coffer manifest verify evidence.manifest copy --html report.html
run ls -l report.html

say "One file is proven to somebody who does not get the rest"
show "coffer manifest prove evidence.manifest Envelope/WorkMonitor.swift > one.proof"
coffer manifest prove evidence.manifest Envelope/WorkMonitor.swift >one.proof
run coffer manifest check-proof one.proof copy/elsewhere.swift --public-key audit.pem

say "What changed is accepted; the old manifest is not taken for the new one"
cp evidence.manifest old.manifest
echo "// changed" >>evidence/Envelope/WorkMonitor.swift
run coffer manifest update evidence.manifest evidence
refused 4 coffer manifest verify old.manifest evidence

say "Under another context it does not open"
refused 4 coffer decrypt --context purpose=weekly --output wrong.tar backup.tar.age
[ ! -e wrong.tar ] || { echo "demo: something was written" >&2; exit 1; }

say "A changed byte is found"
show "printf X | dd of=damaged.age bs=1 seek=100000000 conv=notrunc"
cp backup.tar.age damaged.age
printf X | dd of=damaged.age bs=1 seek=100000000 conv=notrunc status=none
if cmp --silent backup.tar.age damaged.age; then printf Y | dd of=damaged.age bs=1 seek=100000000 conv=notrunc status=none; fi
refused 5 coffer verify damaged.age
rm damaged.age

say "A disabled key opens nothing"
run coffer key disable backups
refused 4 coffer decrypt --output disabled.tar backup.tar.age
[ ! -e disabled.tar ] || { echo "demo: something was written" >&2; exit 1; }
run coffer key enable backups
run coffer verify backup.tar.age

say "A bucket keeps versions, and nobody deletes one without a second factor"
run coffer bucket create backups --versioning enabled --key backups
show "coffer mfa enroll --name phone        # by a QR code on a terminal; here a script plays the phone"
"$project/Scripts/demo-enroll.py" "$coffer_binary" phone "$work/uri" "$work/codes.txt"
phone() { "$project/Scripts/demo-enroll.py" code "$work/uri" 1; }
run coffer bucket mfa-delete enable backups --mfa "phone $(phone)"

say "A real tree, stored twice: $(find "$project/Sources" -type f | wc -l) files, the second time one of them is changed"
cp -R "$project/Sources" tree
time run coffer cp --recursive tree coffer://backups/2026/ --quiet
run coffer ls coffer://backups/2026/
before=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
sleep 1
echo "// changed" >>tree/Envelope/WorkMonitor.swift
run coffer cp --recursive tree coffer://backups/2026/ --quiet
run coffer ls --versions coffer://backups/2026/Envelope/WorkMonitor.swift

say "A large object, and what lies on the disk of it: a file that age opens"
run coffer store recovery set "$recovery"
time run coffer cp backup.tar coffer://backups/backup.tar
run coffer object export --bucket backups --key backup.tar exported.age
time run age --decrypt --identity recovery.txt --output by-age.tar exported.age
run cmp backup.tar by-age.tar
rm by-age.tar exported.age

say "Deleting is a marker; deleting a version needs a code"
show "coffer rm --recursive coffer://backups/2026/Envelope/ | tail -n 3"
coffer rm --recursive coffer://backups/2026/Envelope/ | tail -n 3
run coffer ls --versions coffer://backups/2026/Envelope/WorkMonitor.swift
version=$(coffer ls --versions --json coffer://backups/2026/Envelope/WorkMonitor.swift | sed -n '2s/.*"VersionId":"\([0-9a-f]*\)".*/\1/p')
refused 4 coffer rm --version-id "$version" coffer://backups/2026/Envelope/WorkMonitor.swift </dev/null
refused 4 coffer rm --version-id "$version" --mfa "phone 000000" coffer://backups/2026/Envelope/WorkMonitor.swift
run coffer rm --version-id "$version" --mfa "$(head --lines=1 codes.txt)" coffer://backups/2026/Envelope/WorkMonitor.swift
echo "(with a recovery code, since the phone would have to wait for its next code)"

say "The tree as it was before: looked at, and restored"
show "coffer restore coffer://backups/2026/ --at $before --dry-run | tail -n 2"
coffer restore coffer://backups/2026/ --at "$before" --dry-run | tail -n 2
show "coffer restore coffer://backups/2026/ --at $before | tail -n 1"
coffer restore coffer://backups/2026/ --at "$before" | tail -n 1
run coffer cp --recursive coffer://backups/2026/ back --quiet
run diff --recursive "$project/Sources" back
echo "(the same, file by file)"

say "Every row and every byte is what was written; the bucket moves to the key's newest version by headers alone"
run coffer key rotate backups
time run coffer store rewrap backups
run coffer store check
time run coffer store scrub
run coffer store stats

say "A changed byte in a stored file is found, and named"
blob=$(find "$COFFER_HOME/objects" -name '*.age' -size +1M | head --lines=1)
printf X | dd of="$blob" bs=1 seek=1000000 conv=notrunc status=none
if coffer store scrub --quiet >/dev/null; then printf Y | dd of="$blob" bs=1 seek=1000000 conv=notrunc status=none; fi
refused 5 coffer store scrub

say "Two TLS servers on this machine: one as it should be, one as it was twenty years ago"
mkdir tls && cd tls
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 30 -subj "/CN=Demo CA" -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout good.key -out good.csr -subj "/CN=localhost" 2>/dev/null
printf 'subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n' >extensions
openssl x509 -req -in good.csr -CA ca.pem -CAkey ca.key -days 20 -extfile extensions -out good.pem 2>/dev/null
openssl req -x509 -newkey rsa:1024 -sha1 -nodes -keyout bad.key -out bad.pem -days 3650 -subj "/CN=old.example" 2>/dev/null
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
good=$(free_port) bad=$(free_port)
cat >nginx.conf <<END
daemon off; worker_processes 1; pid $PWD/nginx.pid; error_log $PWD/error.log;
events {}
http {
    access_log off;
    client_body_temp_path $PWD/t1; proxy_temp_path $PWD/t2; fastcgi_temp_path $PWD/t3; uwsgi_temp_path $PWD/t4; scgi_temp_path $PWD/t5;
    server {
        listen 127.0.0.1:$good ssl; ssl_certificate good.pem; ssl_certificate_key good.key;
        ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519:prime256v1:secp384r1; ssl_session_tickets off;
        ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305;
        add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;
        return 200 "good";
    }
}
END
nginx=$(command -v nginx || echo /usr/sbin/nginx)
"$nginx" -p "$PWD" -c "$PWD/nginx.conf" -e "$PWD/error.log" & servers+=($!)
openssl s_server -accept "127.0.0.1:$bad" -cert bad.pem -key bad.key -cipher 'ALL:eNULL:@SECLEVEL=0' -serverpref -www -quiet >/dev/null 2>&1 & servers+=($!)
for port in "$good" "$bad"; do
    for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break || sleep 0.1; done
done
time run coffer tls scan "127.0.0.1:$good" --sni localhost --ca ca.pem --no-system-trust --profile mozilla-intermediate --fail-on medium --save good.json
show "coffer tls scan 127.0.0.1:$bad --intrusive --grade --html tls.html | grep …    # the report has all of it"
status=0
coffer tls scan "127.0.0.1:$bad" --intrusive --grade --html tls.html >bad.txt || status=$?
[ "$status" -eq 1 ] || { echo "demo: expected exit status 1, got $status" >&2; exit 1; }
grep -E '^  (TLSv|chain|grade|refused)|^[A-Z]+ \(|^  tls-' bad.txt | head -n 30
run ls -l tls.html
say "A day later: only what is new, fixed or changed"
run coffer tls scan "127.0.0.1:$good" --sni localhost --ca ca.pem --no-system-trust --fail-on medium --baseline good.json
if [ -n "${DEMO_REPORT:-}" ]; then cp tls.html "$DEMO_REPORT"; fi
run coffer tls certificate good.pem --host localhost --ca ca.pem --no-system-trust
cd "$work"

say "All of it is on record"
run coffer audit list --last 12
run coffer audit verify

say "Done; the store and the files are removed"
