/// Why a CRL is not believed, or cannot be used for a certificate.
public enum CRLRefusal: Error, Sendable, Hashable {
    /// The certificate given as issuer did not issue the certificate.
    case notIssuer
    case otherIssuer
    case issuerMayNotSign
    case unusableKey
    case weakHash(String)
    case badSignature
    case delta
    case indirect
    case malformedExtension
    /// The OID, or libcrypto's name for it.
    case criticalExtension(String)
    case attributesOnly
    case otherKind
    case otherDistributionPoint
    case someReasonsOnly
    case malformedTime
    case fromFuture
    case expired
    case tooOld

    /// One plain sentence.
    public var sentence: String {
        switch self {
        case .notIssuer: "The CRL cannot be checked because the next certificate of the chain did not issue this one."
        case .otherIssuer: "The CRL is from another issuer."
        case .issuerMayNotSign: "The CRL is from an issuer whose certificate does not allow it to sign lists (key usage cRLSign)."
        case .unusableKey: "The CRL cannot be checked because its issuer has a kind of key that this installation cannot use."
        case .weakHash(let hash): "The CRL is signed with \(hash), in which collisions can be made."
        case .badSignature: "The signature of the CRL is wrong."
        case .delta: "The CRL is a delta CRL, which lists changes only and is not supported."
        case .indirect: "The CRL is an indirect one, which lists certificates of other issuers and is not supported."
        case .malformedExtension: "The CRL has an extension that cannot be read."
        case .criticalExtension(let name): "The CRL has a critical extension that is not known (\(name))."
        case .attributesOnly: "The CRL is for attribute certificates only."
        case .otherKind: "The CRL is for another kind of certificate (of authorities only, or of end entities only)."
        case .otherDistributionPoint: "The CRL is for another distribution point than those that the certificate names."
        case .someReasonsOnly: "The CRL covers some reasons for revocation only, so it cannot show that the certificate is good."
        case .malformedTime: "The CRL has times that cannot be read or contradict each other."
        case .fromFuture: "The CRL is from the future."
        case .expired: "The CRL has expired."
        case .tooOld: "The CRL does not say when the next one comes and is older than 10 days."
        }
    }
}
