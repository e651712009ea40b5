extension ChainProblem.Code {
    /// Whether a certificate with this flaw makes a careful client give up the path.
    ///
    /// The others are about names, which a report weighs for itself, or about what most clients put up with.
    public var breaksTrust: Bool {
        switch self {
        case .expired, .notYetValid, .selfSigned, .unknownRoot, .weakSignature, .weakKey, .smallKey, .invalidSignature, .wrongUsage,
            .leafIsCA,
            .issuerNotCA, .pathTooLong, .nameConstraint, .unknownCritical, .unverifiable, .malformed:
            true
        // Without a path to a root nothing is trusted anyway; with one, somebody filled the gap.
        case .missingIntermediate: false
        case .wrongOrder, .unneededCertificate, .rootSent, .nameMismatch, .commonNameOnly, .badWildcard, .validityTooLong, .notStandard:
            false
        }
    }
}
