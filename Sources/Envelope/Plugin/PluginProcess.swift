import CEnvelopeShims
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A plugin that runs: a process in a group of its own, which with the end of this value is gone, and all that it started in
/// its group with it.
///
/// It gets three pipes and no other descriptor, signals as a fresh process has them, and the root as its working folder, on
/// which no plugin may rely.
struct PluginProcess: ~Copyable, Sendable {
    /// How long to wait for a process that was killed. The kernel may hold one for longer; it is left then.
    private static let reapDuration = Duration.seconds(5)
    private static let pauseMilliseconds: CInt = 2

    private let process: pid_t
    /// Our ends: what the plugin reads, what it writes, and what it says to its standard error.
    let toPlugin: FileDescriptor
    let fromPlugin: FileDescriptor
    let errors: FileDescriptor

    // MARK: Start

    /// - Parameters:
    ///   - argument: the only one, behind the program's name.
    ///   - environment: all of it.
    /// - Throws: `pluginFailed` when it cannot be started.
    static func start(_ program: FilePath, argument: String, environment: [String: String]) throws(EnvelopeError) -> PluginProcess {
        do throws(Errno) {
            let pipes = try PluginPipes()
            let process = try spawn(program, [program.string, argument], environment, pipes)
            return PluginProcess(process, pipes.takeOurEnds())
        } catch {
            throw EnvelopeError(.pluginFailed, "it cannot be started: \(error)", errno: error)
        }
    }

    private init(_ process: pid_t, _ ends: PluginPipes.OurEnds) {
        self.process = process
        toPlugin = ends.toPlugin
        fromPlugin = ends.fromPlugin
        errors = ends.errors
    }

    private static func spawn(
        _ program: FilePath, _ arguments: [String], _ environment: [String: String], _ pipes: borrowing PluginPipes
    ) throws(Errno) -> pid_t {
        let standard = pipes.pluginEnds.map(\.rawValue)
        var process = pid_t()
        let result = unsafe withCStrings(arguments) { arguments in
            unsafe withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                unsafe program.withPlatformString { unsafe coffer_start_program($0, arguments, environment, standard, &process) }
            }
        }
        guard result == 0 else { throw Errno(rawValue: result) }
        return process
    }

    private static func withCStrings<R>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
        // A text with a NUL in it ends there, as it would for every program.
        let copies = unsafe texts.map { unsafe strdup($0) }
        defer { unsafe copies.forEach { unsafe free($0) } }
        return unsafe body(copies + [nil])
    }

    // MARK: End

    /// Hangs up, waits until the plugin has ended by itself, but no longer than that, and then ends it and all its group.
    /// - Returns: how it ended, as a person may be told; nil when it had to be killed.
    consuming func end(within duration: Duration) -> String? {
        PluginPipes.close(toPlugin)
        PluginPipes.close(fromPlugin)
        let hasEnded = hasEnded(within: duration)
        let status = killAndReap()
        PluginPipes.close(errors)
        discard self
        guard hasEnded, let status else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? "exit status \(status >> 8 & 0xFF)" : "signal \(signal)"
    }

    deinit {
        for descriptor in [toPlugin, fromPlugin, errors] { PluginPipes.close(descriptor) }
        _ = killAndReap()
    }

    private borrowing func hasEnded(within duration: Duration) -> Bool {
        let start = ContinuousClock.now
        while true {
            var information = unsafe siginfo_t()
            // WNOWAIT: until it is reaped its number, and so that of its group, cannot become another's.
            let result = unsafe waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT)
            let isOver = unsafe result == 0 ? information.si_signo != 0 : errno != EINTR
            if isOver { return true }
            guard start.duration(to: .now) < duration, !Task.isCancelled else { return false }
            Self.pause()
        }
    }

    private borrowing func killAndReap() -> CInt? {
        kill(-process, SIGKILL)
        let start = ContinuousClock.now
        while start.duration(to: .now) < Self.reapDuration {
            var status: CInt = 0
            let result = unsafe waitpid(process, &status, WNOHANG)
            if result == process { return status }
            // ECHILD: where the process ignores SIGCHLD, the kernel has reaped it.
            if result < 0, errno != EINTR { return nil }
            Self.pause()
        }
        return nil
    }

    private static func pause() {
        _ = poll(nil, 0, pauseMilliseconds)
    }
}
