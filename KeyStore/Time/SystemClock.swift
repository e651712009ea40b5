#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The machine's own clocks.
public struct SystemClock: KeyStoreClock {
    private static let bootIDPath = "/proc/sys/kernel/random/boot_id"

    public init() {}

    public func read() throws(KeyStoreError) -> ClockReading {
        ClockReading(
            wall: Timestamp(nanoseconds: try Self.nanoseconds(CLOCK_REALTIME)), bootID: try Self.bootID(),
            sinceBoot: try Self.nanoseconds(Self.bootClock))
    }

    #if os(Linux)
        private static let bootClock = CLOCK_BOOTTIME
    #else
        // Darwin's monotonic clock goes on during sleep.
        private static let bootClock = CLOCK_MONOTONIC
    #endif

    private static func nanoseconds(_ clock: clockid_t) throws(KeyStoreError) -> Int64 {
        var time = timespec()
        guard unsafe clock_gettime(clock, &time) == 0 else {
            throw KeyStoreError(.unavailable, "the system clock cannot be read (errno \(errno))")
        }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The same for as long as this kernel runs; read once, because it is asked for with every operation.
    private static let cachedBootID: Result<[UInt8], KeyStoreError> = readBootID()

    private static func bootID() throws(KeyStoreError) -> [UInt8] { try cachedBootID.get() }

    private static func readBootID() -> Result<[UInt8], KeyStoreError> {
        #if os(Linux)
            let descriptor = unsafe open(bootIDPath, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return .failure(KeyStoreError(.unavailable, "\(bootIDPath) cannot be read (errno \(errno))")) }
            defer { close(descriptor) }
            var text = [UInt8](repeating: 0, count: 36)
            let count = unsafe text.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count == 36, let id = UUIDText.decode(String(decoding: text, as: UTF8.self)) else {
                return .failure(KeyStoreError(.unavailable, "\(bootIDPath) does not hold a UUID"))
            }
            return .success(id)
        #else
            // No boot id: every reading is taken as one boot, and a boot clock that went back counts as no time passed.
            return .success([UInt8](repeating: 0, count: 16))
        #endif
    }
}
