public import KeyStore

/// A KMS key as far as its age and its end go.
public struct KeyFacts: Sendable, Equatable {
    public struct Rotation: Sendable, Equatable {
        public var isAutomatic: Bool
        /// When the current version was made; nil if it is the first one.
        public var latest: Timestamp?

        public init(isAutomatic: Bool, latest: Timestamp? = nil) {
            self.isAutomatic = isAutomatic
            self.latest = latest
        }
    }

    public var id: String
    /// An alias, if it has one.
    public var alias: String?
    public var creationDate: Timestamp
    public var state: KeyState
    public var spec: KeySpec
    public var origin: KeyOrigin
    public var deletionDate: Timestamp?
    /// When imported material expires.
    public var validTo: Timestamp?
    /// nil where it does not matter: `mattersRotation`.
    public var rotation: Rotation?

    public init(
        id: String, alias: String? = nil, creationDate: Timestamp, state: KeyState = .enabled, spec: KeySpec = .symmetricDefault,
        origin: KeyOrigin = .awsKMS, deletionDate: Timestamp? = nil, validTo: Timestamp? = nil, rotation: Rotation? = nil
    ) {
        self.id = id
        self.alias = alias
        self.creationDate = creationDate
        self.state = state
        self.spec = spec
        self.origin = origin
        self.deletionDate = deletionDate
        self.validTo = validTo
        self.rotation = rotation
    }

    public init(_ metadata: KeyMetadata, alias: String?) {
        self.init(
            id: metadata.keyID, alias: alias, creationDate: metadata.creationDate, state: metadata.keyState, spec: metadata.keySpec,
            origin: metadata.origin, deletionDate: metadata.deletionDate, validTo: metadata.validTo)
    }

    /// Whether it has to be looked at how its material was renewed: keys that are in use, can be rotated, and are old enough for it.
    public func mattersRotation(at now: Timestamp) -> Bool {
        state == .enabled && spec == .symmetricDefault && creationDate.days(until: now) >= Limit.keyAgeInDays
    }

    /// As commands take it.
    var name: String { alias ?? id }
}
