import KeyStore

/// libFuzzer's entry: what is read from a store before any key can authenticate it, the beginning of the catalog record and
/// the seals. No input may trap, and a seal that is read keeps its bounds.
///
/// The first byte says how long the catalog record is; the rest is the body of a seal.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKeyRecord(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let end = min(count, 1 + Int(bytes.first ?? 0))
    let store = UnauthenticatedRecords(catalog: Array(bytes[min(1, end)..<end]), seal: Array(bytes[end...]))
    do {
        for seal in try LocalKeyService.seals(store) {
            precondition(seal.id.utf8.count == 32 && seal.label.utf8.count <= 128, "a seal out of bounds")
            precondition((seal.kind == .passphrase) == (seal.scrypt != nil), "scrypt without a passphrase, or the other way round")
            precondition((seal.kind == .keyFile) == (seal.keyFilePath != nil), "a path without a key file, or the other way round")
            if let scrypt = seal.scrypt { precondition(ScryptParameters.logNRange.contains(scrypt.logN), "scrypt without bounds") }
        }
    } catch {
        precondition([.damagedRecord, .newerFormat].contains(error.code), "another error: \(error)")
    }
    return 0
}

/// A store of two records that nobody has authenticated.
private struct UnauthenticatedRecords: KeyRecordStore, KeyRecordReader {
    let catalog: StoredRecord
    let seal: StoredRecord

    init(catalog: [UInt8], seal: [UInt8]) {
        let mac = [UInt8](repeating: 0, count: 32)
        self.catalog = StoredRecord(id: .catalog, body: catalog, mac: mac)
        self.seal = StoredRecord(id: .seal([UInt8](repeating: 0, count: 16)), body: seal, mac: mac)
    }

    func changeToken() throws(KeyStoreError) -> UInt64 { 0 }
    func read<R>(_ body: (any KeyRecordReader) throws(KeyStoreError) -> R) throws(KeyStoreError) -> R { try body(self) }
    func write<R>(_ body: (any KeyRecordTransaction) throws(KeyStoreError) -> R) throws(KeyStoreError) -> R {
        throw KeyStoreError(.unavailable, "this store is only read")
    }
    func purgeRemnants() throws(KeyStoreError) {}

    func record(_ id: RecordID) throws(KeyRecordStoreError) -> StoredRecord? { id == .catalog ? catalog : nil }
    func seals() throws(KeyRecordStoreError) -> [StoredRecord] { [seal] }
    func keys(after keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord] { [] }
    func keyVersions(of keyID: String) throws(KeyRecordStoreError) -> [StoredRecord] { [] }
    func aliases(after name: String?, of keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord] { [] }
    func forEachRecord(_ body: (StoredRecord) throws(KeyRecordStoreError) -> Void) throws(KeyRecordStoreError) { try body(seal) }
}
