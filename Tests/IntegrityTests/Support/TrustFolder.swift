import Foundation
import SystemPackage

/// A folder for one test of what is trusted, removed with its last reference.
final class TrustFolder: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath("\(NSTemporaryDirectory())/coffer-trust-\(UUID().uuidString)")
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

    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: file(name).string)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file(name).string))) }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name).string) }

    func permissions(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file(name).string)[.posixPermissions] as? Int
    }

    func setPermissions(_ name: String, _ permissions: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file(name).string)
    }

    /// Names of all that is in a folder of this one, hidden or not.
    func entries(of name: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: file(name).string).sorted() }
}
