public import KeyStore

/// What is known of a store.
public struct StoreFacts: Sendable {
    /// What only an open store tells.
    public enum Contents: Sendable {
        case open(StoreContents)
        /// It was not opened: why, and what to do to have it checked as well.
        case sealed(reason: String, advice: String?)
        /// It cannot be opened, because it is not what was written.
        case damaged(String)
    }

    public var path: String
    public var home: HomeFacts
    public var seals: Observation<[SealFacts]>
    /// Of the audit trail; nil while nothing was recorded.
    public var newestEvent: Observation<Timestamp?>
    public var contents: Contents

    public init(
        path: String, home: HomeFacts, seals: Observation<[SealFacts]>, newestEvent: Observation<Timestamp?>, contents: Contents
    ) {
        self.path = path
        self.home = home
        self.seals = seals
        self.newestEvent = newestEvent
        self.contents = contents
    }
}

/// What is in an open store.
public struct StoreContents: Sendable {
    public var keys: Observation<[KeyFacts]>
    /// nil while nothing was ever stored.
    public var objects: Observation<ObjectFacts?>
    /// nil while no device is enrolled.
    public var secondFactors: Observation<SecondFactorFacts?>
    public var trail: Observation<TrailFacts>
    /// What of it is not what was written.
    public var problems: [String]

    public init(
        keys: Observation<[KeyFacts]>, objects: Observation<ObjectFacts?>, secondFactors: Observation<SecondFactorFacts?>,
        trail: Observation<TrailFacts>, problems: [String] = []
    ) {
        self.problems = problems
        self.keys = keys
        self.objects = objects
        self.secondFactors = secondFactors
        self.trail = trail
    }
}

public struct SecondFactorFacts: Sendable, Equatable {
    public var deviceCount: Int
    public var recoveryCodesLeft: Int

    public init(deviceCount: Int, recoveryCodesLeft: Int) {
        self.deviceCount = deviceCount
        self.recoveryCodesLeft = recoveryCodesLeft
    }
}

public struct TrailFacts: Sendable, Equatable {
    public var eventCount: UInt64
    /// The first thing that is wrong with it.
    public var problem: String?

    public init(eventCount: UInt64, problem: String? = nil) {
        self.eventCount = eventCount
        self.problem = problem
    }
}

/// A saved scan of TLS endpoints.
public struct ScanFacts: Sendable, Equatable {
    public var path: String
    /// When it was written: scans themselves hold no time.
    public var written: Timestamp
    public var endpointCount: Int

    public init(path: String, written: Timestamp, endpointCount: Int) {
        self.path = path
        self.written = written
        self.endpointCount = endpointCount
    }
}
