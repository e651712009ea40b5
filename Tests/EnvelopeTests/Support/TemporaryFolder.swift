import Foundation
import SystemPackage

/// A folder for one test, removed with its last reference.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath("\(NSTemporaryDirectory())/coffer-envelope-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path.string)
        } catch {
            print("left behind: \(path): \(error)")
        }
    }

    func file(_ name: String) -> FilePath { path.appending(name) }

    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], to name: String, permissions: Int = 0o600) throws -> FilePath {
        let path = file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path.string)
        return path
    }

    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file(name).string))) }

    func permissions(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file(name).string)[.posixPermissions] as? Int
    }

    func modificationTime(_ name: String) throws -> Double? {
        (try FileManager.default.attributesOfItem(atPath: file(name).string)[.modificationDate] as? Date)?.timeIntervalSince1970
    }

    func setModificationTime(_ name: String, _ seconds: Double) throws {
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: file(name).string)
    }

    /// Bytes on the disk, holes not counted.
    func allocatedByteCount(_ name: String) throws -> Int {
        var status = stat()
        guard stat(file(name).string, &status) == 0 else { throw Errno(rawValue: errno) }
        return Int(status.st_blocks) * 512
    }

    /// Names of all that is in the folder, hidden or not.
    func entries() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path.string).sorted() }
}

extension TemporaryFolder {
    /// Gives a file two more names.
    func link(_ name: String, hard: String, symbolic: String) throws {
        try FileManager.default.linkItem(atPath: file(name).string, toPath: file(hard).string)
        try FileManager.default.createSymbolicLink(atPath: file(symbolic).string, withDestinationPath: file(name).string)
    }

    func isSymbolicLink(_ name: String) throws -> Bool {
        try FileManager.default.attributesOfItem(atPath: file(name).string)[.type] as? FileAttributeType == .typeSymbolicLink
    }
}
