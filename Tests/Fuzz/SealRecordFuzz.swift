// Feeds bytes to every parser of stored records, which are read before anything has authenticated them, and to the text forms of
// identities and recipients. What a parser accepts it must encode to the same bytes.
//
// `make fuzz` compiles and runs this.

import OpenSSL

@testable import KeyStore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecords(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let seal = SealRecord(encoded: bytes) { precondition(seal.encoded == bytes, "a seal is not canonical") }
    if let key = KeyRecord(encoded: bytes) { precondition(key.encoded == bytes, "a key is not canonical") }
    if let version = KeyVersionRecord(encoded: bytes) { precondition(version.encoded == bytes, "a version is not canonical") }
    if let alias = AliasRecord(encoded: bytes) { precondition(alias.encoded == bytes, "an alias is not canonical") }
    if let catalog = CatalogRecord(encoded: bytes) { precondition(catalog.encoded == bytes, "a catalog is not canonical") }
    if let context = try? EncryptionContext(encoded: bytes) { precondition(context.encoded == bytes, "a context is not canonical") }
    _ = try? CiphertextBlobHeader(parsing: bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    if let recipient = try? AgeRecipient(text) { precondition(recipient.text == text, "a recipient is not canonical") }
    if let secret = try? SecretBytes(copying: bytes.bytes) { _ = try? AgeIdentity(fileContents: secret) }
    return 0
}
