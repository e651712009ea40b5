/// Suites and groups of TLS 1.3. A HelloRetryRequest names one of each, so both lists are shortened together.
struct TLS13Enumeration: Sendable {
    struct Result: Sendable {
        var isOffered: Fact<Bool>
        var suites: Fact<[CipherSuite]>
        var groups: Fact<[NamedGroup]>
        var suitePreference: Fact<SuitePreference>
        var groupPreference: Fact<SuitePreference>
        var prioritizesChaCha: Fact<Bool>
    }

    let prober: Prober
    let factory: HelloFactory
    private static let common: Set<CipherSuite> = Set([0x1301, 0x1302, 0x1303].map { CipherSuite(rawValue: $0) })
    private let allSuites = CipherSuite.all(for: .tls13)
    private let allGroups = NamedGroup.tls13All

    init(prober: Prober, factory: HelloFactory) {
        self.prober = prober
        self.factory = factory
    }

    /// The hello with which a scan begins: it offers everything.
    var first: ClientHello { factory.hello13(suites: allSuites, groups: allGroups) }

    /// - Parameter answer: to ``first``, if that was asked already.
    func run(answer: HelloAnswer? = nil) async -> Result {
        var suites = Removal(allSuites)
        var groups = Removal(allGroups)
        switch await step(&suites, &groups, answer) {
        case .taken: break
        case .refused(let refusal?) where !refusal.isAboutOffer: return .undecided(refusal.undecided)
        case .refused: return .notOffered
        case .undecided(let reason): return .undecided(reason)
        case .odd(let reason):
            var result = Result.undecided(reason)
            result.isOffered = .known(true)
            return result
        }
        var open = await removeTogether(&suites, &groups)
        if open == nil { open = await finishSuites(&suites) }
        let openSuites = open
        open = await finishGroups(&groups)
        return await conclude(suites.taken, openSuites, groups.taken, open)
    }

    private enum Step {
        case taken
        /// Nil: it answers in an older version.
        case refused(Refusal?)
        case undecided(Undecided)
        /// It answers in TLS 1.3, with what was not offered.
        case odd(Undecided)
    }

    /// Strikes off both of what one answer names.
    private func step(
        _ suites: inout Removal<CipherSuite>, _ groups: inout Removal<NamedGroup>, _ known: HelloAnswer? = nil
    ) async -> Step {
        let outcome: HelloAnswer
        if let known { outcome = known } else { outcome = await ask(suites.remaining, groups.remaining) }
        switch outcome {
        case .refused(let refusal): return .refused(refusal)
        case .undecided(let reason): return .undecided(reason)
        case .answered(let answer):
            guard answer.hello.version == ProtocolVersion.tls13.rawValue else { return .refused(nil) }
            guard let group = answer.hello.keyShareGroup else { return .odd(Self.notOffered("an answer without a group")) }
            guard groups.remaining.contains(group) else {
                return .odd(Self.notOffered("the group \(group.name), which was not offered"))
            }
            guard suites.take(answer.hello.cipherSuite) else {
                return .odd(Self.notOffered("the suite \(answer.hello.cipherSuite.name), which was not offered"))
            }
            return groups.take(group) ? .taken : .odd(Self.notOffered("the group \(group.name) twice"))
        }
    }

    private func removeTogether(_ suites: inout Removal<CipherSuite>, _ groups: inout Removal<NamedGroup>) async -> Undecided? {
        // Behind the three suites that everybody has there is rarely a fourth: to ask for it with fewer groups would decide nothing.
        while !groups.remaining.isEmpty && !Self.common.isSubset(of: suites.taken) {
            switch await step(&suites, &groups) {
            case .taken: continue
            // wolfSSL names a group that nobody offered when it has none of those that were: that is its way to refuse.
            case .refused, .odd: return nil
            case .undecided(let reason): return reason
            }
        }
        return nil
    }

    private func finishSuites(_ suites: inout Removal<CipherSuite>) async -> Undecided? {
        while !suites.remaining.isEmpty {
            var groups = Removal(allGroups)
            switch await step(&suites, &groups) {
            case .taken: continue
            // wolfSSL names a group that nobody offered when it has none of those that were: that is its way to refuse.
            case .refused, .odd: return nil
            case .undecided(let reason): return reason
            }
        }
        return nil
    }

    private func finishGroups(_ groups: inout Removal<NamedGroup>) async -> Undecided? {
        while !groups.remaining.isEmpty {
            var suites = Removal(allSuites)
            switch await step(&suites, &groups) {
            case .taken: continue
            // wolfSSL names a group that nobody offered when it has none of those that were: that is its way to refuse.
            case .refused, .odd: return nil
            case .undecided(let reason): return reason
            }
        }
        return nil
    }

    // MARK: Order

    private func conclude(
        _ suites: [CipherSuite], _ openSuites: Undecided?, _ groups: [NamedGroup], _ openGroups: Undecided?
    ) async -> Result {
        var result = Result(
            isOffered: .known(true), suites: .known(suites), groups: .known(groups), suitePreference: .known(.undetermined),
            groupPreference: .known(.undetermined), prioritizesChaCha: .known(false))
        if suites.count > 1 || groups.count > 1 { await compareReversed(suites, groups, &result) }
        result.prioritizesChaCha = await prioritizesChaCha(suites, result.suitePreference)
        result.suites = Self.fact(suites, openSuites, result.suitePreference)
        result.groups = Self.fact(groups, openGroups, result.groupPreference)
        return result
    }

    /// The same question the other way round: whose order is it?
    private func compareReversed(_ suites: [CipherSuite], _ groups: [NamedGroup], _ result: inout Result) async {
        switch await ask(CipherSuite.reversed(suites), groups.reversed()) {
        case .answered(let answer):
            let isSameSuite = answer.hello.cipherSuite == suites.first
            let isSameGroup = answer.hello.keyShareGroup == groups.first
            if suites.count > 1 { result.suitePreference = .known(isSameSuite ? .server : .client) }
            if groups.count > 1 { result.groupPreference = .known(isSameGroup ? .server : .client) }
        case .refused(let refusal):
            let reason = Undecided(.protocolError, "the same offer in another order was refused: \(refusal.description)")
            result.suitePreference = .unknown(reason)
            result.groupPreference = .unknown(reason)
        case .undecided(let reason):
            result.suitePreference = .unknown(reason)
            result.groupPreference = .unknown(reason)
        }
    }

    private func prioritizesChaCha(_ suites: [CipherSuite], _ preference: Fact<SuitePreference>) async -> Fact<Bool> {
        let chaCha = CipherSuite(rawValue: 0x1303)
        guard suites.contains(chaCha), suites.first != chaCha, preference.value == .server else { return .known(false) }
        return switch await ask([chaCha] + suites.filter { $0 != chaCha }, allGroups) {
        case .answered(let answer): .known(answer.hello.cipherSuite == chaCha)
        case .refused: .known(false)
        case .undecided(let reason): .unknown(reason)
        }
    }

    private func ask(_ suites: [CipherSuite], _ groups: [NamedGroup]) async -> HelloAnswer {
        await prober.ask(factory.hello13(suites: suites, groups: groups))
    }

    private static func notOffered(_ what: String) -> Undecided { Undecided(.protocolError, "the server answered with \(what)") }

    private static func fact<Item: CodePoint>(_ items: [Item], _ open: Undecided?, _ preference: Fact<SuitePreference>) -> Fact<[Item]> {
        if let open { return .unknown(open) }
        return .known(preference.value == .server ? items : items.sorted())
    }
}

extension TLS13Enumeration.Result {
    static let notOffered = Self(
        isOffered: .known(false), suites: .known([]), groups: .known([]), suitePreference: .known(.undetermined),
        groupPreference: .known(.undetermined), prioritizesChaCha: .known(false))

    static func undecided(_ reason: Undecided) -> Self {
        Self(
            isOffered: .unknown(reason), suites: .unknown(reason), groups: .unknown(reason), suitePreference: .unknown(reason),
            groupPreference: .unknown(reason), prioritizesChaCha: .unknown(reason))
    }
}
