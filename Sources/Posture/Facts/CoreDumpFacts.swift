import SystemPackage

/// Where the memory of a program goes that crashes.
public struct CoreDumpFacts: Sendable, Equatable {
    static let patternPath = "/proc/sys/kernel/core_pattern"
    static let privilegedPath = "/proc/sys/fs/suid_dumpable"

    /// The size that a dump may have, in bytes; `UInt64.max` without a limit.
    public var limit: UInt64
    /// A name for files, or `|` and a program that gets the dump (core(5)).
    public var pattern: String

    public init(limit: UInt64, pattern: String) {
        self.limit = limit
        self.pattern = pattern
    }

    static func read(_ source: any MachineSource) -> Observation<CoreDumpFacts> {
        Observation.reading(patternPath) { path throws(Errno) in
            CoreDumpFacts(limit: try source.coreDumpLimit(), pattern: try source.text(of: path))
        }
    }
}
