/// Why an OCSP response is not believed.
public enum OCSPRefusal: Error, Sendable, Hashable {
    case status(OCSPResponseStatus)
    /// The certificate given as issuer did not issue the certificate.
    case notIssuer
    case noAnswer
    case otherCertificate
    case otherIssuer
    /// The certificate is named by a hash function other than SHA-1 and SHA-256.
    case unsupportedHash
    case weakHash(String)
    case criticalExtension
    case malformedTime
    case fromFuture
    case expired
    case tooOld
    /// No certificate that fits the name of the responder is the issuer's or comes with the response.
    case noSigner
    case unusableKey
    case badSignature
    case tooManyCertificates
    case delegateNotIssued
    case delegateNotAllowed
    case delegateNotValid
    case delegateWeakHash(String)

    /// One plain sentence.
    public var sentence: String {
        switch self {
        case .status(let status): "The OCSP responder answered \"\(status.name)\" instead of a status."
        case .notIssuer: "The OCSP response cannot be checked because the next certificate of the chain did not issue this one."
        case .noAnswer: "The OCSP response holds no answer."
        case .otherCertificate: "The OCSP response is about another certificate."
        case .otherIssuer: "The OCSP response is about a certificate of another issuer."
        case .unsupportedHash: "The OCSP response names the certificate by a hash function other than SHA-1 and SHA-256."
        case .weakHash(let hash): "The OCSP response is signed with \(hash), in which collisions can be made."
        case .criticalExtension: "The OCSP response has a critical extension that is not known."
        case .malformedTime: "The OCSP response has times that cannot be read or contradict each other."
        case .fromFuture: "The OCSP response is from the future."
        case .expired: "The OCSP response has expired."
        case .tooOld: "The OCSP response does not say until when it is valid and is older than 10 days."
        case .noSigner: "The OCSP response is signed by somebody who is neither the issuer nor named by a certificate in the response."
        case .unusableKey: "The OCSP response cannot be checked because the signer has a kind of key that this installation cannot use."
        case .badSignature: "The signature of the OCSP response is wrong."
        case .tooManyCertificates: "The OCSP response holds more than \(OCSPResponse.maximumCertificateCount) certificates."
        case .delegateNotIssued: "The OCSP response is signed with a certificate that the issuer of the certificate did not issue."
        case .delegateNotAllowed: "The OCSP response is signed with a certificate that is not for OCSP (no extended key usage OCSPSigning)."
        case .delegateNotValid: "The OCSP response is signed with a certificate that is not valid now."
        case .delegateWeakHash(let hash):
            "The OCSP response is signed with a certificate whose own signature uses \(hash), in which collisions can be made."
        }
    }
}
