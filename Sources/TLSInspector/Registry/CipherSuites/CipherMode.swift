/// How a block cipher is used on records that are longer than a block.
public enum CipherMode: String, Sendable, Hashable, Codable, CaseIterable {
    case none
    case stream
    case cbc = "CBC"
    case gcm = "GCM"
    case ccm = "CCM"
    /// With a tag of 8 bytes.
    case ccm8 = "CCM_8"
    case poly1305 = "Poly1305"
    case ctr = "CTR"
    case mgm = "MGM"
    /// A mode of its own.
    case aegis = "AEGIS"
}
