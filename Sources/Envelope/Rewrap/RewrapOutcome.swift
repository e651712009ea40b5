public import KeyStore
public import SystemPackage

/// What became of one file.
public struct RewrapOutcome: Sendable, Equatable {
    public enum Method: Sendable, Equatable {
        /// The header was written over the old one.
        case inPlace
        /// A new file shares the payload's blocks with the old one, which it replaced.
        case reflinked
        /// A new file with a copy of the payload replaced the old one.
        case copied
    }

    public enum Action: Sendable, Equatable {
        /// Nothing had to be done, and nothing was.
        case current
        case rewrapped(Method)
        /// A dry run: `.copied` where the new header does not fit into the old one's place.
        case wouldRewrap(Method)
    }

    public let action: Action
    /// The KMS keys of the header before, and after.
    public let keysBefore: [KeyVersionName]
    public let keysAfter: [KeyVersionName]
    /// Types of the stanzas that were added and removed.
    public let added: [String]
    public let removed: [String]
    /// What was to be removed, and was not there.
    public let absent: [RecipientSelector]
    /// KMS keys whose stanzas were kept as they are because the key cannot be used.
    public let unusable: [UnusableKey]

    init(_ action: Action, _ draft: StanzaDraft) {
        self.action = action
        keysBefore = draft.keysBefore
        keysAfter = draft.keys
        added = draft.added
        removed = draft.removed
        absent = draft.absent
        unusable = draft.unusable
    }

    /// KMS keys whose older version was left for a newer one, each version that was left once.
    public var versionChanges: [KeyVersionChange] {
        var changes: [KeyVersionChange] = []
        for left in keysBefore where !keysAfter.contains(left) {
            let newest = keysAfter.filter { $0.keyARN == left.keyARN }.compactMap(\.version).max()
            guard let before = left.version, let newest, before < newest else { continue }
            let change = KeyVersionChange(keyARN: left.keyARN, before: before, after: newest)
            if !changes.contains(change) { changes.append(change) }
        }
        return changes
    }
}

/// A KMS key that wraps a file key under another version than before.
public struct KeyVersionChange: Sendable, Hashable, CustomStringConvertible {
    public let keyARN: String
    public let before: UInt32
    public let after: UInt32

    public var description: String { "\(keyARN), version \(before) → \(after)" }
}

/// A version of a KMS key.
public struct KeyVersionName: Sendable, Hashable, CustomStringConvertible {
    public let keyARN: String
    /// From 1; nil where another key service made the ciphertext, which then does not say it.
    public let version: UInt32?

    public init(keyARN: String, version: UInt32?) {
        self.keyARN = keyARN
        self.version = version
    }

    public var description: String { version.map { "\(keyARN), version \($0)" } ?? keyARN }
}

/// A key that a header names and the key service does not let us use.
public struct UnusableKey: Sendable, Equatable {
    public let keyARN: String
    public let error: KeyStoreError
}

/// What happens in a run, in its order.
public enum RewrapEvent: Sendable {
    /// A failure also for a file that an interrupted run may have left half written, and that cannot be made whole now. The journal keeps its
    /// header for the next run.
    case file(FilePath, Result<RewrapOutcome, EnvelopeError>)
    case skipped(SkippedEntry)
    /// A file that an interrupted run left half written, and what was done about it.
    case recovered(FilePath, RewrapRecovery)
}

public enum RewrapRecovery: Sendable, Equatable {
    /// The header was torn, and is now the new one.
    case completed
    /// The file has another header than the old and the new one: somebody else changed it, and it was left alone.
    case changedSince
    /// The file begins with no header at all any more, and was left alone. The journal stays, and has the old header and the new: who
    /// finds the file right as it is removes the journal.
    case headerLost
}

/// What a run came to.
public struct RewrapSummary: Sendable, Equatable {
    /// Files that needed nothing.
    public internal(set) var currentCount = 0
    /// Files that got another header; in a dry run, that would get one.
    public internal(set) var rewrappedCount = 0
    /// Files that failed, with those that an interrupted run left half written and that are not whole again: `changedSince`, `headerLost`.
    public internal(set) var failedCount = 0
    /// Entries that were passed over; `failedEntryCount` of them are failures, such as a folder that cannot be read.
    public internal(set) var skippedCount = 0
    public internal(set) var failedEntryCount = 0
    /// Files that an interrupted run had dealt with already.
    public internal(set) var resumedCount = 0
    /// ARNs of keys that were rotated while the run was at work: files before that may have been left at a version that is no longer
    /// the current one. Run it again.
    public internal(set) var keysRotatedMeanwhile: [String] = []

    public var isComplete: Bool { failedCount == 0 && failedEntryCount == 0 && keysRotatedMeanwhile.isEmpty }
}
