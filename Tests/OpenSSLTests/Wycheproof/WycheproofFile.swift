import Foundation
import TestSupport
import Testing

extension Tag {
    /// Runs a file of test vectors of the project Wycheproof.
    @Tag static var wycheproof: Self
}

/// A file of Tests/Vectors/wycheproof.
struct WycheproofFile<Group: Decodable>: Decodable {
    let numberOfTests: Int
    let testGroups: [Group]

    static func load(_ name: String) throws -> WycheproofFile {
        try JSONDecoder().decode(Self.self, from: Data(contentsOf: Repository.url("Tests/Vectors/wycheproof/\(name)")))
    }
}

/// What a correct implementation does with a case.
enum WycheproofResult: String, Decodable {
    case valid, invalid, acceptable
}

/// Bytes that a file gives in hexadecimal.
struct HexBytes: Decodable {
    let bytes: [UInt8]

    init(from decoder: any Decoder) throws {
        bytes = [UInt8](hex: try decoder.singleValueContainer().decode(String.self))
    }
}

/// What became of the cases of one file.
struct Tally: Equatable, CustomStringConvertible {
    var accepted = 0
    var refused = 0
    /// Cases of parameters that the module does not offer and therefore refused, whatever their verdict.
    var notOffered = 0

    var description: String { "accepted \(accepted), refused \(refused), not offered \(notOffered)" }
}
