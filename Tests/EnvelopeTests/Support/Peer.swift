import Foundation
import SystemPackage

/// Another program that a test runs: age, ssh-keygen, or Python with pyrage.
enum Peer {
    struct Result {
        let status: Int32
        let output: [UInt8]
        let errors: String
    }

    static func isInstalled(_ names: String...) -> Bool {
        names.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
    }

    /// The interpreter that `make test` names.
    static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]

    static let hasPyrage: Bool = {
        guard let python else { return false }
        do { return try run(python, ["-c", "import pyrage"]).status == 0 } catch { return false }
    }()

    /// Runs a program of `/usr/bin`, or the one at a path with a slash in it.
    @discardableResult
    static func run(_ program: String, _ arguments: [String], input: FilePath = "/dev/null") throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program.contains("/") ? program : "/usr/bin/\(program)")
        process.arguments = arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle(forReadingAtPath: input.string)
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // What these programs say on either stream fits into a pipe.
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: Array(bytes), errors: text)
    }

    /// Seals or opens with pyrage, which is rage: `seal RECIPIENT`, `open IDENTITY-FILE`, `seal-passphrase WORD`, `open-passphrase WORD`.
    static func pyrage(_ verb: String, _ key: String, input: FilePath) throws -> Result {
        guard let python else { preconditionFailure("the test is not enabled") }
        return try run(python, ["-c", script, verb, key], input: input)
    }

    private static let script = """
        import sys, pyrage
        verb, key = sys.argv[1:]
        data = sys.stdin.buffer.read()
        if verb == "seal":
            kind = pyrage.x25519 if key.startswith("age1") else pyrage.ssh
            out = pyrage.encrypt(data, [kind.Recipient.from_str(key)])
        elif verb == "open":
            text = open(key, "rb").read()
            if b"AGE-SECRET-KEY-1" in text:
                line = [l for l in text.decode().splitlines() if l.startswith("AGE-SECRET-KEY-1")][0]
                identity = pyrage.x25519.Identity.from_str(line)
            else:
                identity = pyrage.ssh.Identity.from_buffer(text)
            out = pyrage.decrypt(data, [identity])
        elif verb == "seal-passphrase":
            out = pyrage.passphrase.encrypt(data, key)
        else:
            out = pyrage.passphrase.decrypt(data, key)
        sys.stdout.buffer.write(out)
        """
}
