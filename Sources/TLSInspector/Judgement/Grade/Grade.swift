/// What SSL Labs would say, by its rating guide 2009r as testssl.sh carries it out.
///
/// A letter is for those who compare or report; what has to be done stands in the findings. If something that decides about the letter
/// is not known, there is no letter.
public struct Grade: Sendable, Hashable, Codable {
    public static let guide = "SSL Labs Rating Guide 2009r"

    /// Nil if it cannot be told; the reasons say why.
    public var letter: GradeLetter?
    /// Nil if one of the scores cannot be told.
    public var scores: GradeScores?
    /// Each cap, each warning and everything that is missing, one sentence.
    public var reasons: [String]

    public init(letter: GradeLetter?, scores: GradeScores?, reasons: [String]) {
        self.letter = letter
        self.scores = scores
        self.reasons = reasons
    }

    /// Grades one endpoint at one address.
    public init(scan: EndpointScan, context: JudgementContext) {
        let view = ScanView(scan: scan, context: context)
        if let failure = scan.failure {
            self.init(letter: nil, scores: nil, reasons: ["There is no grade: nothing could be found out (\(failure))."])
            return
        }
        let gaps = GradeGaps.sentences(view)
        let scores = Self.scores(view)
        guard gaps.isEmpty, let scores else {
            self.init(letter: nil, scores: scores, reasons: gaps.isEmpty ? ["There is no grade: no version of TLS is offered."] : gaps)
            return
        }
        let caps = GradeCap.all(view, scores: scores)
        let warnings = GradeWarning.all(view)
        self.init(
            letter: Self.letter(scores, caps: caps, hasWarnings: !warnings.isEmpty), scores: scores,
            reasons: caps.sorted { $0.letter < $1.letter }.map(\.sentence) + warnings + GradeGaps.notes(view))
    }

    private static func letter(_ scores: GradeScores, caps: [GradeCap], hasWarnings: Bool) -> GradeLetter {
        let letter = GradeLetter(score: scores.total)
        if let lowest = caps.map(\.letter).min() { return min(letter, lowest) }
        guard letter == .a else { return letter }
        return hasWarnings ? .aMinus : .aPlus
    }

    private static func scores(_ view: ScanView) -> GradeScores? {
        guard let versions = GradeScores.mean(view.offered.map(GradeScores.score)),
            let exchange = keyExchange(view).min(),
            let ciphers = GradeScores.mean(
                view.allSuites.compactMap { $0.traits.bits.map(GradeScores.score(cipherBits:)) } + ssl2Ciphers(view))
        else { return nil }
        return GradeScores(protocolSupport: versions, keyExchange: exchange, cipherStrength: ciphers)
    }

    /// SSLv2 has kinds of its own; with it the letter is F whatever they are.
    private static func ssl2Ciphers(_ view: ScanView) -> [Int] { view.offers(.ssl2) ? [GradeScores.score(cipherBits: 40)] : [] }

    /// Of every key that takes part: certificates, groups, temporary keys.
    private static func keyExchange(_ view: ScanView) -> [Int] {
        let facts = view.scan.keyExchange
        let keys = view.chains.compactMap(\.leaf).compactMap { score($0.key) }
        let curves = ((facts.tls12Groups.value ?? []) + (facts.tls13Groups.value ?? [])).compactMap { group -> Int? in
            guard let attributes = group.attributes, let bits = attributes.fieldBits else { return nil }
            switch attributes.kind {
            case .ellipticCurve: return GradeScores.score(curveBits: bits)
            case .finiteField: return GradeScores.score(rsaBits: bits)
            case .hybrid, .pureKEM, .draft: return nil
            }
        }
        let others = facts.finiteField.map { GradeScores.score(rsaBits: $0.bits) } + facts.exportRSABits.map(GradeScores.score(rsaBits:))
        return keys + curves + others
    }

    private static func score(_ key: CertificateKeyFacts) -> Int? {
        switch key.algorithm {
        case "RSA", "RSA-PSS", "DSA": key.bits.map(GradeScores.score(rsaBits:))
        case "EC": key.bits.map(GradeScores.score(curveBits:))
        // Ed25519, Ed448 and ML-DSA are younger than the guide, and all of them stronger than its highest step.
        default: 100
        }
    }
}
