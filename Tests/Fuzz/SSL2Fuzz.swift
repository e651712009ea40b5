@testable import TLSInspector

/// libFuzzer's entry: no input may trap the reading of an answer of SSLv2, an answer that is whole stays the same when more bytes come, and
/// a SERVER-HELLO encodes to the bytes that were read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSSL2(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(WireError) {
        guard let record = try SSL2Record(startOf: bytes[...]) else { return 0 }
        let answer = try SSL2Answer.read(bytes[...])
        let longer = try SSL2Answer.read((bytes + [0x16])[...])
        precondition(answer == longer, "more bytes change an answer that is whole")
        guard case .serverHello(let hello) = answer else { return 0 }
        // Any number but 0 says that a session is resumed.
        var encoded: [UInt8] = [SSL2ServerHello.messageType, hello.isSessionHit ? record.body[1] : 0, hello.certificateType]
        let kinds = hello.cipherKinds.flatMap(\.encoded)
        for number in [Int(hello.version), hello.certificate.count, kinds.count, hello.connectionID.count] {
            encoded.append(uint16: UInt16(number))
        }
        encoded += hello.certificate + kinds + hello.connectionID
        precondition(encoded == record.body, "the encoding differs from what was read")
        precondition(hello.cipherKinds.allSatisfy { !$0.name.isEmpty })
    } catch {
        precondition(!error.description.utf8.contains { $0 < 0x20 }, "a control character in an error")
    }
    return 0
}
