import CPostureShims
import Envelope
public import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The machine that this process runs on.
public struct LocalMachine: MachineSource {
    /// No file of the kernel that is read here is longer.
    private static let maximumTextByteCount = 4 << 20
    /// More entries in a folder are not read.
    private static let maximumNameCount = 1 << 20

    private let calls = SystemFileCalls()

    public init() {}

    public var userID: UInt32 { geteuid() }

    public func text(of path: String) throws(Errno) -> String {
        let file = try calls.open(FilePath(path), O_RDONLY)
        defer { close(file.rawValue) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < Self.maximumTextByteCount {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(file.rawValue, $0.baseAddress, $0.count) }
            guard count != 0 else { break }
            guard count > 0 else {
                guard errno == EINTR else { throw Errno(rawValue: errno) }
                continue
            }
            bytes += buffer[..<count]
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    public func names(in folder: String) throws(Errno) -> [String] {
        let descriptor = try calls.open(FilePath(folder), O_RDONLY | O_DIRECTORY)
        defer { close(descriptor.rawValue) }
        guard let names = try calls.names(in: descriptor, atMost: Self.maximumNameCount) else { throw .fileTooLarge }
        return names.map(\.string)
    }

    public func status(of path: String, followingLinks: Bool) throws(Errno) -> FileStatus {
        var status = coffer_posture_status()
        try check(unsafe coffer_posture_read_status(path, followingLinks, &status))
        return FileStatus(
            kind: Self.kind(status.mode), permissions: status.mode & 0o7777, owner: status.owner,
            device: DeviceNumber(major: status.device_major, minor: status.device_minor),
            specialDevice: DeviceNumber(major: status.special_major, minor: status.special_minor),
            modified: status.modified, isEncrypted: status.is_encrypted)
    }

    private static func kind(_ mode: UInt32) -> FileStatus.Kind {
        switch mode_t(truncatingIfNeeded: mode) & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .link
        case S_IFBLK: .blockDevice
        default: .other
        }
    }

    public func resolved(_ path: String) throws(Errno) -> String {
        guard let resolved = unsafe realpath(path, nil) else { throw Errno(rawValue: errno) }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    public func coreDumpLimit() throws(Errno) -> UInt64 {
        var limit: UInt64 = 0
        try check(unsafe coffer_posture_core_limit(&limit))
        return limit
    }

    public func isClockSynchronized() throws(Errno) -> Bool {
        var isSynchronized = false
        try check(unsafe coffer_posture_clock_is_synchronized(&isSynchronized))
        return isSynchronized
    }

    private func check(_ result: CInt) throws(Errno) {
        guard result == 0 else { throw Errno(rawValue: result) }
    }
}
