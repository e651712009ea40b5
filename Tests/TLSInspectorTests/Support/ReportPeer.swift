import Foundation
import TestSupport

/// Python with the packages of `Tests/Interop/requirements.txt`, which reads what reports write.
enum ReportPeer {
    static let hasCycloneDX = Command.pythonHas("cyclonedx.validation.json")

    /// What the schema of CycloneDX 1.6 says against a document; nothing if it is valid.
    static func cycloneDXProblem(_ document: [UInt8]) throws -> String {
        let script = """
            import sys
            from cyclonedx.schema import SchemaVersion
            from cyclonedx.validation.json import JsonStrictValidator
            problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
            print("" if problem is None else str(problem)[:400], end="")
            """
        return try Command.run(Command.python ?? "", ["-c", script], input: document).everything
    }
}
