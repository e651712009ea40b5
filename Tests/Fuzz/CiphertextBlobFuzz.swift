import KeyStore

/// libFuzzer's entry: no input may trap the parsers of what comes with a ciphertext, and an encryption context that is read
/// must encode to exactly the bytes that were read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCiphertextBlob(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do {
        let header = try CiphertextBlobHeader(parsing: bytes)
        precondition(header.keyID.utf8.count == 36 && header.version > 0, "a header that names no key version")
        // Only the header decides: the sealed part behind it is opaque.
        let rest = [UInt8](repeating: 0, count: bytes.count - CiphertextBlobHeader.byteCount)
        let again = try CiphertextBlobHeader(parsing: bytes[..<CiphertextBlobHeader.byteCount] + rest)
        precondition(again == header, "the sealed part changes the header")
    } catch {
        precondition([.invalidCiphertext, .newerFormat].contains(error.code), "another error: \(error)")
    }
    do {
        let context = try EncryptionContext(encoded: bytes)
        precondition(context.encoded == bytes, "an encoding that is not canonical was read")
    } catch {
        precondition(error.code == .invalidCiphertext, "another error: \(error)")
    }
    return 0
}
