import AgeFormat
import KeyStore
import SystemPackage

@testable import Envelope

/// Sealed files with stanzas and padding of a test's choice, all with the file key of `FixedKey`.
struct SealedFixture {
    struct Unexpected: Error {}

    var recipients: [any Recipient] = []
    /// Stanzas behind those of the recipients.
    var further: [Stanza] = []
    var padding = HeaderPadding.Policy.none
    let key = FixedKey()

    init(_ recipients: [any Recipient] = [], further: [Stanza] = [], padding: HeaderPadding.Policy = .none) {
        self.recipients = recipients
        self.further = further
        self.padding = padding
    }

    /// - Parameter plaintext: at most one chunk.
    func bytes(_ plaintext: [UInt8]) throws -> [UInt8] {
        let own = try Stanza(type: FixedKey.stanzaType, body: [1, 2, 3])
        return try key.header(try padding.padded([own] + further)) + key.payload([.init(plaintext, isLast: true)])
    }

    /// A file for the recipients and for nobody else.
    func sealed(_ chunks: [FixedKey.Chunk]) async throws -> [UInt8] {
        var stanzas: [Stanza] = []
        for recipient in recipients {
            let fileKey = try key.fileKey()
            stanzas += try await recipient.wrap(fileKey).stanzas
        }
        return try key.header(try padding.padded(stanzas + further)) + key.payload(chunks)
    }
}

extension RewrapEvent {
    /// In one line, for comparing.
    var summary: String {
        switch self {
        case .file(let path, .success(let outcome)): "\(path.lastComponent?.string ?? ""): \(outcome.action)"
        case .file(let path, .failure(let error)): "\(path.lastComponent?.string ?? ""): \(error.code)"
        case .skipped(let skipped): "\(skipped.path.lastComponent?.string ?? ""): \(skipped.reason)"
        case .recovered(let path, let recovery): "\(path.lastComponent?.string ?? ""): recovered \(recovery)"
        }
    }
}

/// The events of a run.
actor EventLog {
    private(set) var events: [RewrapEvent] = []

    func add(_ event: RewrapEvent) { events.append(event) }

    var lines: [String] { events.map(\.summary) }

    var outcomes: [RewrapOutcome] {
        events.compactMap { event in
            if case .file(_, .success(let outcome)) = event { outcome } else { nil }
        }
    }

    var errors: [EnvelopeError] {
        events.compactMap { event in
            if case .file(_, .failure(let error)) = event { error } else { nil }
        }
    }
}
