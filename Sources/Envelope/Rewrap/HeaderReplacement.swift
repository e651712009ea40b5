import AgeFormat
import KeyStore
import SystemPackage

/// One header in the place of another: made, proven, and not yet written.
struct HeaderReplacement: Sendable {
    let held: HeldFile
    let old: [UInt8]
    let new: [UInt8]

    /// Whether the new header can be written over the old one.
    var fits: Bool { old.count == new.count && held.isWritable }

    /// Makes the header of these stanzas, of the size of the old one where padding can make it so.
    ///
    /// - Throws: `invalidRecipients` when a header cannot have the stanzas; `keyService`.
    init(of held: HeldFile, _ header: AgeHeader, by unlocked: borrowing UnlockedHeader, stanzas: [Stanza]) throws(EnvelopeError) {
        let name = held.file.path.string
        let padded = try Self.padded(stanzas, header, fileByteCount: held.status.byteCount)
        let bytes = try AgeHeader.encoded(padded, authenticatedBy: unlocked.fileKey)
        try Self.prove(bytes, padded, unlocked, name: name)
        self.held = held
        old = AgeHeader.encoded(authenticated: header.authenticatedBytes, mac: header.mac)
        new = bytes
    }

    private static func padded(_ stanzas: [Stanza], _ header: AgeHeader, fileByteCount: UInt64) throws(EnvelopeError) -> [Stanza] {
        let gap = try header.byteCount - AgeHeader.byteCount(of: stanzas)
        if gap == 0 { return stanzas }
        let canFill = (HeaderPadding.minimumByteCount...HeaderPadding.maximumByteCount).contains(gap)
        if canFill, !stanzas.contains(where: { $0.type == ScryptStanza.type }) {
            return stanzas + [try HeaderPadding.stanza(byteCount: gap)]
        }
        return try HeaderPadding.Policy.forFile(plaintextByteCount: fileByteCount).padded(stanzas)
    }

    /// Reads a new header as everybody will: what cannot be read back is not written.
    private static func prove(
        _ bytes: [UInt8], _ stanzas: [Stanza], _ unlocked: borrowing UnlockedHeader, name: String
    ) throws(EnvelopeError) {
        let header: AgeHeader?
        do throws(AgeFormatError) {
            header = try unsafe AgeHeader.parse(bytes.span.bytes)
        } catch {
            throw EnvelopeError(error, file: name)
        }
        guard let header, header.stanzas == stanzas, header.byteCount == bytes.count else {
            throw EnvelopeError(.invalidRecipients, "\(name): the new header does not read back as it was written; the old one was kept")
        }
        try unlocked.fileKey.requireMAC(of: header, name: name)
    }

    // MARK: In its place

    /// Writes the new header over the old one, and waits until it is on the disk.
    ///
    /// - Throws: `inputChanged` and nothing was done; `InPlaceFailure.isTorn` when the journal has to finish it.
    func writeInPlace() throws(InPlaceFailure) {
        do throws(EnvelopeError) {
            try held.requireUnchanged(old)
        } catch {
            throw InPlaceFailure(error: error, isTorn: false)
        }
        do throws(Errno) {
            try held.calls.writeBytes(new, to: held.descriptor, at: 0)
            try held.calls.synchronizeData(held.descriptor)
        } catch {
            throw undone(after: error)
        }
    }

    /// Puts the old header back after a failure.
    private func undone(after error: Errno) -> InPlaceFailure {
        let cause = EnvelopeError.writing(held.file.path.string, error)
        do throws(Errno) {
            try held.calls.writeBytes(old, to: held.descriptor, at: 0)
            try held.calls.synchronizeData(held.descriptor)
            return InPlaceFailure(error: cause, isTorn: false)
        } catch {
            let torn = EnvelopeError(
                cause.code, "\(cause.message). Its header may be half written: the journal in its folder has the whole one, run it again",
                errno: cause.errno)
            return InPlaceFailure(error: torn, isTorn: true)
        }
    }
}

struct InPlaceFailure: Error {
    let error: EnvelopeError
    /// Whether the file may have neither the old nor the new header now.
    let isTorn: Bool
}
