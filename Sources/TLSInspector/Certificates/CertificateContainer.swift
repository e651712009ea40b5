/// Files that hold certificates.
public enum CertificateContainer {
    /// Keystores with thousands of roots have a few.
    public static let maximumByteCount = 16 * 1024 * 1024
    public static let maximumItemCount = 100_000
}
