public import AuditTrail

/// The store vouches for its trail: the catalog record holds the position of the newest event that went with a change, so
/// that a trail that was cut, emptied or put back is noticed.
extension LocalKeyService {
    public func auditAnchor() throws(KeyStoreError) -> AuditPosition {
        let root = root
        return try environment.records.read { reader throws(KeyStoreError) in
            try CatalogSnapshot(reader: reader, root: root).catalog().auditPosition
        }
    }

    /// Goes on with the trail after its loss was looked into: as it is, or where it is damaged from the last authentic event before that. What
    /// was lost stays on record: the event names what was wrong, the position that the store had vouched for, and the file that keeps what was
    /// taken out.
    ///
    /// - Parameter path: of the file that keeps a damaged trail; it is not there yet.
    /// - Returns: nil if the trail is whole and goes on from the store's position: then nothing is changed, and nothing is recorded.
    /// - Throws: `auditUnavailable`. What is taken out already stays so, and calling this again goes on.
    public func acceptAuditTrail(keepingDamaged path: String) throws(KeyStoreError) -> AuditRepair? {
        let lost = try auditAnchor()
        let repair: AuditRepair?
        do throws(AuditTrailError) {
            repair = try environment.trail.repair(against: lost, keepingDamaged: path)
        } catch {
            throw KeyStoreError(.auditUnavailable, "the audit trail was not accepted: \(error.message)")
        }
        guard let repair else { return nil }
        var event = OperationEvent("AcceptAuditTrail", source: .coffer)
        event.additional = [
            ("anchoredSequence", .integer(Int64(clamping: lost.sequence))), ("anchoredHash", .string(Hex.encode(lost.hash))),
            ("problem", .string(repair.problem.description)),
        ]
        if let evidence = repair.evidence {
            event.additional? += [
                ("damagedTrail", .string(path)), ("damagedTrailSHA256", .string(Hex.encode(evidence.digest))),
                ("removedLineCount", .integer(Int64(clamping: evidence.removedLineCount))),
            ]
        }
        try change(event, requiringAnchor: false) { _, _ throws(KeyStoreError) in }
        return repair
    }

    /// What is missing at the end of the trail, in words; nil if it reaches the event that this store vouches for. That it is the same
    /// event is looked at before a change, and by `AuditTrail.verify(against:)`: it may lie far back in the file.
    public func auditTrailLoss() throws(KeyStoreError) -> String? { try loss(since: auditAnchor()) }

    /// Nothing is changed on top of a trail that does not go on from the anchor: the change would move the anchor, and the loss would
    /// no longer show.
    ///
    /// - Parameter checked: an anchor that was looked up before. What follows it can be long to read, and is better not read inside a
    ///   transaction, which others wait for.
    func requireContinuation(of anchor: AuditPosition, checked: AuditPosition? = nil) throws(KeyStoreError) {
        var loss = try loss(since: anchor)
        if loss == nil, anchor != checked { loss = try replacement(of: anchor) }
        guard let loss else { return }
        throw KeyStoreError(
            .auditUnavailable,
            "nothing was changed: \(loss). Look into it with 'coffer audit verify', put the trail back from a copy, or go on without it "
                + "with 'coffer audit accept'")
    }

    /// The anchor, from which the trail goes on.
    func checkedAnchor() throws(KeyStoreError) -> AuditPosition {
        let anchor = try auditAnchor()
        try requireContinuation(of: anchor)
        return anchor
    }

    private func loss(since anchor: AuditPosition) throws(KeyStoreError) -> String? {
        let position: AuditPosition
        do { position = try environment.trail.position() } catch { throw KeyStoreError(error) }
        guard position.sequence < anchor.sequence else { return nil }
        return "the audit trail ends before event \(anchor.sequence), which this store had recorded"
    }

    /// As many events as were lost may have been recorded since.
    private func replacement(of anchor: AuditPosition) throws(KeyStoreError) -> String? {
        do throws(AuditTrailError) {
            guard try !environment.trail.contains(anchor) else { return nil }
        } catch {
            guard error.code == .damaged else { throw KeyStoreError(error) }
            return "the audit trail cannot be followed back to event \(anchor.sequence), which this store had recorded: \(error.message)"
        }
        return "event \(anchor.sequence) of the audit trail is not the one that this store had recorded, so the trail was replaced"
    }
}
