import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Wakes a thread that waits for a person to type.
final class Alarm: Sendable {
    private let reader: FileDescriptor
    private let writer: FileDescriptor

    init() throws {
        (reader, writer) = try FileDescriptor.pipe()
    }

    deinit {
        close(reader.rawValue)
        close(writer.rawValue)
    }

    func ring() {
        // One byte always has room in a pipe that is written to once.
        _ = write(writer.rawValue, [1], 1)
    }

    /// Waits until there is something to read.
    /// - Returns: false when the alarm rang instead.
    func waitForInput(on descriptor: FileDescriptor) throws(Errno) -> Bool {
        var waiting = [
            pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0),
            pollfd(fd: reader.rawValue, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&waiting, nfds_t(waiting.count), -1) < 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
        return waiting[1].revents == 0
    }
}
