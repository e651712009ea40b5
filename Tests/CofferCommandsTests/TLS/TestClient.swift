/// A client's certificate, for P-256, and its key: made for these tests, valid for a hundred years, trusted by nobody.
enum TestClient {
    static let certificatePEM = """
        -----BEGIN CERTIFICATE-----
        MIIBeTCCAR+gAwIBAgIUenOIyoEr7KCNtaFoZl+Lra2qieYwCgYIKoZIzj0EAwIw
        ETEPMA0GA1UEAwwGY2xpZW50MCAXDTI2MTEyODIyMDAzMFoYDzIxMjYxMTA0MjIw
        MDMwWjARMQ8wDQYDVQQDDAZjbGllbnQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
        AAQc1Oiog9pz/o+IQDrSEUYCK4BDSIiJ7PCR9OmXWLppRjmz0KhHMKmojlHP1ofP
        FrvWNw4snVT1z0B45+VnYqC0o1MwUTAdBgNVHQ4EFgQUS1z+bDrq+x07oEMNnvhO
        UijbnhEwHwYDVR0jBBgwFoAUS1z+bDrq+x07oEMNnvhOUijbnhEwDwYDVR0TAQH/
        BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAz5Otuyo7eJXoo88mXJdmJ04AiycZ5
        fjZ5W/9+CHMcJgIhAOMICrudRrGMcLukq60zIpkEBX/jxOUMh4zFzWnleFP6
        -----END CERTIFICATE-----

        """
    static let keyPEM = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2NpMu+L21ka2wM/N
        qMYiPXnecV+buTLn9kSimD5wJ1WhRANCAAQc1Oiog9pz/o+IQDrSEUYCK4BDSIiJ
        7PCR9OmXWLppRjmz0KhHMKmojlHP1ofPFrvWNw4snVT1z0B45+VnYqC0
        -----END PRIVATE KEY-----

        """
    /// Of nobody's certificate.
    static let otherKeyPEM = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvsH6Ey97MCfvn3to
        lsiZfyjulyh/e6NNbnMbKCnRokqhRANCAARNJsky4uzgAEBkso8GAgWBLm0nZe2N
        7EOrkdRH9+EcHyz3nTDpQopDWE/M5o9Jk0LBD9syk2CVX/n/A3lmd9TZ
        -----END PRIVATE KEY-----

        """
}
