import OpenSSL
import SystemPackage

/// Extended attributes and the targets of links.
extension EntryExaminer {
    /// What Linux allows for the names of one entry (`XATTR_LIST_MAX`) and for one value (`XATTR_SIZE_MAX`).
    private static var maximumListByteCount: Int { 65_536 }
    /// Room to begin with, for a list and for a value.
    private static var usualListByteCount: Int { 256 }
    /// `PATH_MAX`: no link can be longer.
    private static var maximumLinkByteCount: Int { 4096 }

    /// - Parameter status: of the entry, for its change time.
    mutating func readAttributes(_ entry: EntryHandle, _ mode: ExaminationMode, _ status: EntryStatus, _ result: inout ExaminedEntry) {
        if case .metadata(let expected?) = mode, expected == status.changeTime { return }
        // The system allocates as much as it is given room for, with every call: little is enough for nearly all entries.
        var list = unsafe UnsafeMutableRawBufferPointer(rebasing: reader.scratch[..<Self.usualListByteCount])
        var count = unsafe calls.listAttributes(entry, list)
        if count == -Int(Errno.outOfRange.rawValue) {
            unsafe list = UnsafeMutableRawBufferPointer(rebasing: reader.scratch[..<Self.maximumListByteCount])
            count = unsafe calls.listAttributes(entry, list)
        }
        if count == 0 || count == -Int(Errno.notSupportedOnSocket.rawValue) {
            result.hasAttributes = true
            return
        }
        if count < 0 {
            result.entry.unreadable = Errno(rawValue: CInt(-count))
            return
        }
        do throws(Errno) {
            result.entry.attributes = try unsafe hashAttributes(
                entry, UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(list)[..<count])
            ).get()
            result.hasAttributes = true
        } catch {
            result.entry.unreadable = error
        }
    }

    /// SHA-256 over all attributes in the order of their names: of each its length in four bytes and its name, then the same of its value.
    private func hashAttributes(_ entry: EntryHandle, _ list: UnsafeRawBufferPointer) -> Result<TreeHash?, Errno> {
        let names = unsafe list.split(separator: 0).map { unsafe Array($0) + [0] }.sorted { $0.lexicographicallyPrecedes($1) }
        var isEmpty = true
        do throws(OpenSSLError) {
            var digest = try Digest(.sha256)
            for name in names {
                let value: [UInt8]?
                do throws(Errno) { value = try unsafe self.value(of: name, entry) } catch { return .failure(error) }
                guard let value else { continue }
                // One after the other: all of them together may be gigabytes.
                for part in [Array(name.dropLast()), value] { try digest.update(part.withLength.bytes) }
                isEmpty = false
            }
            return .success(isEmpty ? nil : TreeHash(try digest.finalize()))
        } catch {
            return .failure(.ioError)
        }
    }

    /// - Returns: nil if it is gone since the names were read.
    private func value(of name: [UInt8], _ entry: EntryHandle) throws(Errno) -> [UInt8]? {
        let (value, count) = unsafe value(of: name, entry, room: Self.usualListByteCount)
        if count >= 0 { return value }
        if count != -Int(Errno.outOfRange.rawValue) { return try nilIfGone(count) }
        let (longValue, longCount) = unsafe self.value(of: name, entry, room: Self.maximumListByteCount)
        return longCount >= 0 ? longValue : try nilIfGone(longCount)
    }

    private func nilIfGone(_ result: Int) throws(Errno) -> [UInt8]? {
        let errno = Errno(rawValue: CInt(-result))
        if errno == .noData { return nil }
        throw errno
    }

    private func value(of name: [UInt8], _ entry: EntryHandle, room: Int) -> ([UInt8], Int) {
        var count = 0
        let value = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, initializedCount in
            unsafe name.withUnsafeBytes { name in
                guard let base = name.baseAddress else { return }
                count = unsafe calls.attribute(entry, base.assumingMemoryBound(to: CChar.self), UnsafeMutableRawBufferPointer(buffer))
            }
            initializedCount = max(0, count)
        }
        return (value, count)
    }

    func readLink(_ name: UnsafePointer<CChar>, _ parent: FolderHandle, _ result: inout ExaminedEntry) {
        var count = 0
        let target = unsafe [UInt8](unsafeUninitializedCapacity: Self.maximumLinkByteCount) { buffer, initializedCount in
            count = unsafe calls.readLink(parent.descriptor, name, UnsafeMutableRawBufferPointer(buffer))
            initializedCount = max(0, count)
        }
        if count < 0 {
            result.entry.unreadable = Errno(rawValue: CInt(-count))
        } else if count == Self.maximumLinkByteCount {
            // There may be more of it.
            result.entry.unreadable = .fileNameTooLong
        } else {
            // A copy, because the array has room for the longest target.
            result.entry.linkTarget = Array(target[...])
        }
    }
}

extension [UInt8] {
    /// With its length in four bytes in front.
    fileprivate var withLength: [UInt8] {
        let count = UInt32(count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + self
    }
}
