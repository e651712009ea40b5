import Synchronization

@testable import TLSInspector

/// A connection without a network: what it gives is written down beforehand.
final class ScriptedConnection: PeerConnection {
    private let answers: Mutex<[Result<[UInt8], TransportFailure>]>
    private let isClosed = Mutex(false)

    init(_ answers: Result<[UInt8], TransportFailure>...) { self.answers = Mutex(answers) }

    var wasClosed: Bool { isClosed.withLock { $0 } }

    func send(_ bytes: [UInt8]) async throws(TransportFailure) {}

    func receive() async throws(TransportFailure) -> [UInt8] {
        let answer = answers.withLock { $0.isEmpty ? .success([]) : $0.removeFirst() }
        return try answer.get()
    }

    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] { try await receive() }

    func close() async { isClosed.withLock { $0 = true } }
}
