import COpenSSL

/// Which libcrypto this process runs on.
public enum LibraryVersion {
    /// For example `OpenSSL 3.0.19 27 Jan 2026`.
    public static var text: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}
