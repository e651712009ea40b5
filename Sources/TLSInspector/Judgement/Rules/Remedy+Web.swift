extension Remedy {
    private static let header = "Strict-Transport-Security"
    private static let headerValue = "\"max-age=63072000; includeSubDomains\""

    static let transportSecurity = Remedy(
        "Send the header with a max-age of two years once every name below is served over TLS.",
        [
            Line(.nginx, "add_header \(header) \(headerValue) always;"), Line(.apache, "Header always set \(header) \(headerValue)"),
            Line(.haproxy, "http-response set-header \(header) \(headerValue)"), Line(.caddy, "header \(header) \(headerValue)"),
        ])
    static let redirection = Remedy(
        "Redirect to https only.",
        [
            Line(.nginx, "return 301 https://$host$request_uri;"), Line(.apache, "Redirect permanent / https://example.com/"),
            Line(.haproxy, "http-request redirect scheme https code 301"), Line(.caddy, "redir https://{host}{uri} permanent"),
        ])
    static let stapling = Remedy(
        "Turn OCSP stapling on, or use a certificate that does not ask for it.",
        [
            Line(.nginx, "ssl_stapling on; ssl_stapling_verify on;"),
            Line(.apache, "SSLUseStapling on, SSLStaplingCache shmcb:/run/httpd/stapling(150000)"),
            Line(.haproxy, "[ocsp-update on] behind the certificate in a crt-list"), Line(.caddy, "staples without being told"),
            Line(.java, "-Djdk.tls.server.enableStatusRequestExtension=true"),
        ])
    static let chain = Remedy(
        "Send the certificate of the server first, then each intermediate one, and no root.",
        [
            Line(.nginx, "ssl_certificate /etc/ssl/fullchain.pem;"), Line(.apache, "SSLCertificateFile /etc/ssl/fullchain.pem"),
            Line(.haproxy, "bind :443 ssl crt /etc/ssl/key-and-fullchain.pem"), Line(.caddy, "tls /etc/ssl/fullchain.pem /etc/ssl/key.pem"),
            Line(.postfix, "smtpd_tls_chain_files = /etc/ssl/key.pem, /etc/ssl/fullchain.pem"),
            Line(.java, "keytool -importcert -keystore KEYSTORE -alias ALIAS -file fullchain.pem"),
        ])
    static let renewal = Remedy("Renew the certificate, and let an ACME client do it from now on.")
    static let newCertificate = Remedy("Get a new certificate that does not have this flaw.")
    static let newKey = Remedy("Make a new key, get a certificate for it, and have the old certificate revoked.")
}
