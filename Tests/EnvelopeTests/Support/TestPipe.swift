import Foundation
import Synchronization
import SystemPackage

/// A pipe with a thread at its other end.
enum TestPipe {
    /// A descriptor from which `bytes` can be read; the caller closes it.
    static func source(_ bytes: [UInt8]) throws -> FileDescriptor {
        let ends = try FileDescriptor.pipe()
        Thread.detachNewThread {
            // The signal of a broken pipe goes to the thread that writes. Here alone it is blocked: ignored by the whole process,
            // it would be ignored in the commands that other tests start, too.
            var brokenPipe = sigset_t()
            sigemptyset(&brokenPipe)
            sigaddset(&brokenPipe, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &brokenPipe, nil)
            // A reader that has seen enough closes its end: the rest is not wanted then.
            do { try ends.writeEnd.closeAfter { _ = try ends.writeEnd.writeAll(bytes) } } catch {}
        }
        return ends.readEnd
    }

    /// Gives `body` a descriptor to write to, closes it, and returns what `body` did and what was written.
    static func collecting<R>(_ body: (FileDescriptor) async throws -> R) async throws -> (outcome: Result<R, any Error>, bytes: [UInt8]) {
        let ends = try FileDescriptor.pipe()
        let collector = Collector(ends.readEnd)
        let outcome: Result<R, any Error>
        do {
            outcome = .success(try await body(ends.writeEnd))
        } catch {
            outcome = .failure(error)
        }
        try ends.writeEnd.close()
        return (outcome, collector.wait())
    }

    private final class Collector: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        private let end = DispatchSemaphore(value: 0)

        init(_ descriptor: FileDescriptor) {
            Thread.detachNewThread { [self] in
                var block = [UInt8](repeating: 0, count: 65_536)
                do {
                    try descriptor.closeAfter {
                        while case let count = try block.withUnsafeMutableBytes({ try descriptor.read(into: $0) }), count > 0 {
                            bytes.withLock { $0 += block[..<count] }
                        }
                    }
                } catch {
                    print("the test's pipe cannot be read: \(error)")
                }
                end.signal()
            }
        }

        func wait() -> [UInt8] {
            end.wait()
            return bytes.withLock { $0 }
        }
    }
}
