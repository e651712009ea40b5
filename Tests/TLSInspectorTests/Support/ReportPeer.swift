import Foundation

/// Python with the packages of `Tests/Interop/requirements.txt`, which reads what reports write.
enum ReportPeer {
    /// The interpreter that `make test` names.
    static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]

    static let hasCycloneDX: Bool = {
        guard python != nil else { return false }
        do { return try run("import cyclonedx.validation.json", input: []).isEmpty } catch { return false }
    }()

    /// What the schema of CycloneDX 1.6 says against a document; nothing if it is valid.
    static func cycloneDXProblem(_ document: [UInt8]) throws -> String {
        try run(
            """
            import sys
            from cyclonedx.schema import SchemaVersion
            from cyclonedx.validation.json import JsonStrictValidator
            problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
            print("" if problem is None else str(problem)[:400], end="")
            """, input: document)
    }

    /// - Returns: all that was written, on either stream.
    private static func run(_ script: String, input: [UInt8]) throws -> String {
        guard let python else { preconditionFailure("the test is not enabled") }
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appendingPathComponent("coffer-report-\(UUID().uuidString)")
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", script]
        let output = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // What is said fits into a pipe.
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
