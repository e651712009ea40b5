/// age's post-quantum and hardware-tagged keys, which begin like those of plugins and are not read.
enum PostQuantum {
    /// What stands between `age1` and the last `1`.
    static let recipientNames: Set<String> = ["pq", "tag", "tagpq"]
    /// The prefix of their identities, in lower case.
    static let identityPrefix = "age-secret-key-pq-"

    static let unsupportedRecipient = EnvelopeError(
        .malformedKey, "recipients of the types age1pq1, age1tag1 and age1tagpq1 are not known here: use one that begins with age1 alone")
    static let unsupportedIdentity = EnvelopeError(
        .malformedKey, "identities of the type AGE-SECRET-KEY-PQ-1 are not known here: use one of AGE-SECRET-KEY-1")
}
