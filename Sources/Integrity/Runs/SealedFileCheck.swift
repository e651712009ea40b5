public import Envelope
import Synchronization
import SystemPackage

/// Opens sealed files by their keys while a tree is walked, and keeps nothing of what is in them.
public struct SealedFileCheck: Sendable {
    private static let suffix = Array(".age".utf8)

    private let opener: SealedFileOpener

    /// - Parameter opener: with the identities that should open them.
    public init(opener: SealedFileOpener) { self.opener = opener }

    static func isSealed(_ path: EntryPath) -> Bool {
        path.name.count > suffix.count && path.name.suffix(suffix.count).elementsEqual(suffix)
    }

    /// Waits for the file to be opened to its end.
    /// - Returns: why it does not open; nil when it does.
    func reason(_ descriptor: FileDescriptor, name: String) -> String? {
        let waiter = Waiter()
        let opener = opener
        Task.detached {
            do throws(EnvelopeError) {
                _ = try await opener.verify(.descriptor(descriptor, name: name))
                waiter.finish(nil)
            } catch {
                waiter.finish(error.message)
            }
        }
        return waiter.wait()
    }
}

/// A thread of a pipeline that waits for a task.
private final class Waiter: Sendable {
    private let monitor = Monitor()
    private let outcome = Mutex<String??>(nil)

    func finish(_ reason: String?) {
        monitor.lock()
        outcome.withLock { $0 = .some(reason) }
        monitor.broadcast(.outcome)
        monitor.unlock()
    }

    func wait() -> String? {
        monitor.lock()
        defer { monitor.unlock() }
        while true {
            if let outcome = outcome.withLock({ $0 }) { return outcome }
            monitor.wait(for: .outcome)
        }
    }
}
