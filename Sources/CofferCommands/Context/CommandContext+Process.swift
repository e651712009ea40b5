import KeyStore
import OpenSSL
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension CommandContext {
    /// The world of this process.
    static func process() -> CommandContext {
        let interruption = Interruption()
        return process(interruption: interruption, terminal: ControllingTerminal(interruption: interruption))
    }

    static func process(interruption: Interruption, terminal: any PassphraseTerminal) -> CommandContext {
        let environment = readEnvironment()
        let user = getpwuid(getuid())
        return CommandContext(
            environment: environment,
            homeDirectory: environment["HOME"] ?? user.map { String(cString: $0.pointee.pw_dir) } ?? "/",
            userName: user.map { String(cString: $0.pointee.pw_name) } ?? "uid-\(getuid())",
            standardInput: .standardInput, standardOutput: .standardOutput, standardError: .standardError,
            terminal: terminal, clock: SystemClock(), scrypt: .default,
            protectProcess: {
                try SecureHeap.initialize()
                try SecureHeap.hardenProcess()
            },
            interruption: interruption, arguments: .ofProcess())
    }

    private static func readEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let variable = entry.pointee {
            let text = String(cString: variable)
            if let separator = text.firstIndex(of: "=") {
                variables[String(text[..<separator])] = String(text[text.index(after: separator)...])
            }
            entry += 1
        }
        return variables
    }
}
