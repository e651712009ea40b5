@testable import ObjectStore

/// libFuzzer's entry: no record may trap its decoder, and what is decoded must survive being written and read again.
///
/// Rows have MACs, so that this is the second line of defence: for a record that a key's holder wrote, by another version or by mistake.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzObjectRecord(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = bytes.first else { return 0 }
    let record = Array(bytes.dropFirst())
    do {
        switch kind % 8 {
        case 0: try check(record, { try VersionRecord(decoding: $0) }, { $0.encoded() })
        case 1: try check(record, { try BucketRecord(decoding: $0) }, { $0.encoded() })
        case 2: try check(record, { try StoreState(decoding: $0) }, { $0.encoded() })
        case 3: try check(record, { try ScrubState(decoding: $0) }, { $0.encoded() })
        case 4: try check(record, { try LifecycleConfiguration(decoding: $0) }, { $0.encoded() })
        case 5: try check(record, { try UploadRecord(decoding: $0).encoded() }, { $0 })
        case 6: try check(record, { try BlobRow(id: 1, name: [UInt8](repeating: 1, count: 16), decoding: $0).encoded }, { $0 })
        default: try check(record, { try PartRow(owner: 1, number: 1, decoding: $0).encoded }, { $0 })
        }
    } catch {
        precondition(error is MalformedRecord, "a record is refused with another error: \(error)")
    }
    if kind % 8 == 0 { checkSummary(record) }
    return 0
}

private func check<Record: Equatable>(_ bytes: [UInt8], _ decode: ([UInt8]) throws -> Record, _ encode: (Record) -> [UInt8]) throws {
    let record = try decode(bytes)
    do {
        let again = try decode(encode(record))
        precondition(again == record, "a record changes when it is written again")
    } catch {
        preconditionFailure("a record that was read cannot be read again: \(error)")
    }
}

/// A listing reads the front of a version's record, and must see what the whole says.
private func checkSummary(_ bytes: [UInt8]) {
    do {
        let whole = try VersionRecord(decoding: bytes)
        let front = try VersionSummary(decoding: bytes)
        precondition(front.uid == whole.uid && front.lastModified == whole.lastModified && front.object?.size == whole.object?.size)
    } catch {
        return
    }
}
