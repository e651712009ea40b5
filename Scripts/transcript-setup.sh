# Sourced by transcript.py in an empty home, before the commands of a document: the files that they work on, and the servers that they speak to.
# Everything is the same in each run, so that sizes are.

# noise SEED BYTES: bytes that no file system or tool can compress.
noise() {
    openssl enc -aes-128-ctr -K "$(printf '%032x' "$1")" -iv 00000000000000000000000000000000 -in /dev/zero 2>/dev/null | head -c "$2"
}

mkdir -p photos/2026
for number in 1 2 3; do noise "$number" 2000000 >"photos/2026/IMG_000$number.raw"; done
noise 4 40000 >photos/contract.pdf
find photos -exec touch -d 2026-11-01T00:00:00Z {} +
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --file=photos.tar photos

# An authority, and a web server with a certificate of it that takes uploads. It still speaks TLS 1.0.
mkdir -p server offsite
(
    cd server
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ../ca.pem -days 3650 -subj "/CN=Demo CA" \
        -addext keyUsage=critical,keyCertSign,cRLSign
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj "/CN=localhost"
    printf '%s\n' subjectAltName=DNS:localhost basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
        extendedKeyUsage=serverAuth >extensions
    openssl x509 -req -in server.csr -CA ../ca.pem -CAkey ca.key -days 90 -extfile extensions -out server.pem
) 2>/dev/null

tls_port=8443
# The server of a document before this one may be about to end.
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$tls_port") 2>/dev/null && sleep 0.1 || break; done
if (exec 3<>"/dev/tcp/127.0.0.1/$tls_port") 2>/dev/null; then
    echo "port $tls_port is in use"
    return 1
fi
[ "$(id -u)" -ne 0 ] || nginx_user='user root;'
cat >server/nginx.conf <<END
daemon off; worker_processes 1; pid $PWD/server/pid; ${nginx_user:-}
events {}
http {
    access_log off;
    client_body_temp_path $PWD/server/1; proxy_temp_path $PWD/server/2; fastcgi_temp_path $PWD/server/3;
    uwsgi_temp_path $PWD/server/4; scgi_temp_path $PWD/server/5;
    server {
        listen 127.0.0.1:$tls_port ssl; ssl_certificate server.pem; ssl_certificate_key server.key;
        ssl_protocols TLSv1 TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519:prime256v1; ssl_session_tickets off; ssl_prefer_server_ciphers on;
        ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0;
        root $PWD/offsite; dav_methods PUT; client_max_body_size 1g; autoindex on;
        add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;
    }
}
END
nginx -p "$PWD/server" -c "$PWD/server/nginx.conf" -e "$PWD/server/error.log" >/dev/null 2>&1 </dev/null &
trap 'kill %1' EXIT
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$tls_port") 2>/dev/null && break || sleep 0.1; done
