import Foundation
import SystemPackage

/// A folder for trees whose names are any bytes, removed with its last reference.
final class ProofFolder: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath("\(NSTemporaryDirectory())/coffer-proof-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit {
        let removal = Process()
        removal.executableURL = URL(fileURLWithPath: "/bin/rm")
        removal.arguments = ["-rf", path.string]
        do {
            try removal.run()
            removal.waitUntilExit()
        } catch {
            print("left behind: \(path): \(error)")
        }
    }

    func file(_ name: String) -> FilePath { path.appending(name) }

    /// - Returns: a new folder in this one.
    func root(_ name: String) throws -> ProofRoot {
        let root = ProofRoot(path: file(name))
        try FileManager.default.createDirectory(atPath: root.path.string, withIntermediateDirectories: false)
        return root
    }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path.string).sorted() }
}
