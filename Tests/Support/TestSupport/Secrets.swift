public import OpenSSL

/// A secret with known bytes.
public func secret(_ bytes: [UInt8]) throws(OpenSSLError) -> SecretBytes { try SecretBytes(copying: bytes.span.bytes) }

public func secret(_ text: String) throws(OpenSSLError) -> SecretBytes { try secret(Array(text.utf8)) }

/// What is in a secret: tests may look.
public func revealed(_ secret: borrowing SecretBytes) -> [UInt8] { secret.withUnsafeBytes { [UInt8]($0) } }
