import KeyStore
import OpenSSL
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The process around a command: signals in, exit status out.
public enum CofferMain {
    /// How long an interrupted command may take to clean up after itself; on a busy disk that is more than a moment. One that is done ends at
    /// once.
    private static let grace = Duration.seconds(10)

    /// Runs the command of this process's arguments and ends the process.
    ///
    /// The calling thread, which must be the first, becomes the one that waits for signals: they are blocked before any
    /// other thread exists, so none of them is ever delivered anywhere else.
    public static func run() -> Never {
        signal(SIGPIPE, SIG_IGN)
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGTSTP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        let interruption = Interruption()
        let terminal = ControllingTerminal(interruption: interruption)
        let context = CommandContext.process(interruption: interruption, terminal: terminal)
        let arguments = Array(CommandLine.arguments.dropFirst())
        let isPlugin = AgePlugin.isName(CommandLine.arguments.first ?? "")
        let work = Task.detached {
            let status = await isPlugin ? AgePlugin.run(arguments, in: context) : CofferApplication.run(arguments, in: context)
            exit(status.rawValue)
        }
        waitForSignals(signals, terminal: terminal, interruption: interruption) { work.cancel() }
    }

    private static func waitForSignals(
        _ signals: sigset_t, terminal: ControllingTerminal, interruption: Interruption, cancel: () -> Void
    ) -> Never {
        var signals = signals
        while true {
            var number: Int32 = 0
            guard sigwait(&signals, &number) == 0 else { continue }
            if number == SIGTSTP {
                terminal.suspend()
                continue
            }
            // Undone at once, whatever the command is waiting for: an echo that is off, a file that is half written.
            interruption.undoEverything()
            cancel()
            if interruption.needsGrace { waitForTheEnd() }
            _exit(ExitStatus.interrupted.rawValue)
        }
    }

    /// Lets the command clean up after itself, unless somebody has had enough of that and interrupts it again.
    private static func waitForTheEnd() {
        let end = ContinuousClock.now + grace
        while ContinuousClock.now < end {
            var pending = sigset_t()
            guard sigpending(&pending) == 0, ![SIGINT, SIGTERM, SIGHUP].contains(where: { sigismember(&pending, $0) == 1 }) else { return }
            usleep(20_000)
        }
    }
}
