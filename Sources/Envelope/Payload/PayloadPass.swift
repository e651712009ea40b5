#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the workers of one pass know of each other: whose turn it is to write, how far they are, and what went wrong first.
///
/// Units have numbers in the order of the payload. Of several failures the one of the lowest number counts, so that an
/// error does not depend on which worker was quicker; units behind it are not written where the order matters.
///
/// `@unchecked Sendable`: everything that changes is read and written under `mutex` only.
@safe final class PayloadPass: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let turnPassed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let monitor: WorkMonitor
    private var nextTurn: UInt64 = 0
    private var firstFailure: (unit: UInt64, error: EnvelopeError)?
    private var writtenByteCount: UInt64 = 0

    init(_ monitor: WorkMonitor) {
        self.monitor = monitor
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe turnPassed.initialize(to: pthread_cond_t())
        let isReady = unsafe pthread_mutex_init(mutex, nil) == 0 && pthread_cond_init(turnPassed, nil) == 0
        precondition(isReady, "a mutex with default attributes needs no resources")
    }

    deinit {
        unsafe pthread_cond_destroy(turnPassed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe turnPassed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Waits until every unit before this one is finished. False when one of them failed: then nothing more is written.
    func waitForTurn(of unit: UInt64) -> Bool {
        locked {
            while nextTurn < unit, !hasFailed(before: unit) { unsafe pthread_cond_wait(turnPassed, mutex) }
            return !hasFailed(before: unit)
        }
    }

    /// A unit is written, as far as it goes.
    func finish(_ unit: UInt64, byteCount: Int, failure: EnvelopeError?) {
        locked {
            writtenByteCount += UInt64(byteCount)
            nextTurn = max(nextTurn, unit + 1)
            if let failure, firstFailure.map({ unit < $0.unit }) ?? true { firstFailure = (unit, failure) }
            unsafe pthread_cond_broadcast(turnPassed)
            // Under the lock, so that nobody sees the count go back.
            if failure == nil { monitor.didAdvance(writtenByteCount) }
        }
    }

    /// Whether to begin another unit.
    var goesOn: Bool { locked { firstFailure == nil } }

    /// The number of bytes written.
    /// - Throws: the failure of the first unit that had one.
    func result() throws(EnvelopeError) -> UInt64 {
        let (failure, count) = locked { (firstFailure?.error, writtenByteCount) }
        if let failure { throw failure }
        return count
    }

    private func hasFailed(before unit: UInt64) -> Bool { firstFailure.map { $0.unit < unit } ?? false }

    private func locked<R>(_ body: () -> R) -> R {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }
}
