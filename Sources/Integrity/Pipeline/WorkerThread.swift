internal import CIntegrityShims
import SystemPackage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A thread of the system: work that blocks in calls must not take the few threads that Swift's tasks share.
struct WorkerThread: ~Copyable {
    private let thread: pthread_t

    private final class Body {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// - Throws: `internalFailure` if the system has no more threads.
    init(_ run: @escaping @Sendable () -> Void) throws(IntegrityError) {
        let body = unsafe Unmanaged.passRetained(Body(run))
        var started = pthread_t()
        let result = unsafe pthread_create(
            &started, nil,
            { argument in
                // Refused in some containers; the calls that profit from it do without then.
                _ = coffer_own_working_folder()
                if let argument = unsafe argument { unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        guard result == 0 else {
            unsafe body.release()
            throw IntegrityError(
                .internalFailure, "no thread can be started: \(Errno(rawValue: result))", errno: Errno(rawValue: result))
        }
        thread = started
    }

    /// Waits for the end of the thread.
    consuming func join() { pthread_join(thread, nil) }

    /// Lets the thread end by itself.
    consuming func detach() { pthread_detach(thread) }

    /// How many processors there are for this process, within reason.
    static var processorCount: Int { max(1, min(16, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
