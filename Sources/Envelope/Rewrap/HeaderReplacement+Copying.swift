import AgeFormat
import SystemPackage

extension HeaderReplacement {
    /// The unit of sharing blocks. Where a file system has larger ones, it says so, and the bytes are copied.
    private static let blockByteCount: UInt64 = 4096
    /// Bytes that are copied between two looks at whether to give up.
    private static let pieceByteCount = 16 * 1024 * 1024
    private static let bufferByteCount = 1024 * 1024

    /// Makes a new file of the new header and the same payload, and puts it in the place of the old one.
    ///
    /// - Returns: `.reflinked` or `.copied`.
    /// - Throws: `inputChanged`, `outputFailed` and the like: the old file is then as it was; `outputNotDurable`.
    func writeCopy(_ monitor: WorkMonitor) throws(EnvelopeError) -> RewrapOutcome.Method {
        let (file, calls) = (held.file, held.calls)
        var output = try AtomicOutputFile(named: file.name, in: file.folder, path: file.path, overwrite: true, calls: calls)
        let method = try fill(output.descriptor, monitor)
        try held.requireUnchanged(old)
        // The time of modification is now, as with a header that is replaced in place: backups have to notice.
        var attributes = FileAttributes(replacing: held.status)
        attributes.modificationTime = nil
        try output.commit(attributes)
        return method
    }

    private func fill(_ target: FileDescriptor, _ monitor: WorkMonitor) throws(EnvelopeError) -> RewrapOutcome.Method {
        let nonceByteCount = PayloadLayout.nonceByteCount
        let from = UInt64(old.count + nonceByteCount)
        let to = UInt64(new.count + nonceByteCount)
        do throws(Errno) {
            let nonce = try held.calls.readBytes(nonceByteCount, of: held.descriptor, at: UInt64(old.count))
            try held.calls.writeBytes(new + nonce, to: target, at: 0)
            if from.isMultiple(of: Self.blockByteCount), to.isMultiple(of: Self.blockByteCount), try share(from, target, to) {
                return .reflinked
            }
        } catch {
            throw .writing(held.file.path.string, error)
        }
        try copyChunks(from: from, to: target, at: to, monitor)
        return .copied
    }

    /// False where the file system cannot.
    private func share(_ from: UInt64, _ target: FileDescriptor, _ to: UInt64) throws(Errno) -> Bool {
        do throws(Errno) {
            try held.calls.clone(held.descriptor, from: from, to: target, at: to)
            return true
        } catch .notSupported {
            return false
        }
    }

    private func copyChunks(
        from: UInt64, to target: FileDescriptor, at position: UInt64, _ monitor: WorkMonitor
    ) throws(EnvelopeError) {
        let total = held.status.byteCount - min(from, held.status.byteCount)
        var isCopiedBySystem = true
        var done: UInt64 = 0
        while done < total {
            try monitor.check()
            do throws(Errno) {
                let count = Int(min(total - done, UInt64(Self.pieceByteCount)))
                let copied = try copyPiece(count, from + done, target, position + done, bySystem: &isCopiedBySystem)
                // Shorter than it was: requireUnchanged says so later, but the loop has to end.
                guard copied > 0 else { throw .staleNFSFileHandle }
                done += UInt64(copied)
            } catch {
                throw .writing(held.file.path.string, error)
            }
            monitor.didAdvance(done)
        }
    }

    private func copyPiece(
        _ count: Int, _ from: UInt64, _ target: FileDescriptor, _ to: UInt64, bySystem isCopiedBySystem: inout Bool
    ) throws(Errno) -> Int {
        if isCopiedBySystem {
            do throws(Errno) {
                let outcome = SystemFileCalls.repeating { () throws(Errno) in
                    try held.calls.copy(held.descriptor, from: from, to: target, at: to, byteCount: count)
                }
                let copied = try outcome.get()
                // Some file systems say 0 where they mean that they cannot.
                if copied > 0 { return copied }
            } catch {
                guard error == .notSupported else { throw error }
            }
            isCopiedBySystem = false
        }
        let bytes = try held.calls.readBytes(min(count, Self.bufferByteCount), of: held.descriptor, at: from)
        try held.calls.writeBytes(bytes, to: target, at: to)
        return bytes.count
    }
}
