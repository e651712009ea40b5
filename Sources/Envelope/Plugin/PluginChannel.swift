import OpenSSL
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Both directions of a plugin conversation, with bounds on time and size.
///
/// Everything is done under `poll`, and input is taken in while output waits, so that two sides that both write do not wait for each
/// other. It stops when the task is cancelled. The descriptors are the owner's, who closes them.
struct PluginChannel: ~Copyable, Sendable {
    /// How long `poll` may wait before the task's cancellation is looked at.
    private static let cancellationInterval = Duration.milliseconds(50)
    /// What one write may hold, so that it does not block where `poll` found room: the least that a pipe takes whole (POSIX).
    private static let pieceByteCount = 512
    private static let receivedCapacity = 16 * 1024
    /// What is kept of the peer's standard error.
    private static let errorTailByteCount = 1024

    private let input: FileDescriptor
    private let output: FileDescriptor
    /// The peer's standard error; nil where there is none or it ended.
    private var errors: FileDescriptor?
    private let limits: PluginLimits?

    private var parser: PluginMessageParser
    /// Received and not parsed; may hold secrets.
    private var received: SecretBuffer
    private var parsedCount = 0
    private(set) var isAtEnd = false

    private var receivedByteCount = 0
    private var messageCount = 0
    /// When it began, and when either side last got on; both are put off by the time that a person takes.
    private var began = ContinuousClock.now
    private var lastProgress = ContinuousClock.now
    /// The last bytes of the peer's standard error.
    private(set) var errorTail: [UInt8] = []

    /// - Parameters:
    ///   - input: where the peer's messages come from.
    ///   - output: where messages to the peer go.
    ///   - errors: the peer's standard error, which is drained.
    ///   - limits: none for a peer that may take its time.
    init(input: FileDescriptor, output: FileDescriptor, errors: FileDescriptor? = nil, limits: PluginLimits?) throws(EnvelopeError) {
        let parser = try PluginMessageParser()
        let received = try Self.makeBuffer()
        self.input = input
        self.output = output
        self.errors = errors
        self.limits = limits
        self.parser = parser
        self.received = received
    }

    private static func makeBuffer() throws(EnvelopeError) -> SecretBuffer {
        do {
            return try SecretBuffer(capacity: receivedCapacity)
        } catch {
            throw EnvelopeError(error, while: "making room for a plugin's messages")
        }
    }

    // MARK: Messages

    mutating func send(_ type: String, _ arguments: [String] = [], body: [UInt8] = []) throws(EnvelopeError) {
        try send(try PluginMessage.encoded(type, arguments, body: body))
    }

    /// A message that is encoded already.
    mutating func send(_ message: [UInt8]) throws(EnvelopeError) {
        try send(message.bytes)
    }

    mutating func send(_ message: borrowing SecretBytes) throws(EnvelopeError) {
        try message.withBytes { bytes throws(EnvelopeError) in try send(bytes) }
    }

    private mutating func send(_ bytes: RawSpan) throws(EnvelopeError) {
        var sent = 0
        while sent < bytes.byteCount {
            let readiness = try wait(toWrite: true)
            if readiness.canRead { try fill() }
            if readiness.canWrite {
                let written = try write(bytes.extracting(sent..<min(bytes.byteCount, sent + Self.pieceByteCount)))
                sent += written
                if written > 0 { lastProgress = .now }
            }
        }
    }

    /// The next message, or nil when the peer closed its side between two.
    /// - Throws: `pluginFailed` when a limit is passed or the peer breaks the protocol; `cancelled`.
    mutating func receive() throws(EnvelopeError) -> PluginMessage? {
        while true {
            if try parseReceived() {
                messageCount += 1
                if let limits, messageCount > limits.messageCount {
                    throw EnvelopeError(.pluginFailed, "it sent more than \(limits.messageCount) messages")
                }
                return try parser.take()
            }
            if isAtEnd {
                guard parser.isBetweenMessages else { throw EnvelopeError(.pluginFailed, "it ended within a message") }
                return nil
            }
            if try wait(toWrite: false).canRead { try fill() }
        }
    }

    /// Whether a message is whole.
    private mutating func parseReceived() throws(EnvelopeError) -> Bool {
        while parsedCount < received.count {
            let index = parsedCount
            // Sound: every bit pattern is a UInt8, and the load checks its bounds.
            let byte = received.withBytes { unsafe $0.unsafeLoad(fromByteOffset: index, as: UInt8.self) }
            parsedCount += 1
            if try parser.admit(byte) { return true }
        }
        received.removeAll()
        parsedCount = 0
        return false
    }

    /// Does something that takes a person's time, which is not the peer's.
    mutating func pausing<R: ~Copyable>(_ body: () throws(EnvelopeError) -> R) throws(EnvelopeError) -> R {
        let start = ContinuousClock.now
        defer {
            let pause = start.duration(to: .now)
            began += pause
            lastProgress += pause
        }
        return try body()
    }

    // MARK: Waiting

    private struct Readiness {
        var canRead: Bool
        var canWrite: Bool
    }

    /// Waits until bytes have come and there is room for them, or can be written if that is wanted.
    private mutating func wait(toWrite: Bool) throws(EnvelopeError) -> Readiness {
        while true {
            guard !Task.isCancelled else { throw EnvelopeError(.cancelled, "cancelled") }
            let time = try remainingTime()
            let hasRoom = received.count < received.capacity
            var entries = [
                // A negative descriptor is passed over.
                pollfd(fd: !isAtEnd && hasRoom ? input.rawValue : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: toWrite ? output.rawValue : -1, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: errors?.rawValue ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            let milliseconds = CInt(time / .milliseconds(1)) + 1
            let count = unsafe entries.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, nfds_t($0.count), milliseconds) }
            guard count >= 0 || errno == EINTR else { throw Self.failed("waiting", Errno(rawValue: errno)) }
            guard count > 0 else { continue }
            if entries[2].revents != 0 { drainErrors() }
            let readiness = Readiness(canRead: entries[0].revents != 0, canWrite: entries[1].revents != 0)
            if readiness.canRead || readiness.canWrite { return readiness }
        }
    }

    /// How long to wait at most before something has to be looked at.
    private func remainingTime() throws(EnvelopeError) -> Duration {
        guard let limits else { return Self.cancellationInterval }
        let now = ContinuousClock.now
        let (silence, total) = (lastProgress.duration(to: now), began.duration(to: now))
        guard silence < limits.silence else { throw EnvelopeError(.pluginFailed, "it gave no answer for \(limits.silence)") }
        guard total < limits.total else { throw EnvelopeError(.pluginFailed, "it was not done after \(limits.total)") }
        return min(Self.cancellationInterval, limits.silence - silence, limits.total - total)
    }

    // MARK: Bytes

    /// Takes in what there is, as far as there is room. Called when `poll` said that there is something, or the end.
    private mutating func fill() throws(EnvelopeError) {
        var result = 0
        unsafe received.fill { room in
            result = unsafe read(input.rawValue, room.baseAddress, room.count)
            return max(0, result)
        }
        guard result >= 0 else {
            let error = Errno(rawValue: errno)
            guard error == .wouldBlock || error == .interrupted else { throw Self.failed("reading", error) }
            return
        }
        isAtEnd = result == 0
        receivedByteCount += result
        lastProgress = .now
        if let limits, receivedByteCount > limits.byteCount {
            throw EnvelopeError(.pluginFailed, "it sent more than \(limits.byteCount) bytes")
        }
    }

    /// Writes some; how many bytes is returned.
    private func write(_ bytes: RawSpan) throws(EnvelopeError) -> Int {
        let result = Self.withoutPipeSignal {
            unsafe bytes.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                    unsafe Glibc.write(output.rawValue, bytes.baseAddress, bytes.count)
                #elseif canImport(Musl)
                    unsafe Musl.write(output.rawValue, bytes.baseAddress, bytes.count)
                #else
                    unsafe Darwin.write(output.rawValue, bytes.baseAddress, bytes.count)
                #endif
            }
        }
        do {
            return try result.get()
        } catch .wouldBlock, .interrupted {
            return 0
        } catch .brokenPipe {
            throw EnvelopeError(.pluginFailed, "it stopped listening before it was done")
        } catch {
            throw Self.failed("writing", error)
        }
    }

    /// A broken pipe is an error here and no signal, also in a program that has not chosen to ignore SIGPIPE.
    private static func withoutPipeSignal(_ write: () -> Int) -> Result<Int, Errno> {
        var (pipeSignal, before, pending) = (sigset_t(), sigset_t(), sigset_t())
        unsafe sigemptyset(&pipeSignal)
        unsafe sigaddset(&pipeSignal, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
        unsafe sigpending(&pending)
        let wasPending = unsafe sigismember(&pending, SIGPIPE) == 1
        let count = write()
        let error = Errno(rawValue: errno)
        if count < 0, error == .brokenPipe, !wasPending {
            unsafe sigpending(&pending)
            var number: CInt = 0
            if unsafe sigismember(&pending, SIGPIPE) == 1 { unsafe sigwait(&pipeSignal, &number) }
        }
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        return count < 0 ? .failure(error) : .success(count)
    }

    /// Takes in what the peer says to its standard error, and keeps the end of it.
    mutating func drainErrors() {
        guard let errors else { return }
        let room = unsafe [UInt8](unsafeUninitializedCapacity: Self.errorTailByteCount) { buffer, count in
            count = max(0, unsafe read(errors.rawValue, buffer.baseAddress, buffer.count))
        }
        if room.isEmpty { self.errors = nil }
        errorTail = Array((errorTail + room).suffix(Self.errorTailByteCount))
    }

    private static func failed(_ what: String, _ error: Errno) -> EnvelopeError {
        EnvelopeError(.pluginFailed, "\(what) failed: \(error)", errno: error)
    }
}
