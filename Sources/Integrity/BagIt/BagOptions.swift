public import KeyStore
public import OpenSSL

/// What a new bag should be like.
public struct BagOptions: Sendable {
    /// 1.0, or 0.97 for receivers that know no other.
    public var version: BagVersion
    /// Of the manifests; in this order.
    public var algorithms: [DigestAlgorithm]
    /// For `bag-info.txt`, in their order.
    public var fields: [BagInfo.Field]
    /// When the bag is made.
    public var time: Timestamp
    /// Who makes it: `coffer 0.1.0`.
    public var softwareAgent: String

    public init(
        version: BagVersion = .v10, algorithms: [DigestAlgorithm] = [.sha256], fields: [BagInfo.Field] = [], time: Timestamp,
        softwareAgent: String
    ) {
        self.version = version
        self.algorithms = algorithms
        self.fields = fields
        self.time = time
        self.softwareAgent = softwareAgent
    }

    /// - Throws: `unsupported`, `invalidArgument`.
    func check() throws(IntegrityError) {
        guard version >= .v097 else {
            throw IntegrityError(.unsupported, "new bags are of version 1.0 or 0.97, not \(version.rawValue)")
        }
        guard !algorithms.isEmpty, Set(algorithms).count == algorithms.count else {
            throw IntegrityError(.invalidArgument, "a bag needs at least one algorithm, and each once")
        }
        if let unknown = algorithms.first(where: { !BagManifestName.algorithms.contains($0) }) {
            throw IntegrityError(.unsupported, "a bag with digests of \(unknown.rawValue) could not be checked by others")
        }
        guard !fields.contains(where: { $0.label.lowercased() == PayloadOxum.label.lowercased() }) else {
            throw IntegrityError(.invalidArgument, "\(PayloadOxum.label) is counted, and cannot be given")
        }
    }

    /// The whole of `bag-info.txt`: what was given comes first, and is not said twice.
    func info(_ payload: PayloadOxum) throws(IntegrityError) -> BagInfo {
        var info = BagInfo(fields)
        // `2026-11-01`, in UTC.
        let date = String(time.rfc3339.prefix(10))
        for (label, value) in [("Bagging-Date", date), ("Bag-Software-Agent", softwareAgent)] where info[label].isEmpty {
            info.append(try BagInfo.Field(label: label, value: value))
        }
        info.append(try BagInfo.Field(label: PayloadOxum.label, value: "\(payload)"))
        return info
    }
}

/// What was made.
public struct BagCreation: Sendable {
    public let payload: PayloadOxum
    /// Relative to the payload folder. They are in the bag, but no manifest can list them, and a copy may leave them out.
    public let emptyFolders: [EntryPath]
    /// Whether an earlier run was cut off, and this one only put in place what that one had made.
    public let isResumed: Bool
}
