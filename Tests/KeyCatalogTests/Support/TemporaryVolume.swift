import Foundation

/// A small file system of its own, to be filled up or made read-only. Only root can mount one.
final class TemporaryVolume {
    static let isAvailable = getuid() == 0 && (try? TemporaryVolume(kilobytes: 64)) != nil

    let folder: TemporaryFolder

    init(kilobytes: Int) throws {
        folder = try TemporaryFolder()
        try Command.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", folder.url.path)
    }

    deinit {
        do { try Command.run("/bin/umount", folder.url.path) } catch { print("cannot unmount \(folder.url.path): \(error)") }
    }

    func makeReadOnly() throws { try Command.run("/bin/mount", "-o", "remount,ro", folder.url.path) }

    /// Takes all free space but the given number of bytes, as another program's file would.
    func fill(leaving rest: Int) throws {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: folder.url.path)
        let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        try Data(repeating: 0x20, count: max(0, free - rest)).write(to: filler)
    }

    func freeSpace() throws { try FileManager.default.removeItem(at: filler) }

    private var filler: URL { folder.url.appendingPathComponent("filler") }
}
