import Foundation
import SystemPackage
import TestSupport

extension SeededGenerator {
    /// A name of any bytes that a name may have, and more than its share of those that lists could mistake.
    mutating func name() -> [UInt8] {
        let special = Array("\n\r\\ *()=#%,-\t".utf8) + [0xFF, 0xC3, 0x80]
        return (0..<Int.random(in: 1...12, using: &self)).map { _ in
            Bool.random(using: &self) ? special[Int.random(in: special.indices, using: &self)] : UInt8.random(in: 1...255, using: &self)
        }
    }
}

extension TemporaryFolder {
    /// The path of a name of any bytes.
    func path(bytes: [UInt8]) -> [UInt8] { Array("\(path)/".utf8) + bytes }

    /// Foundation takes names of UTF-8 alone.
    func write(_ content: [UInt8], to name: [UInt8]) throws {
        let file = try FileDescriptor.open(
            FilePath(platformString: path(bytes: name).map(CChar.init(bitPattern:)) + [0]), .writeOnly, options: [.create, .truncate],
            permissions: [.ownerReadWrite])
        try file.closeAfter { _ = try file.writeAll(content) }
    }

    /// Runs a script of bash in it.
    func bash(_ script: String) throws -> Command.Result { try Command.bash(script, in: path) }
}

extension Command {
    /// Runs a script of bash in a folder, for programs that write or check lists.
    static func bash(_ script: String, in folder: FilePath) throws -> Result {
        try run("/bin/bash", ["-c", script], environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"], in: folder.string)
    }
}
