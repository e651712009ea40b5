import CEnvelopeShims
import Foundation

/// Another program that runs beside a test, and is killed with the last reference to this value.
///
/// Not Foundation's `Process`: that learns of ends on one thread, one after the other, and can wait there for the end of a server which
/// ends only after a test has gone on, which may itself wait for the end of another process; and it waits for ever in a process with
/// more than 1024 descriptors.
public final class ChildProcess: Sendable {
    public struct NotStarted: Error { public let status: Int32 }

    private let identifier: pid_t

    /// - Parameters:
    ///   - environment: all that it gets; this process's if nil.
    ///   - folder: where it starts; the root if nil.
    ///   - standard: descriptors that it gets as 0, 1 and 2; the null device where nil. It inherits no others.
    public init(
        _ program: String, _ arguments: [String] = [], environment: [String: String]? = nil, in folder: String? = nil,
        standard: (input: Int32?, output: Int32?, errors: Int32?)
    ) throws {
        let line =
            if let folder { ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, program] + arguments } else { [program] + arguments }
        var words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        var variables = environment ?? ProcessInfo.processInfo.environment
        variables["ASAN_OPTIONS"] = ProcessInfo.processInfo.environment["ASAN_OPTIONS"]
        // An instrumented program writes its counts to the folder that it runs in, unless it is told where to; one that is killed leaves
        // counts that cannot be read. Those of this process are enough.
        variables["LLVM_PROFILE_FILE"] = "/dev/null"
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in words + settings { free(word) } }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let descriptors = [standard.input ?? null, standard.output ?? null, standard.errors ?? null]
        var child = pid_t()
        let status = coffer_start_program(line[0], &words, &settings, descriptors, &child)
        guard status == 0 else { throw NotStarted(status: status) }
        identifier = child
    }

    deinit {
        kill(identifier, SIGKILL)
        waitpid(identifier, nil, 0)
    }

    /// Whether it still runs. One that has ended is left for `waitForEnd` or `deinit` to collect.
    public var isRunning: Bool {
        var information = siginfo_t()
        waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT)
        return information.si_signo == 0
    }

    /// Its exit status, or 128 and the number of the signal that ended it, as a shell says it. It is left for `deinit` to collect.
    public func waitForEnd() -> Int32 {
        var information = siginfo_t()
        while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        let status = information._sifields._sigchld.si_status
        return information.si_code == CLD_EXITED ? status : 128 + status
    }
}
