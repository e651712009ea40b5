import Testing

@testable import TLSInspector

/// One change to a clean server, and what a judge says because of it.
struct JudgementCase: Sendable, CustomTestStringConvertible {
    /// What is said about the clean server itself: two things worth knowing.
    static let clean = ["tls-classical-authentication info", "tls-post-quantum-key-exchange info"]

    let testDescription: String
    let added: [String]
    let removed: [String]
    let change: @Sendable (inout ScanBuilder) -> Void

    init(_ name: String, added: [String], change: @escaping @Sendable (inout ScanBuilder) -> Void) {
        self.testDescription = name
        self.added = added
        self.removed = []
        self.change = change
    }

    init(_ name: String, _ added: String..., without removed: [String] = [], change: @escaping @Sendable (inout ScanBuilder) -> Void) {
        self.testDescription = name
        self.added = added
        self.removed = removed
        self.change = change
    }

    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        var builder = ScanBuilder()
        change(&builder)
        let expected = (Self.clean.filter { !removed.contains($0) } + added).sorted()
        #expect(builder.findings == expected, "\(testDescription)", sourceLocation: sourceLocation)
    }
}
