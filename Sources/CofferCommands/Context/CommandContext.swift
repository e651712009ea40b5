import KeyStore
import Posture
import SystemPackage
import TLSInspector

/// Everything of the outside world that a command touches, so that a test can run commands in its own process.
struct CommandContext: Sendable {
    var environment: [String: String]
    /// The user's home directory, the last resort for where a store is.
    var homeDirectory: String
    /// Who works here, for the audit trail.
    var userName: String
    var standardInput: FileDescriptor
    var standardOutput: FileDescriptor
    var standardError: FileDescriptor
    /// Where passphrases are typed.
    var terminal: any PassphraseTerminal
    var clock: any KeyStoreClock
    /// Work factor of new passphrase seals.
    var scrypt: ScryptParameters
    /// Work factor of passphrases of files.
    var fileScryptLogN = ScryptStanza.defaultLogN
    /// Locks secrets in memory and closes the process to debuggers; before any secret is read.
    var protectProcess: @Sendable () throws -> Void
    /// What must be undone when the user interrupts.
    var interruption: Interruption
    /// Where progress is shown.
    var statusLine = StatusLine()
    /// Who scans TLS servers.
    var makeScanner: @Sendable (ScanOptions) -> any EndpointScanner = { NetworkScanner($0) }
    /// Who fetches what certificates point at; true if addresses of private networks may be asked.
    var makeFetcher: ScanJudge.MakeFetcher = { allowsPrivateAddresses in
        var policy = FetchPolicy()
        policy.allowsPrivateAddresses = allowsPrivateAddresses
        return CurlFetcher(policy: policy)
    }
    /// The machine that is checked.
    var machine: any MachineSource = LocalMachine()
    /// The arguments as the process got them: names of files need not be UTF-8.
    var arguments = ArgumentBytes()

    static let version = "0.1.0"
    static let userAgent = "coffer/\(version)"
}
