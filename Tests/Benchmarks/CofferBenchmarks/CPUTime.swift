#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a piece of work took: processor time of all threads of this process, and time on the wall.
struct Elapsed {
    /// User and system, in nanoseconds.
    let cpu: Int64
    /// In nanoseconds.
    let wall: Int64

    static func measure(_ work: @Sendable () async throws -> Void) async rethrows -> Elapsed {
        let (cpu, wall) = (cpuNow(), wallNow())
        try await work()
        return Elapsed(cpu: cpuNow() - cpu, wall: wallNow() - wall)
    }

    private static func cpuNow() -> Int64 {
        var usage = rusage()
        // RUSAGE_SELF; Glibc's header declares it as an enumeration and the function with a number.
        let result = getrusage(0, &usage)
        precondition(result == 0, "the kernel knows this process")
        return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime)
    }

    private static func nanoseconds(_ time: timeval) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_usec) * 1000
    }

    private static func wallNow() -> Int64 {
        var time = timespec()
        precondition(clock_gettime(CLOCK_MONOTONIC, &time) == 0, "there is a monotonic clock")
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
