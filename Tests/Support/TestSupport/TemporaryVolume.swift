import Foundation
import SystemPackage

/// A small file system of its own, to be filled up or made read-only. Only root can mount one.
public final class TemporaryVolume: Sendable {
    public static let isAvailable: Bool = {
        guard getuid() == 0 else { return false }
        do {
            _ = try TemporaryVolume(kilobytes: 64)
            return true
        } catch { return false }
    }()

    /// What it is mounted on.
    public let folder: TemporaryFolder

    public init(kilobytes: Int) throws {
        folder = try TemporaryFolder()
        try Command.succeed("mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", folder.path.string])
    }

    deinit {
        // Lazily: what a test still has open does not keep it.
        do { try Command.succeed("umount", ["-l", folder.path.string]) } catch { print("cannot unmount \(folder.path): \(error)") }
    }

    public func setReadOnly(_ isSo: Bool) throws {
        // A child that another test is starting holds what is open for writing a moment longer.
        for _ in 0..<100 {
            if try Command.run("mount", ["-o", isSo ? "remount,ro" : "remount,rw", folder.path.string]).status == 0 { return }
            usleep(10_000)
        }
        try Command.succeed("mount", ["-o", isSo ? "remount,ro" : "remount,rw", folder.path.string])
    }

    /// Takes all free space but the given number of bytes, as another program's file would.
    public func fill(leaving rest: Int) throws {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: folder.path.string)
        let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        try folder.write([UInt8](repeating: 0x20, count: max(0, free - rest)), to: Self.filler)
    }

    public func freeSpace() throws { try folder.remove(Self.filler) }

    private static let filler = "filler"
}
