import Foundation

/// A small file system of its own, to be filled up or made read-only. Only root can mount one.
final class Volume {
    static let isAvailable = getuid() == 0 && (try? Volume(kilobytes: 64)) != nil

    let folder: URL

    init(kilobytes: Int) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-volume-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", folder.path)
    }

    deinit {
        do {
            try Self.run("/bin/umount", "-l", folder.path)
            try FileManager.default.removeItem(at: folder)
        } catch { print("cannot unmount \(folder.path): \(error)") }
    }

    func setReadOnly(_ isSo: Bool) throws { try Self.run("/bin/mount", "-o", isSo ? "remount,ro" : "remount,rw", folder.path) }

    /// Takes all free space but the given number of bytes, as another program's file would.
    func fill(leaving rest: Int) throws {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: folder.path)
        let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        try Data(repeating: 0x20, count: max(0, free - rest)).write(to: filler)
    }

    func freeSpace() throws { try FileManager.default.removeItem(at: filler) }

    private var filler: URL { folder.appendingPathComponent("filler") }

    private struct Failure: Error { let command: String }

    private static func run(_ path: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(command: ([path] + arguments).joined(separator: " ")) }
    }
}
