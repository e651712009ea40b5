import AgeFormat

/// The front of a sealed file, as it was read.
struct ReceivedHeader {
    /// Bytes that are asked for at once. The header of a file with a few recipients is in the first of them.
    private static let blockByteCount = 4096

    let header: AgeHeader
    let nonce: [UInt8]
    /// What was read beyond them: the first bytes of the first chunk.
    let beginning: ArraySlice<UInt8>
    /// Where what follows `beginning` comes from.
    let rest: any ByteSource
    /// Whether the file is in text form.
    let isArmored: Bool

    /// Bytes in front of the first chunk, in binary form.
    var byteCount: Int { header.byteCount + nonce.count }

    /// Reads header and nonce, and hardly more.
    /// - Throws: `notASealedFile`, `unsupportedFormat`, `damagedHeader`, `truncated`.
    init(from input: InputReader, _ monitor: WorkMonitor) throws(EnvelopeError) {
        var bytes: [UInt8] = []
        isArmored = try Self.readPrefix(from: input, to: &bytes, monitor)
        if isArmored {
            rest = ArmoredSource(input, beginning: bytes)
            bytes = []
        } else {
            rest = input
        }
        var parser = AgeHeaderParser()
        while true {
            try monitor.check()
            if let found = try Self.parse(bytes, &parser, input.name), bytes.count >= found.byteCount + PayloadLayout.nonceByteCount {
                let end = found.byteCount + PayloadLayout.nonceByteCount
                header = found
                nonce = Array(bytes[found.byteCount..<end])
                beginning = bytes[end...]
                return
            }
            let block = try rest.readBlock(atMost: Self.blockByteCount)
            guard !block.isEmpty else { throw Self.endOfInput(bytes, &parser, input.name) }
            bytes += block
        }
    }

    /// Reads until it is known whether the file is in text form.
    private static func readPrefix(
        from input: InputReader, to bytes: inout [UInt8], _ monitor: WorkMonitor
    ) throws(EnvelopeError) -> Bool {
        while true {
            try monitor.check()
            let block = try input.readBlock(atMost: blockByteCount)
            bytes += block
            let isArmored = unsafe ArmorDecoder.isArmored(bytes.span.bytes)
            if let isArmored { return isArmored }
            if block.isEmpty { return false }
        }
    }

    private static func parse(_ bytes: [UInt8], _ parser: inout AgeHeaderParser, _ name: String) throws(EnvelopeError) -> AgeHeader? {
        do throws(AgeFormatError) {
            return try unsafe parser.parse(bytes.span.bytes)
        } catch {
            throw EnvelopeError(error, file: name)
        }
    }

    private static func endOfInput(_ bytes: [UInt8], _ parser: inout AgeHeaderParser, _ name: String) -> EnvelopeError {
        do throws(EnvelopeError) {
            guard try parse(bytes, &parser, name) == nil else {
                return EnvelopeError(.truncated, "\(name): is cut off: it ends before its payload")
            }
            return EnvelopeError(parser.endOfInput(), file: name)
        } catch {
            return error
        }
    }
}
