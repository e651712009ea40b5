extension Remedy {
    private static let suiteList =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
        + ":ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
    private static let suiteNames =
        "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    private static let goGroups = "curves x25519mlkem768 x25519 secp256r1 secp384r1"

    static let versions = Remedy(
        "Offer TLS 1.2 and TLS 1.3 only.",
        [
            Line(.nginx, "ssl_protocols TLSv1.2 TLSv1.3;"), Line(.apache, "SSLProtocol -all +TLSv1.2 +TLSv1.3"),
            Line(.haproxy, "ssl-default-bind-options ssl-min-ver TLSv1.2"), Line(.caddy, "tls { protocols tls1.2 tls1.3 }"),
            Line(.postfix, "smtpd_tls_protocols = >=TLSv1.2"), Line(.postfix, "smtpd_tls_mandatory_protocols = >=TLSv1.2"),
            Line(.java, "-Djdk.tls.server.protocols=TLSv1.2,TLSv1.3"),
        ])
    static let suites = Remedy(
        "Offer suites with ephemeral keys and authenticated encryption only.",
        [
            Line(.nginx, "ssl_ciphers \(suiteList);"), Line(.apache, "SSLCipherSuite \(suiteList)"),
            Line(.haproxy, "ssl-default-bind-ciphers \(suiteList)"), Line(.caddy, "leave ciphers out of the tls block"),
            // Suites of CBC mode are those with a MAC of their own.
            Line(.postfix, "smtpd_tls_exclude_ciphers = aNULL, eNULL, kRSA, RC4, 3DES, DES, IDEA, MD5, SHA1, SHA256, SHA384"),
            Line(.java, "-Djdk.tls.server.cipherSuites=\(suiteNames)"),
        ])
    static let order = Remedy(
        "Let the server's order count, or offer strong suites only.",
        [
            Line(.nginx, "ssl_prefer_server_ciphers on;"), Line(.apache, "SSLHonorCipherOrder on"),
            Line(.haproxy, "take prefer-client-ciphers out of ssl-default-bind-options"),
            Line(.postfix, "tls_preempt_cipherlist = yes"), Line(.java, "SSLParameters.setUseCipherSuitesOrder(true)"),
        ])
    static let finiteField = Remedy(
        "Use a group of RFC 7919 of 2048 bits or more, or offer no DHE suites.",
        [
            Line(.nginx, "ssl_dhparam /etc/ssl/ffdhe2048.pem;"), Line(.apache, "SSLOpenSSLConfCmd DHParameters /etc/ssl/ffdhe2048.pem"),
            Line(.haproxy, "tune.ssl.default-dh-param 2048"), Line(.postfix, "smtpd_tls_dh1024_param_file = auto"),
            Line(.java, "-Djdk.tls.ephemeralDHKeySize=2048"),
        ])
    static let groups = Remedy(
        "Offer X25519MLKEM768 and curves of 256 bits or more; OpenSSL has the first from 3.5 on.",
        [
            Line(.nginx, "ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1;"),
            Line(.apache, "SSLOpenSSLConfCmd Groups X25519MLKEM768:X25519:prime256v1:secp384r1"),
            Line(.haproxy, "ssl-default-bind-curves X25519MLKEM768:X25519:P-256:P-384"), Line(.caddy, "tls { \(goGroups) }"),
            Line(.postfix, "tls_eecdh_auto_curves = X25519MLKEM768 X25519 prime256v1 secp384r1"),
            Line(.java, "-Djdk.tls.namedGroups=x25519,secp256r1,secp384r1"),
        ])
    static let compression = Remedy(
        "Turn compression in TLS off, and update a server that still has it.",
        [Line(.apache, "SSLCompression off"), Line(.postfix, "tls_ssl_options = NO_COMPRESSION")])
    static let renegotiation = Remedy(
        "Refuse a new handshake that the client asks for. nginx, HAProxy and Caddy refuse it without being told.",
        [
            Line(.apache, "SSLInsecureRenegotiation off"), Line(.postfix, "tls_ssl_options = NO_RENEGOTIATION"),
            Line(.java, "-Djdk.tls.rejectClientInitiatedRenegotiation=true"),
        ])
    static let library = Remedy("Update the TLS library and restart the server; this has no switch of its own.")
    static let extendedMasterSecret = Remedy(
        "Update the TLS library: every maintained one has it on.", [Line(.java, "-Djdk.tls.useExtendedMasterSecret=true")])
    static let earlyData = Remedy(
        "Leave it on only where every request that comes as early data may be replayed.",
        [Line(.nginx, "ssl_early_data off;"), Line(.haproxy, "take allow-0rtt out of the bind line")])
    static let tickets = Remedy(
        "Give tickets a lifetime of a day or less.",
        [
            Line(.nginx, "ssl_session_timeout 1d;"), Line(.apache, "SSLSessionCacheTimeout 86400"),
            Line(.haproxy, "tune.ssl.lifetime 86400"), Line(.java, "SSLSessionContext.setSessionTimeout(86400)"),
        ])
}
