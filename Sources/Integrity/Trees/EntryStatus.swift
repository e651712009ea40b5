internal import CIntegrityShims
import SystemPackage

/// What tells one entry of the running system from every other one.
struct FileID: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64

    /// Of an open file; empty when the system does not say.
    static func of(descriptor: FileDescriptor) -> [FileID] {
        var status = EntryStatus()
        return SystemTreeCalls().status(descriptor.rawValue, &status) == 0 ? [status.id] : []
    }
}

extension coffer_entry_status {
    var id: FileID { FileID(device: device, inode: inode) }

    /// nil for what Linux does not have.
    var type: EntryType? { EntryType(mode: mode) }

    var metadata: EntryMetadata {
        EntryMetadata(
            permissions: UInt16(truncatingIfNeeded: mode & 0o7777), user: user, group: group,
            modificationTime: EntryTime(seconds: modified_seconds, nanoseconds: modified_nanoseconds))
    }

    var changeTime: EntryTime { EntryTime(seconds: changed_seconds, nanoseconds: changed_nanoseconds) }

    var identity: EntryIdentity {
        EntryIdentity(changeTime: changeTime, device: device, inode: inode, linkCount: link_count)
    }

    var hasHoles: Bool { allocated_byte_count < byte_count }

    /// Whether nobody wrote to the file between this and a later look at it.
    func isUntouched(_ later: Self) -> Bool {
        byte_count == later.byte_count && modified_seconds == later.modified_seconds && changed_seconds == later.changed_seconds
            && modified_nanoseconds == later.modified_nanoseconds && changed_nanoseconds == later.changed_nanoseconds
            && inode == later.inode && device == later.device
    }
}

extension EntryType {
    /// From the bits of `st_mode` that say it (`S_IFMT`).
    init?(mode: UInt32) { self.init(folderRecordType: UInt8(truncatingIfNeeded: (mode & 0o170000) >> 12)) }

    /// From `d_type` of a folder's record, which has the same values; nil where the file system does not say.
    init?(folderRecordType: UInt8) {
        switch folderRecordType {
        case 1: self = .pipe
        case 2: self = .characterDevice
        case 4: self = .folder
        case 6: self = .blockDevice
        case 8: self = .file
        case 10: self = .symbolicLink
        case 12: self = .socket
        default: return nil
        }
    }
}
