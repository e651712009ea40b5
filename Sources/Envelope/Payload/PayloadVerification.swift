import AgeFormat
package import KeyStore
package import SystemPackage

/// Authenticates each chunk of a payload in a regular file, on all cores, and keeps nothing of it.
package struct PayloadVerification: Sendable {
    /// Stands for the file in errors.
    let name: String
    let calls: any FileCalls
    let monitor: WorkMonitor

    package init(name: String, calls: any FileCalls, monitor: WorkMonitor) {
        self.name = name
        self.calls = calls
        self.monitor = monitor
    }

    /// - Parameters:
    ///   - start: where in the file the first chunk is.
    ///   - sealedByteCount: of all chunks; the last one must say that it is the last.
    /// - Returns: the bytes of the plaintext.
    /// - Throws: `truncated`, `damagedPayload`, `trailingData`, `inputChanged`, `inputUnreadable`, `cancelled`.
    package func run(
        _ descriptor: FileDescriptor, start: UInt64, sealedByteCount: UInt64, cipher: consuming PayloadCipher
    ) throws(EnvelopeError) -> UInt64 {
        let chunks = FileSource(
            InputReader(descriptor, name: name, calls: calls, monitor: monitor), start: start, byteCount: sealedByteCount,
            chunkByteCount: PayloadLayout.sealedChunkByteCount)
        return try PayloadPipeline(PayloadOpener(cipher, name: name), monitor)
            .run(from: chunks, to: OpenOutput(discardingWith: calls))
    }
}
