#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A lock with two conditions to wait for.
///
/// Unchecked, because it holds C structures by address, which is how they want to be held; they are reached through their functions only.
@safe final class Monitor: @unchecked Sendable {
    /// What a thread waits for.
    enum Condition: Sendable { case work, outcome }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let work: UnsafeMutablePointer<pthread_cond_t>
    private let outcome: UnsafeMutablePointer<pthread_cond_t>

    init() {
        unsafe (mutex, work, outcome) = (.allocate(capacity: 1), .allocate(capacity: 1), .allocate(capacity: 1))
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(work, nil)
        unsafe pthread_cond_init(outcome, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(outcome)
        unsafe pthread_cond_destroy(work)
        unsafe pthread_mutex_destroy(mutex)
        unsafe outcome.deallocate()
        unsafe work.deallocate()
        unsafe mutex.deallocate()
    }

    func lock() { unsafe pthread_mutex_lock(mutex) }

    func unlock() { unsafe pthread_mutex_unlock(mutex) }

    /// Inside the lock, which is open while the thread waits. It may return early.
    func wait(for condition: Condition) { unsafe pthread_cond_wait(pointer(condition), mutex) }

    /// The same, for a tenth of a second at most.
    func waitBriefly(for condition: Condition) {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_nsec += 100_000_000
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        _ = unsafe pthread_cond_timedwait(pointer(condition), mutex, &deadline)
    }

    func signal(_ condition: Condition) { unsafe pthread_cond_signal(pointer(condition)) }

    func broadcast(_ condition: Condition) { unsafe pthread_cond_broadcast(pointer(condition)) }

    private func pointer(_ condition: Condition) -> UnsafeMutablePointer<pthread_cond_t> {
        switch condition {
        case .work: unsafe work
        case .outcome: unsafe outcome
        }
    }
}
