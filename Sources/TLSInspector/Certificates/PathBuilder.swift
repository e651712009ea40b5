internal import OpenSSL

/// Finds the paths from a leaf to a root, all of them: an expired or distrusted one must not hide another that is good.
///
/// Issuers are looked for by name and confirmed by the signature (RFC 4158). The search is bounded, since names are free and a peer
/// could send certificates that all name one another.
struct PathBuilder {
    static let maximumDepth = 12
    static let maximumPathCount = 64
    static let maximumSignatureChecks = 300

    let trust: TrustStore
    /// What the peer sent behind the leaf, then what else is at hand.
    let candidates: [ChainMember]
    /// Makes a member of a trusted certificate.
    let read: (X509Certificate, ChainMember.Source) throws(CertificateError) -> ChainMember

    private(set) var paths: [CertificatePath] = []
    /// Fingerprints of all that is on some path.
    private(set) var visited: Set<String> = []
    /// Whether there may be paths that were not looked at.
    private(set) var isCutOff = false
    /// Trusted ones by their DER: reading one looks for flaws of its key, which takes a while.
    private var anchors: [[UInt8]: ChainMember] = [:]
    private var checks: [Pair: X509Certificate.SignatureCheck] = [:]

    private struct Pair: Hashable {
        let signed: String
        let issuer: String
    }

    init(
        trust: TrustStore, candidates: [ChainMember],
        read: @escaping (X509Certificate, ChainMember.Source) throws(CertificateError) -> ChainMember
    ) {
        self.trust = trust
        self.candidates = candidates
        self.read = read
    }

    mutating func search(from leaf: ChainMember) throws(CertificateError) {
        try extend(CertificatePath(members: [leaf], end: .missingIssuer))
    }

    private mutating func extend(_ path: CertificatePath) throws(CertificateError) {
        guard let last = path.members.last else { return }
        guard paths.count < Self.maximumPathCount else {
            isCutOff = true
            return
        }
        visited.insert(last.fingerprint)
        if try finish(path, at: last) { return }
        guard path.members.count < Self.maximumDepth else { return record(path, .searchLimit) }
        var (isExtended, isNamed) = (false, false)
        for issuer in try issuers(of: last, path) {
            isNamed = true
            guard let check = check(last, by: issuer) else { return record(path, .searchLimit) }
            // One of the right name and the wrong key is the trouble, not superfluous.
            visited.insert(issuer.fingerprint)
            if check == .invalid { continue }
            isExtended = true
            var next = path
            if case .undecided(let reason) = check { next.unverified[path.members.count - 1] = reason }
            next.members.append(issuer)
            try extend(next)
        }
        guard !isExtended else { return }
        if last.isSelfIssued, check(last, by: last) != .invalid { return record(path, .untrustedRoot) }
        record(path, isNamed || last.isSelfIssued ? .invalidSignature : .missingIssuer)
    }

    /// Ends a path whose last certificate is trusted.
    /// - Returns: whether it goes nowhere from here. Where only its subject and key are trusted, it may.
    private mutating func finish(_ path: CertificatePath, at last: ChainMember) throws(CertificateError) -> Bool {
        if case .anchor(let isPublic) = last.source {
            record(path, .anchored(isPublic: isPublic))
            return true
        }
        guard let anchor = trust.anchor(for: last.certificate) else { return false }
        if anchor.certificate.der == last.certificate.der {
            record(path, .anchored(isPublic: anchor.isPublic))
            return true
        }
        // A leaf is trusted as it is or not at all.
        guard path.members.count > 1 else { return false }
        var finished = path
        finished.members[path.members.count - 1] = try member(anchor)
        record(finished, .anchored(isPublic: anchor.isPublic))
        return false
    }

    /// Trusted ones first. None that is on the path already, in this or another certificate of the same subject and key.
    private mutating func issuers(of last: ChainMember, _ path: CertificatePath) throws(CertificateError) -> [ChainMember] {
        var found: [ChainMember] = []
        for anchor in trust.issuers(of: last.certificate) {
            found.append(try member(anchor))
        }
        let trusted = Set(found.map(\.fingerprint))
        found += candidates.filter { last.certificate.hasIssuerName(of: $0.certificate) && !trusted.contains($0.fingerprint) }
        // The key identifier tells which of several is meant, and the signature decides.
        let isMeant = found.map { last.certificate.names(asIssuer: $0.certificate) }
        let sorted = found.indices.filter { isMeant[$0] } + found.indices.filter { !isMeant[$0] }
        return sorted.map { found[$0] }.filter { issuer in
            !path.members.contains { $0.certificate.isSameAuthority(as: issuer.certificate) }
        }
    }

    private mutating func member(_ anchor: TrustStore.Anchor) throws(CertificateError) -> ChainMember {
        if let known = anchors[anchor.certificate.der] { return known }
        let member = try read(anchor.certificate, .anchor(isPublic: anchor.isPublic))
        anchors[anchor.certificate.der] = member
        return member
    }

    /// Nil once so many signatures were checked that no more are.
    private mutating func check(_ signed: ChainMember, by issuer: ChainMember) -> X509Certificate.SignatureCheck? {
        let pair = Pair(signed: signed.fingerprint, issuer: issuer.fingerprint)
        if let known = checks[pair] { return known }
        guard checks.count < Self.maximumSignatureChecks else { return nil }
        let check = signed.certificate.checkSignature(by: issuer.certificate)
        checks[pair] = check
        return check
    }

    private mutating func record(_ path: CertificatePath, _ end: CertificatePath.End) {
        if end == .searchLimit { isCutOff = true }
        var path = path
        path.end = end
        paths.append(path)
    }
}
