/// Seals files for recipients, as age v1 files.
///
///     let writer = SealedFileWriter(recipients: [KMSKeyRecipient(keyID: "alias/backups", service: keys)])
///     try await writer.seal(.file("photos.tar"), to: .file("photos.tar.age", overwrite: false))
///
/// Memory is bounded whatever the size of the file. Reading, sealing and writing block the thread that runs the calling task.
public struct SealedFileWriter: Sendable {
    private let recipients: [any Recipient]
    private let isArmored: Bool
    private var monitor: WorkMonitor
    private let calls: any FileCalls

    /// - Parameters:
    ///   - recipients: one or more; each of them alone can open the files. The first key service among them makes the file keys.
    ///   - armored: whether to write age's text form, which is a third larger and cannot be read from the middle.
    public init(recipients: [any Recipient], armored: Bool = false, monitor: WorkMonitor = WorkMonitor()) {
        self.init(recipients: recipients, armored: armored, monitor: monitor, calls: SystemFileCalls())
    }

    package init(recipients: [any Recipient], armored: Bool = false, monitor: WorkMonitor = WorkMonitor(), calls: any FileCalls) {
        self.recipients = recipients
        isArmored = armored
        self.monitor = monitor
        self.calls = calls
    }

    /// The same, watched by another monitor.
    public func watched(by monitor: WorkMonitor) -> SealedFileWriter {
        var copy = self
        copy.monitor = monitor
        return copy
    }

    /// Seals one input into one output.
    ///
    /// A regular file is sealed as long as it is when it is opened; what others append meanwhile is left out.
    ///
    /// The output gets the access bits and the time of modification of an input that is a regular file.
    /// - Throws: see `EnvelopeError.Code`; an output file is then as it was before.
    @discardableResult
    public func seal(_ input: FileInput, to output: FileOutput) async throws(EnvelopeError) -> SealedFileSummary {
        let source = try OpenInput(input, calls: calls)
        var target = try OpenOutput.open(output, otherThan: source.status, calls: calls)
        if isArmored { target.armor = ArmorWriter() }
        let header = try await NewHeader.make(for: recipients, padding: .forFile(plaintextByteCount: source.expectedByteCount))
        let front = header.bytes
        try target.write(front, monitor)
        let pipeline = PayloadPipeline(PayloadSealer(header.takeCipher()), monitor)
        let sealedByteCount = try Self.run(pipeline, from: source, monitor, to: target, at: UInt64(front.count))
        let attributes = try source.attributesAtTheEnd()
        try target.commit(byteCount: UInt64(front.count) + sealedByteCount, attributes, monitor)
        // And what changed until the output got its last time of change, which whoever compares the two goes by as well. The output is whole by
        // now: that the input cannot be looked at any more does not undo it.
        if let time = (try? source.attributesAtTheEnd())?.modificationTime, time != attributes.modificationTime {
            try target.setModificationTime(time)
        }
        return SealedFileSummary(headerByteCount: front.count, sealedByteCount: sealedByteCount)
    }

    private static func run(
        _ pipeline: borrowing PayloadPipeline<PayloadSealer>, from source: borrowing OpenInput, _ monitor: WorkMonitor,
        to target: borrowing OpenOutput, at start: UInt64
    ) throws(EnvelopeError) -> UInt64 {
        let reader = source.reader(monitor)
        guard let byteCount = source.byteCount else {
            return try pipeline.run(from: StreamSource(reader), to: target, at: start)
        }
        let chunks = FileSource(reader, start: 0, byteCount: byteCount, chunkByteCount: PayloadSealer.inputByteCount)
        return try pipeline.run(from: chunks, to: target, at: start)
    }
}
