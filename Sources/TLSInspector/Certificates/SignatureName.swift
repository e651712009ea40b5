internal import OpenSSL

/// The names of signature algorithms.
enum SignatureName {
    static func text(_ signature: X509Signature) -> String {
        // RSASSA-PSS says nothing without its hash (RFC 4055 §3.1).
        if signature.oid == "1.2.840.113549.1.1.10" { return signature.digest.map { "RSASSA-PSS-\($0)" } ?? "RSASSA-PSS" }
        return PostQuantumName.byOID[signature.oid] ?? signature.algorithm
    }
}
