import Foundation

/// Another program that a test runs to its end.
public enum Command {
    public struct Result: Sendable {
        /// The exit status, or 128 and the number of the signal that ended it.
        public let status: Int32
        public let output: [UInt8]
        public let errors: String

        public var succeeded: Bool { status == 0 }
        /// What it wrote to its standard output.
        public var text: String { String(decoding: output, as: UTF8.self) }
        /// What it wrote on either stream.
        public var everything: String { text + errors }
    }

    public struct Failure: Error {
        public let program: String
        public let result: Result
    }

    /// The interpreter with the packages of `Tests/Interop/requirements.txt`, which `make test` names. Absolute: programs do not start where
    /// the tests do.
    public static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"].map { URL(fileURLWithPath: $0).path }

    /// An interpreter for what needs the standard library alone: `make test`'s, or the system's.
    public static let standardPython = [python, "/usr/bin/python3"].compactMap { $0 }.first(
        where: FileManager.default.isExecutableFile(atPath:))

    /// Whether programs are there: at a path, or by name where programs are installed.
    public static func isInstalled(_ programs: String...) -> Bool {
        programs.allSatisfy { FileManager.default.isExecutableFile(atPath: path(of: $0)) }
    }

    /// Whether `make test`'s interpreter has a package.
    public static func pythonHas(_ package: String) -> Bool {
        guard let python else { return false }
        do { return try run(python, ["-c", "import \(package)"]).succeeded } catch { return false }
    }

    /// Runs a program. What passes through its streams goes through unnamed files, so that there may be any amount of it.
    ///
    /// - Parameters:
    ///   - program: a path, or the name of one that is installed.
    ///   - environment: all that it gets; this process's if nil.
    ///   - folder: where it starts; the root if nil.
    @discardableResult
    public static func run(
        _ program: String, _ arguments: [String] = [], environment: [String: String]? = nil, in folder: String? = nil,
        input: some Collection<UInt8> = [UInt8]()
    ) throws -> Result {
        let streams = try (UnnamedFile(input), UnnamedFile(), UnnamedFile())
        let child = try ChildProcess(
            path(of: program), arguments, environment: environment, in: folder,
            standard: (streams.0.descriptor, streams.1.descriptor, streams.2.descriptor))
        let status = child.waitForEnd()
        return try Result(status: status, output: streams.1.contents(), errors: String(decoding: streams.2.contents(), as: UTF8.self))
    }

    /// As `run`, for what has to succeed.
    @discardableResult
    public static func succeed(
        _ program: String, _ arguments: [String] = [], environment: [String: String]? = nil, in folder: String? = nil,
        input: some Collection<UInt8> = [UInt8]()
    ) throws -> Result {
        let result = try run(program, arguments, environment: environment, in: folder, input: input)
        guard result.succeeded else { throw Failure(program: program, result: result) }
        return result
    }

    private static func path(of program: String) -> String {
        if program.contains("/") { return program }
        let paths = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"].map { "\($0)/\(program)" }
        return paths.first(where: FileManager.default.isExecutableFile(atPath:)) ?? paths[0]
    }
}

/// A file without a name, gone when it is closed.
private final class UnnamedFile {
    private let file: UnsafeMutablePointer<FILE>

    struct Failure: Error { let code: Int32 }

    init(_ contents: some Collection<UInt8> = [UInt8]()) throws {
        guard let file = tmpfile() else { throw Failure(code: errno) }
        self.file = file
        let bytes = Array(contents)
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count, fflush(file) == 0 else { throw Failure(code: errno) }
        rewind(file)
    }

    deinit { fclose(file) }

    var descriptor: Int32 { fileno(file) }

    func contents() throws -> [UInt8] {
        let size = lseek(descriptor, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: Int(size))
        guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else { throw Failure(code: errno) }
        return bytes
    }
}
