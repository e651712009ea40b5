public import OpenSSL

/// Files that hold certificates: PEM, DER, PKCS#7, PKCS#12, and Java's keystores JKS and JCEKS. What kind one is, its bytes tell.
public enum CertificateContainer {
    /// Keystores with thousands of roots have a few.
    public static let maximumByteCount = 16 * 1024 * 1024
    public static let maximumItemCount = 100_000

    /// All that stands in a file, in its order.
    /// - Parameter passphrase: UTF-8, for PKCS#12 and Java's keystores.
    /// - Throws: `passphraseNeeded` and `wrongPassphrase` apart from `malformed`; nothing is read of a file that is damaged.
    public static func read(_ bytes: [UInt8], passphrase: borrowing SecretBytes?) throws(CertificateError) -> [CertificateItem] {
        try open(bytes, passphrase: passphrase).items
    }

    /// As ``read(_:passphrase:)``, with what kind of file it is and whether its own check holds.
    public static func open(_ bytes: [UInt8], passphrase: borrowing SecretBytes?) throws(CertificateError) -> CertificateFile {
        guard !bytes.isEmpty else { throw .malformed("the file is empty") }
        guard bytes.count <= maximumByteCount else { throw .oversized("the file has more than \(maximumByteCount) bytes") }
        if let kind = JavaKeystore.Kind(bytes) { return try JavaKeystore.read(bytes, kind, passphrase) }
        // The text in front of a PEM block may begin with a zero, which is the tag of DER's sequences.
        let isDER = bytes[0] == 0x30 && DERElement.split(bytes)?.rest.isEmpty == true
        if !isDER, PEMReader.hasBlocks(bytes) { return try PEMFile.read(bytes) }
        if bytes[0] == 0x30 { return try DERFile(bytes).read(passphrase) }
        throw .malformed("it is none of PEM, DER, PKCS#7, PKCS#12, JKS and JCEKS")
    }
}
