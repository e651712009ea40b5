/// The mounts of this process, as `/proc/self/mountinfo` has them (proc_pid_mountinfo(5)).
struct MountTable: Sendable, Equatable {
    struct Mount: Sendable, Equatable {
        let device: DeviceNumber
        let point: String
        let fileSystem: String
        /// A device, or what the file system calls its origin.
        let source: String
    }

    static let path = "/proc/self/mountinfo"

    let mounts: [Mount]

    /// Lines that are none of a mount table are passed over.
    init(_ text: String) { mounts = text.split(separator: "\n").compactMap { Self.mount($0.split(separator: " ")) } }

    /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`
    private static func mount(_ fields: [Substring]) -> Mount? {
        guard fields.count >= 10, let device = DeviceNumber(fields[2]), let separator = fields[6...].firstIndex(of: "-"),
            separator + 2 < fields.count
        else { return nil }
        return Mount(
            device: device, point: unescaped(fields[4]), fileSystem: String(fields[separator + 1]),
            source: unescaped(fields[separator + 2]))
    }

    /// The kernel writes space, tab, line feed and backslash as `\040` and so on.
    private static func unescaped(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The mount that a path lies on: of those above it the lowest, and of several at one place the last, which hides the others.
    /// - Parameter path: absolute, without symbolic links.
    func mount(of path: String) -> Mount? {
        var found: Mount?
        for mount in mounts where Self.isBelow(path, mount.point) {
            if mount.point.utf8.count >= found?.point.utf8.count ?? 0 { found = mount }
        }
        return found
    }

    private static func isBelow(_ path: String, _ point: String) -> Bool {
        point == "/" || path == point || path.hasPrefix(point + "/")
    }
}
