internal import CIntegrityShims
import SystemPackage

/// A file at which several workers read.
struct LargeFile<Calls: TreeCalls>: Sendable {
    let calls: Calls
    let descriptor: Int32
    let byteCount: UInt64
    let hasHoles: Bool
    let crew: Crew

    init(_ calls: Calls, _ descriptor: Int32, _ status: EntryStatus, _ crew: Crew) {
        self.calls = calls
        self.descriptor = descriptor
        self.crew = crew
        byteCount = status.byte_count
        hasHoles = status.hasHoles
    }
}
