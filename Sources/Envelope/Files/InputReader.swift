import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads from an open input, for several threads. Valid as long as the `OpenInput` that it came from.
struct InputReader: ByteSource {
    let name: String
    private let descriptor: FileDescriptor
    private let calls: any FileCalls
    private let monitor: WorkMonitor

    init(_ descriptor: FileDescriptor, name: String, calls: any FileCalls, monitor: WorkMonitor) {
        self.descriptor = descriptor
        self.name = name
        self.calls = calls
        self.monitor = monitor
    }

    func read(into buffers: UnsafeBufferPointer<iovec>) throws(EnvelopeError) -> Int {
        try again { () throws(Errno) in try unsafe calls.read(descriptor, into: buffers) }
    }

    /// As `read(into:)`, from a place in a regular file.
    func read(into buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(EnvelopeError) -> Int {
        try again { () throws(Errno) in try unsafe calls.read(descriptor, into: buffers, at: offset) }
    }

    /// Until the call is not interrupted.
    private func again(_ call: () throws(Errno) -> Int) throws(EnvelopeError) -> Int {
        while true {
            do throws(Errno) {
                return try call()
            } catch {
                try monitor.check()
                if error == .wouldBlock {
                    calls.waitUntilReady(descriptor, toWrite: false)
                } else if error != .interrupted {
                    throw .reading(name, error)
                }
            }
        }
    }
}
