import OpenSSL

/// What all manifests of one tree have in common, however often it is looked at: 16 random bytes.
public struct ManifestID: Sendable, Hashable, CustomStringConvertible {
    public static let byteCount = 16

    /// 16 of them.
    public let bytes: [UInt8]

    /// - Returns: nil unless there are 16 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// A new one.
    /// - Throws: `internalFailure` when the random generator fails.
    public static func random() throws(IntegrityError) -> ManifestID {
        do {
            return ManifestID(trusted: try Random.bytes(byteCount))
        } catch {
            throw IntegrityError(.internalFailure, "an id for a manifest could not be made: \(error)")
        }
    }

    private init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// 32 lower-case digits.
    public var description: String { bytes.hexadecimal }

    /// Reads what `description` writes.
    init?(digits: ArraySlice<UInt8>) {
        guard digits.count == 2 * Self.byteCount, let bytes = [UInt8](hexadecimal: digits), bytes.hexadecimal.utf8.elementsEqual(digits)
        else { return nil }
        self.bytes = bytes
    }
}
