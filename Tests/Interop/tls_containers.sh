#!/bin/sh
# Makes Tests/Vectors/certificates/containers: files of certificates as openssl and keytool write them. Their passphrase is "changeit".
#
#   Tests/Interop/tls_containers.sh Tests/Vectors/certificates/containers
set -eu
mkdir -p "$1"
cd "$1"
rm -f ./*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quiet() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }

key() { quiet openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
key "$work/root.key"
key "$work/leaf.key"
quiet openssl req -x509 -new -key "$work/root.key" -subj "/CN=Container Root" -days 3650 -out "$work/root.pem"
quiet openssl req -new -key "$work/leaf.key" -subj "/CN=www.example.com" -addext "subjectAltName=DNS:www.example.com,IP:192.0.2.1" \
    -out request.pem
openssl x509 -req -in request.pem -CA "$work/root.pem" -CAkey "$work/root.key" -days 365 -copy_extensions copy -out "$work/leaf.pem" 2>/dev/null
openssl req -in request.pem -outform DER -out request.der
sed 's/CERTIFICATE REQUEST/NEW CERTIFICATE REQUEST/' request.pem >new-request.pem
openssl x509 -in "$work/leaf.pem" -outform DER -out leaf.der
openssl x509 -in "$work/root.pem" -trustout -addtrust serverAuth -out trusted.pem

# A list with one revoked certificate.
: >"$work/index.txt"
echo 01 >"$work/crlnumber"
cat >"$work/ca.cnf" <<EOF
[ca]
default_ca = it
[it]
database = $work/index.txt
crlnumber = $work/crlnumber
default_md = sha256
default_crl_days = 30
EOF
quiet openssl ca -config "$work/ca.cnf" -revoke "$work/leaf.pem" -cert "$work/root.pem" -keyfile "$work/root.key"
quiet openssl ca -config "$work/ca.cnf" -gencrl -cert "$work/root.pem" -keyfile "$work/root.key" -out crl.pem
openssl crl -in crl.pem -outform DER -out crl.der

cat "$work/leaf.pem" "$work/root.pem" >"$work/chain.pem"
openssl crl2pkcs7 -in crl.pem -certfile "$work/chain.pem" -outform DER -out bundle.p7b
openssl crl2pkcs7 -in crl.pem -certfile "$work/chain.pem" -out bundle.p7.pem
{
    echo "Text before"
    openssl x509 -in "$work/leaf.pem" -text
    cat "$work/root.pem" crl.pem request.pem "$work/leaf.key"
    openssl ecparam -name prime256v1
} | sed 's/$/\r/' >mixed.pem

p12() { quiet openssl pkcs12 -export -in "$work/leaf.pem" -inkey "$work/leaf.key" -certfile "$work/root.pem" -name "the leaf" "$@"; }
p12 -passout pass:changeit -out modern.p12
p12 -passout pass:changeit -legacy -out legacy.p12
p12 -passout pass:changeit -certpbe NONE -out open.p12
p12 -passout pass:changeit -certpbe NONE -nomac -out open-nomac.p12
p12 -passout pass: -out empty.p12
p12 -passout pass:grün -out umlaut.p12
# With -nomac openssl leaves certificates open too; here they stay encrypted, and only the last element is taken away.
python3 - <<EOF
der = open("modern.p12", "rb").read()
assert der[:2] == b"\\x30\\x82" and der[4:9] == b"\\x02\\x01\\x03\\x30\\x82"
body = der[4:11 + int.from_bytes(der[9:11], "big")]
open("nomac.p12", "wb").write(b"\\x30\\x82" + len(body).to_bytes(2, "big") + body)
EOF

store() { quiet keytool -storepass changeit -noprompt "$@"; }
for kind in jks jceks; do
    store -importkeystore -srckeystore modern.p12 -srcstorepass changeit -srcalias "the leaf" -destkeystore leaf.$kind -deststoretype $kind \
        -deststorepass changeit -destkeypass changeit
    store -importcert -alias würzel -file "$work/root.pem" -keystore leaf.$kind -storetype $kind
done
cp leaf.jceks secret.jceks
store -genseckey -alias secret -keyalg AES -keysize 128 -keypass changeit -keystore secret.jceks -storetype jceks
store -importkeystore -srckeystore leaf.jks -srcstoretype jks -srcstorepass changeit -srcalias würzel -destkeystore java.p12 \
    -deststoretype pkcs12 -deststorepass changeit
chmod 644 ./*
