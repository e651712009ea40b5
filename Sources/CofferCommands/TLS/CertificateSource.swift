#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells files from servers.
enum CertificateSource {
    /// A path, or a name that a file has here.
    static func isFile(_ text: String) -> Bool {
        if text == "-" { return true }
        if text.contains("://") { return false }
        return text.contains("/") || access(text, F_OK) == 0
    }
}
