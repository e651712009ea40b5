internal import CIntegrityShims
import OpenSSL
import SystemPackage

/// Looks at entries that a walk came to, one after the other, and reads their contents. Each worker thread has one of its own, with its
/// buffer and its contexts; nothing but the path is allocated for an ordinary file, and that was done by the walk.
struct EntryExaminer<Calls: TreeCalls>: ~Copyable {
    /// How often a file is read that is written to meanwhile.
    static var maximumAttemptCount: Int { 3 }

    let calls: Calls
    let options: ExaminationOptions
    let crew: Crew?
    var reader: LeafReader<Calls>
    var names: NameBuffer

    /// - Parameters:
    ///   - crew: who helps with large files; nil to do them alone.
    /// - Throws: `unsupported` if the installed libcrypto has no SHA-256.
    init(_ options: ExaminationOptions, _ calls: Calls, crew: Crew? = nil) throws(IntegrityError) {
        self.calls = calls
        self.options = options
        self.crew = crew
        reader = try LeafReader(calls)
        names = NameBuffer()
    }

    /// Looks at an entry. What is wrong with the entry is said in the result.
    /// - Throws: what makes it senseless to go on: `cancelled`, `unwritable` for the spool, what the expected leaves throw.
    mutating func examine(_ walked: WalkedEntry, _ mode: ExaminationMode) throws(IntegrityError) -> ExaminedEntry {
        var result = ExaminedEntry(entry: ManifestEntry(path: EntryPath(trusted: walked.path), type: walked.type))
        result.entry.unreadable = walked.errno
        guard let parent = walked.parent else { return result }
        if let folder = walked.folder {
            take(folder.status, &result)
            unsafe readAttributes(unsafe .open(folder.descriptor), mode, folder.status, &result)
            return result
        }
        guard let name = unsafe names.set(walked) else {
            result.entry.unreadable = .fileNameTooLong
            return result
        }
        guard case .content(let expectation) = mode else {
            unsafe examineUnopened(name, parent, mode, &result)
            return result
        }
        // What the folder said may be wrong, or true no longer: whatever is a file in the end is read, or said to be unreadable.
        for _ in 0..<2 {
            if result.entry.type == .file, try unsafe examineFile(name, parent, expectation, mode, &result) { return result }
            unsafe examineUnopened(name, parent, mode, &result)
            if result.entry.type != .file || result.isGone || result.entry.unreadable != nil { return result }
        }
        result.entry.unreadable = .resourceBusy
        return result
    }

    /// What is never opened: links, pipes, sockets, devices, and what cannot be.
    private mutating func examineUnopened(
        _ name: UnsafePointer<CChar>, _ parent: FolderHandle, _ mode: ExaminationMode, _ result: inout ExaminedEntry
    ) {
        var status = EntryStatus()
        let code = unsafe calls.status(parent.descriptor, name, &status)
        if code != 0 {
            result.isGone = code == -Errno.noSuchFileOrDirectory.rawValue
            result.entry.unreadable = Errno(rawValue: -code)
            return
        }
        take(status, &result)
        if result.entry.type == .symbolicLink { unsafe readLink(name, parent, &result) }
        unsafe readAttributes(unsafe .named(folder: parent.descriptor, name: name), mode, status, &result)
    }

    /// - Returns: false if there is no file to be opened; then `result` says why, if it is one.
    private mutating func examineFile(
        _ name: UnsafePointer<CChar>, _ parent: FolderHandle, _ expectation: ContentExpectation?, _ mode: ExaminationMode,
        _ result: inout ExaminedEntry
    ) throws(IntegrityError) -> Bool {
        let opened = unsafe calls.openFile(parent.descriptor, name)
        if opened < 0 {
            let errno = Errno(rawValue: -opened)
            // A link or a socket now, which is no error.
            if errno != .tooManySymbolicLinkLevels && errno != .noSuchAddressOrDevice { result.entry.unreadable = errno }
            return false
        }
        let file = OpenedFile(opened)
        var status = EntryStatus()
        let code = calls.status(file.descriptor, &status)
        if code != 0 {
            result.entry.unreadable = Errno(rawValue: -code)
            return true
        }
        if status.type != .file { return false }
        unsafe readAttributes(unsafe .open(file.descriptor), mode, status, &result)
        let content = try read(file.descriptor, &status, expectation)
        take(status, &result)
        result.entry.byteCount = content.byteCount
        result.entry.root = content.root
        result.entry.digests = content.digests
        if let errno = content.errno { result.entry.unreadable = errno }
        result.content = content
        return true
    }

    private func take(_ status: EntryStatus, _ result: inout ExaminedEntry) {
        guard let type = status.type else { return }
        result.entry.type = type
        result.entry.metadata = status.metadata
        result.entry.identity = status.identity
        switch type {
        case .file: result.entry.byteCount = status.byte_count
        case .characterDevice, .blockDevice: result.entry.deviceNumber = status.device_number
        case .folder, .symbolicLink, .pipe, .socket: break
        }
    }
}
