import SystemPackage

/// An open file: our own, which is closed with the end of this value, or the caller's.
struct OpenDescriptor: ~Copyable, Sendable {
    let descriptor: FileDescriptor
    /// Whether it was opened here, and so is closed here.
    let isOwn: Bool
    private let calls: any FileCalls

    /// Opens a path.
    init(_ path: FilePath, _ flags: CInt, calls: any FileCalls) throws(Errno) {
        descriptor = try calls.open(path, flags)
        isOwn = true
        self.calls = calls
    }

    init(owning descriptor: FileDescriptor, calls: any FileCalls) {
        self.descriptor = descriptor
        isOwn = true
        self.calls = calls
    }

    init(borrowing descriptor: FileDescriptor, calls: any FileCalls) {
        self.descriptor = descriptor
        isOwn = false
        self.calls = calls
    }

    deinit {
        if isOwn { calls.close(descriptor) }
    }
}
