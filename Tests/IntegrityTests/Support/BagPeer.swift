import Foundation
import SystemPackage

/// PyPI's `bagit`, which the Library of Congress maintains.
enum BagPeer {
    /// The interpreter that `make test` names.
    private static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]

    static let isInstalled: Bool = {
        guard python != nil else { return false }
        do { return try run("import bagit", []).status == 0 } catch { return false }
    }()

    /// Whether it calls a bag valid; and what it says else.
    static func validate(_ bag: FilePath) throws -> (isValid: Bool, reason: String) {
        let script = """
            import sys, logging, bagit
            logging.disable(logging.CRITICAL)
            try:
                bagit.Bag(sys.argv[1]).validate()
            except bagit.BagError as error:
                print(type(error).__name__, error)
                sys.exit(1)
            """
        let result = try run(script, [bag.string])
        return (result.status == 0, result.text)
    }

    /// Lets it turn a folder into a bag.
    static func make(_ folder: FilePath, _ algorithms: [String]) throws {
        let script = """
            import sys, bagit
            bagit.make_bag(sys.argv[1], {"Contact-Name": "Ann", "Description": "word " * 40}, checksums=sys.argv[2:])
            """
        let result = try run(script, [folder.string] + algorithms)
        guard result.status == 0 else { throw Failure(text: result.text) }
    }

    struct Failure: Error { let text: String }

    private static func run(_ script: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
        guard let python else { preconditionFailure("the test is not enabled") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-W", "ignore", "-c", script] + arguments
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
