import Foundation
import TestSupport
import Testing

@testable import CofferCommands

/// The built command as a person meets it: a process with streams, signals and a terminal.
@Suite("The process", .enabled(if: CofferProcess.path != nil, "the coffer binary is not beside the tests; build it first"))
struct ProcessTests {
    @Test("--version names coffer and the library it runs on")
    func version() throws {
        let result = try CofferProcess.run(["--version"])
        #expect(result.status == 0)
        #expect(result.text.wholeMatch(of: /coffer \d+\.\d+\.\d+ \(OpenSSL 3\..*\)\n/) != nil, "\(result.text)")
    }

    @Test("results on stdout, errors on stderr, and the exit status of a usage error is 2")
    func streams() throws {
        let result = try CofferProcess.run(["key", "frobnicate"])
        #expect(result.status == 2 && result.text.isEmpty && result.errors.hasPrefix("error: "))
    }

    @Test("a passphrase comes through a file descriptor, and is found nowhere else")
    func descriptor() throws {
        let fixture = try CommandFixture()
        let home = fixture.path("home")
        let script = """
            set -e
            "$COFFER" --version > /dev/null
            printf %s 'swordfish swordfish' | "$COFFER" init --new-passphrase-fd 0
            "$COFFER" key create --alias k --passphrase-fd 3 3< <(printf 'swordfish swordfish\\n') > /dev/null
            "$COFFER" key list --passphrase-fd 3 3< <(printf 'swordfish swordfish\\n')
            ! grep -r swordfish '\(home)'
            """
        let result = try CofferProcess.shell(script, home: home)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.text.contains("SYMMETRIC_DEFAULT") && !result.errors.contains("swordfish"))
    }

    @Test("a reader that goes away ends the command quietly")
    func brokenPipe() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let script = """
            set -o pipefail
            head -c 3000000 /dev/zero 2> /dev/null | "$COFFER" encrypt -k k | head -c 10 > /dev/null
            echo "${PIPESTATUS[1]}"
            """
        let result = try CofferProcess.shell(script, home: fixture.path("home"))
        #expect(result.text == "141\n" && result.errors.isEmpty, "\(result.errors)")
    }

    @Test("SIGINT and SIGTERM end a command with status 130 and leave nothing half written", arguments: ["INT", "TERM"])
    func interruption(signal: String) async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        // The writer sends a line when the command has begun to read, so the signal never comes too early.
        let script = """
            cd '\(fixture.folder)'
            mkfifo feed
            "$COFFER" encrypt -k k -o sealed.age feed & pid=$!
            exec 3> feed
            head -c 2000000 /dev/zero >&3
            kill -\(signal) $pid
            wait $pid; status=$?
            exec 3>&-
            echo $status; ls -A | grep sealed || true
            """
        let result = try CofferProcess.shell(script, home: fixture.path("home"))
        #expect(result.text == "130\n", "\(result.text)\(result.errors)")
    }

    @Test("without a terminal and without an option the store stays locked: exit status 4")
    func noTerminal() throws {
        let fixture = try CommandFixture()
        let script = """
            printf %s 'swordfish swordfish' | "$COFFER" init --quiet --new-passphrase-fd 0 > /dev/null
            setsid "$COFFER" key list < /dev/null
            """
        let result = try CofferProcess.shell(script, home: fixture.path("home"))
        #expect(result.status == 4 && result.text.isEmpty && result.errors.contains("hint: "), "\(result.errors)")
    }

    @Test("prompts on a real terminal", .enabled(if: CofferProcess.hasPexpect, "python3 with pexpect is not installed"))
    func prompts() throws {
        try runInterop("pty_prompts.py")
    }

    @Test("progress on a real terminal", .enabled(if: CofferProcess.hasPython, "python3 is not installed"))
    func progress() throws {
        try runInterop("progress.py")
    }

    private func runInterop(_ name: String) throws {
        let script = Repository.url("Tests/Interop/\(name)").path
        let result = try CofferProcess.shell("python3 '\(script)' \"$COFFER\"", home: "/nonexistent")
        #expect(result.status == 0, "\(result.text)\(result.errors)")
    }
}

/// Starts the built binary.
enum CofferProcess {
    /// Beside the test bundle.
    static let path: String? = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        let candidates = [bundle, URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()]
        return candidates.map { $0.appendingPathComponent("coffer").path }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    static let hasPexpect = succeeds("python3 -c 'import pexpect'")
    static let hasPython = succeeds("python3 --version")

    private static func succeeds(_ script: String) -> Bool {
        do { return try shell(script, home: "/nonexistent").status == 0 } catch { return false }
    }

    static func run(_ arguments: [String]) throws -> Command.Result {
        try start(try #require(path), arguments, home: "/nonexistent")
    }

    /// Runs a bash script in which `$COFFER` is the binary.
    static func shell(_ script: String, home: String) throws -> Command.Result {
        try start("/bin/bash", ["-c", script], home: home)
    }

    private static func start(_ executable: String, _ arguments: [String], home: String) throws -> Command.Result {
        let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "COFFER_HOME": home, "COFFER": path ?? "", "HOME": "/nonexistent"]
            .merging(ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH"].contains($0.key) }) { $1 }
        return try Command.run(executable, arguments, environment: environment)
    }
}
