import Foundation
import SystemPackage

/// SplitMix64: the same seed gives the same lists.
struct ListGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }

    /// A name of any bytes that a name may have, and more than its share of those that lists could mistake.
    mutating func name() -> [UInt8] {
        let special = Array("\n\r\\ *()=#%,-\t".utf8) + [0xFF, 0xC3, 0x80]
        return (0..<Int.random(in: 1...12, using: &self)).map { _ in
            Bool.random(using: &self) ? special[Int.random(in: special.indices, using: &self)] : UInt8.random(in: 1...255, using: &self)
        }
    }
}

/// A folder for one test of lists, removed with its last reference.
final class ListFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "coffer-lists-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("left behind: \(path): \(error)")
        }
    }

    var name: String { URL(fileURLWithPath: path).lastPathComponent }

    func path(_ name: String) -> [UInt8] { Array("\(path)/\(name)".utf8) }

    /// Foundation takes names of UTF-8 alone.
    func write(_ content: [UInt8], to name: [UInt8]) throws {
        let full = Array(path.utf8) + [UInt8(ascii: "/")] + name
        let file = try FileDescriptor.open(
            FilePath(platformString: full.map(CChar.init(bitPattern:)) + [0]), .writeOnly, options: [.create, .truncate],
            permissions: [.ownerReadWrite])
        try file.closeAfter { _ = try file.writeAll(content) }
    }
}

/// Another program that writes or checks lists.
enum ListPeer {
    struct Result {
        let status: Int32
        let output: [UInt8]
        let errors: String
    }

    static func isInstalled(_ names: String...) -> Bool {
        names.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
    }

    /// Runs a script of bash in a folder; what it writes goes through files, since lists may be longer than a pipe.
    static func bash(_ script: String, in folder: ListFolder) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "exec > ../\(folder.name)-out 2> ../\(folder.name)-err; \(script)"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let (output, errors) = (folder.path + "-out", folder.path + "-err")
        defer { for file in [output, errors] { try? FileManager.default.removeItem(atPath: file) } }
        return Result(
            status: process.terminationStatus, output: Array(try Data(contentsOf: URL(fileURLWithPath: output))),
            errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self))
    }

}
