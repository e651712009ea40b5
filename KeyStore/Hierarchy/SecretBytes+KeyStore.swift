import OpenSSL

extension SecretBytes {
    /// `copy()` and `init(random:)` with KeyStore's errors.
    borrowing func duplicate() throws(KeyStoreError) -> SecretBytes {
        do { return try copy() } catch { throw KeyStoreError(error) }
    }

    static func generate(_ byteCount: Int) throws(KeyStoreError) -> SecretBytes {
        do { return try SecretBytes(random: byteCount) } catch { throw KeyStoreError(error) }
    }
}
