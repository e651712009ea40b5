import ObjectStore

/// libFuzzer's entry: no text of a request may trap what reads it, and what is read must read again as it is written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzObjectRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let text = String(decoding: bytes, as: UTF8.self)
    accept { require(try BucketName(text).text == text) }
    accept { require(try ObjectKey(bytes).bytes == bytes) }
    accept { require(try VersionID(text).text == text) }
    accept { require(try ETag(ETag(text).quoted) == ETag(text)) }
    accept { _ = try ETagCondition(text) }
    accept {
        guard let range = try ByteRange.parse(text) else { return }
        require(try ByteRange.parse(range.text) == range)
        let bytes = try range.resolve(in: 1000)
        precondition(!bytes.isEmpty && bytes.upperBound <= 1000)
    }
    accept { require(try ContinuationToken(ContinuationToken(text).text) == ContinuationToken(text)) }
    accept { _ = try TagSet(query: text) }
    accept { _ = try CopyRules.source(text) }
    accept {
        if let decoded = PercentEncoding.decode(text) { precondition(PercentEncoding.decode(PercentEncoding.encode(decoded)) == decoded) }
    }
    for algorithm in ChecksumAlgorithm.allCases {
        accept { require(try Checksum(algorithm, text: Checksum(algorithm, text: text).text) == Checksum(algorithm, text: text)) }
    }
    return 0
}

private func accept(_ body: () throws -> Void) {
    do {
        try body()
    } catch {
        precondition(error is ObjectStoreError, "another error than one of S3's: \(error)")
        precondition(!"\(error)".isEmpty)
    }
}

/// A precondition whose condition may throw before it is known.
private func require(_ condition: Bool, line: UInt = #line) {
    precondition(condition, "what was read does not read again", line: line)
}
