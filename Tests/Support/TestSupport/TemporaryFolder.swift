public import Foundation
public import SystemPackage

/// A folder for one test, removed with its last reference.
public final class TemporaryFolder: Sendable {
    /// Where waiting for the disk costs nothing, if there is such a place.
    public static let memory: FilePath = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : disk

    private static let disk = FilePath(NSTemporaryDirectory())

    public let path: FilePath

    /// - Parameter parent: the folder that it is made in; that of temporary files if nil.
    public init(in parent: FilePath? = nil) throws {
        path = (parent ?? Self.disk).appending("coffer-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            atPath: path.string, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path.string)
        } catch {
            // Trees may be too deep for what goes by paths; rm goes from folder to folder.
            do { try Command.succeed("rm", ["-rf", "--", path.string]) } catch { print("left behind: \(path): \(error)") }
        }
    }

    public var url: URL { URL(fileURLWithPath: path.string, isDirectory: true) }

    public func file(_ name: String) -> FilePath { path.appending(name) }

    @discardableResult
    public func makeFolder(_ name: String) throws -> FilePath {
        try FileManager.default.createDirectory(atPath: file(name).string, withIntermediateDirectories: true)
        return file(name)
    }

    /// Writes a file, and makes the folders that it is in.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String, permissions: Int = 0o600) throws -> FilePath {
        let path = file(name)
        if name.contains("/") { try makeFolder(FilePath(name).removingLastComponent().string) }
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        try setPermissions(name, permissions)
        return path
    }

    public func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file(name).string))) }

    public func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name).string) }

    public func permissions(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file(name).string)[.posixPermissions] as? Int
    }

    public func setPermissions(_ name: String, _ permissions: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file(name).string)
    }

    /// Names of all that is in it, or in a folder of it, hidden or not.
    public func entries(of name: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: file(name).string).sorted()
    }
}
