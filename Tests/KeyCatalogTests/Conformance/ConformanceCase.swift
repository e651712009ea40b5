import KeyStore
import Testing

/// One thing that every engine behind ``KeyRecordStore`` must do. An engine's tests run ``all`` of them, each on an empty store:
///
/// ```swift
/// @Test(arguments: ConformanceCase.all)
/// func conforms(_ rule: ConformanceCase) throws { try rule.check(MyEngine()) }
/// ```
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    let name: String
    let check: @Sendable (any KeyRecordStore) throws -> Void

    init(_ name: String, _ check: @escaping @Sendable (any KeyRecordStore) throws -> Void) {
        self.name = name
        self.check = check
    }

    var testDescription: String { name }

    static let all = records + order + transactions + changes
}
