import COpenSSL

/// Which libcrypto this process runs on.
public enum LibraryVersion {
    /// For example `OpenSSL 3.0.19 27 Jan 2026`.
    public static var text: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION)) }

    /// Whether the library's configuration has algorithms taken from its FIPS provider: that is loaded, and asked for by default (fips_module(7)).
    public static var isFIPSActive: Bool {
        unsafe OSSL_PROVIDER_available(nil, "fips") == 1 && EVP_default_properties_is_fips_enabled(nil) == 1
    }
}
