import OpenSSL
import SystemPackage

/// What of a machine matters to secrets, whatever store there is.
public struct MachineFacts: Sendable {
    public var swapAreas: Observation<[SwapArea]>
    public var coreDumps: Observation<CoreDumpFacts>
    /// `fs.suid_dumpable`: whether programs with privileges leave core dumps.
    public var privilegedCoreDumps: Observation<Int>
    public var isClockSynchronized: Observation<Bool>
    public var cryptography: CryptographyFacts

    /// - Parameter source: read at once, and best before the process is closed to others: under Linux that closes `/proc/self`, too.
    public init(reading source: some MachineSource) {
        swapAreas = SwapArea.all(of: source)
        coreDumps = CoreDumpFacts.read(source)
        privilegedCoreDumps = Observation<String>.reading(CoreDumpFacts.privilegedPath) { path throws(Errno) in try source.text(of: path) }
            .map { text in
                Int(text).map(Observation.known) ?? .unknown("\(CoreDumpFacts.privilegedPath) holds no number")
            }
        isClockSynchronized = .reading("adjtimex") { _ throws(Errno) in try source.isClockSynchronized() }
        cryptography = CryptographyFacts(version: LibraryVersion.text, isFIPSActive: LibraryVersion.isFIPSActive)
    }
}

extension Observation {
    /// - Parameter name: what is read, for the reason if it cannot be.
    static func reading(_ name: String, _ body: (String) throws(Errno) -> Value) -> Observation {
        do throws(Errno) {
            return .known(try body(name))
        } catch {
            return .unknown("\(name): \(error)")
        }
    }
}

/// The library that all cryptography is done by.
public struct CryptographyFacts: Sendable, Equatable {
    public var version: String
    /// Whether its FIPS provider is what algorithms are taken from.
    public var isFIPSActive: Bool

    public init(version: String, isFIPSActive: Bool) {
        self.version = version
        self.isFIPSActive = isFIPSActive
    }
}
