public import SystemPackage

/// What a machine tells of itself; injected, so that tests can be any machine.
public protocol MachineSource: Sendable {
    /// The effective user of this process.
    var userID: UInt32 { get }
    /// The text of a file that the kernel makes up, without the line end that closes it.
    func text(of path: String) throws(Errno) -> String
    /// The names of all entries of a folder.
    func names(in folder: String) throws(Errno) -> [String]
    func status(of path: String, followingLinks: Bool) throws(Errno) -> FileStatus
    /// The absolute path without symbolic links.
    func resolved(_ path: String) throws(Errno) -> String
    /// The size that core dumps of this process may have, in bytes; `UInt64.max` without a limit.
    func coreDumpLimit() throws(Errno) -> UInt64
    /// Whether something keeps the clock right.
    func isClockSynchronized() throws(Errno) -> Bool
}

/// What the kernel says of a file.
public struct FileStatus: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case file, folder, link, blockDevice, other
    }

    public var kind: Kind
    /// The permission bits, 0o0000 to 0o7777.
    public var permissions: UInt32
    public var owner: UInt32
    /// The device that it lies on.
    public var device: DeviceNumber
    /// The device that it is, of a device file.
    public var specialDevice: DeviceNumber
    /// Seconds since 1970.
    public var modified: Int64
    /// The file system itself encrypts it.
    public var isEncrypted: Bool

    public init(
        kind: Kind, permissions: UInt32, owner: UInt32, device: DeviceNumber = DeviceNumber(major: 0, minor: 0),
        specialDevice: DeviceNumber = DeviceNumber(major: 0, minor: 0), modified: Int64 = 0, isEncrypted: Bool = false
    ) {
        self.kind = kind
        self.permissions = permissions
        self.owner = owner
        self.device = device
        self.specialDevice = specialDevice
        self.modified = modified
        self.isEncrypted = isEncrypted
    }

    /// Whether anybody but the owner has any permission.
    var isOpenToOthers: Bool { permissions & 0o077 != 0 }
    /// As `chmod` takes them.
    var permissionText: String { String(permissions, radix: 8) }
}

/// How the kernel names a device.
public struct DeviceNumber: Sendable, Hashable, CustomStringConvertible {
    public let major: UInt32
    public let minor: UInt32

    public init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    /// `8:3`
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
        self.init(major: major, minor: minor)
    }

    public var description: String { "\(major):\(minor)" }
}
