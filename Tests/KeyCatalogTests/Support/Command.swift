import Foundation

/// Other programs, for what must be seen from another process.
enum Command {
    static let sqlite3 = "/usr/bin/sqlite3"

    static func isInstalled(_ tool: String) -> Bool { FileManager.default.isExecutableFile(atPath: tool) }

    /// What the program wrote to its standard output.
    @discardableResult
    static func run(_ tool: String, _ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(tool: tool, status: process.terminationStatus) }
        return String(decoding: data, as: UTF8.self)
    }

    struct Failure: Error {
        let tool: String
        let status: Int32
    }
}
