@testable import TLSInspector

/// Changes one bit in what a server says, or cuts it off: someone on the path.
final class TamperingConnection: PeerConnection, @unchecked Sendable {
    enum Tampering: Sendable {
        /// In the last byte of the n-th record, counted from 0.
        case flip(record: Int)
        /// In the middle of the n-th record.
        case cut(record: Int)
    }

    private let connection: any PeerConnection
    private let tampering: Tampering
    /// One task reads.
    private var records = RecordStream()
    private var count = 0
    private var isCut = false

    init(_ connection: any PeerConnection, _ tampering: Tampering) {
        self.connection = connection
        self.tampering = tampering
    }

    func send(_ bytes: [UInt8]) async throws(TransportFailure) { try await connection.send(bytes) }

    func receive() async throws(TransportFailure) -> [UInt8] {
        while !isCut {
            let bytes = try await connection.receive()
            guard !bytes.isEmpty else { return [] }
            records.append(bytes)
            var changed: [UInt8] = []
            do {
                while !isCut, let record = try records.next() { changed += change(record.encoded) }
            } catch {
                throw TransportFailure(.protocolError, error.description)
            }
            if !changed.isEmpty { return changed }
        }
        return []
    }

    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] { try await receive() }
    func close() async { await connection.close() }

    private func change(_ record: [UInt8]) -> [UInt8] {
        defer { count += 1 }
        switch tampering {
        case .flip(count): return record.dropLast() + [(record.last ?? 0) ^ 1]
        case .cut(count):
            isCut = true
            return Array(record.prefix(record.count / 2))
        case .flip, .cut: return record
        }
    }
}
