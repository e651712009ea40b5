/// Checks of request members (AWS KMS API reference; messages as AWS words them).
enum Limits {
    /// `PlaintextType`, and the longest message to sign or authenticate.
    static let maximumPlaintextByteCount = 4096
    static let maximumSignatureByteCount = 6144
    static let dataKeyByteCountRange = 1...1024

    static func checkPlaintext(byteCount: Int) throws(KeyStoreError) {
        // AWS's own spelling: scripts compare messages.
        guard byteCount >= 1 else {
            throw KeyStoreError(
                .validation,
                "1 validation error detected: Value at 'plaintext' failed to satisify constraint: "
                    + "Member must have length greater than or equal to 1")
        }
        guard byteCount <= maximumPlaintextByteCount else {
            throw KeyStoreError(
                .validation,
                "1 validation error detected: Value at 'plaintext' failed to satisify constraint: "
                    + "Member must have length less than or equal to \(maximumPlaintextByteCount)")
        }
    }

    static func checkMessage(byteCount: Int) throws(KeyStoreError) {
        guard (1...maximumPlaintextByteCount).contains(byteCount) else {
            throw KeyStoreError(
                .validation,
                "1 validation error detected: Value at 'message' failed to satisfy constraint: "
                    + "Member must have length \(byteCount < 1 ? "greater than or equal to 1" : "less than or equal to \(maximumPlaintextByteCount)")"
            )
        }
    }

    static func check(_ value: Int, in range: ClosedRange<Int>, member: String) throws(KeyStoreError) {
        guard value >= range.lowerBound else {
            throw KeyStoreError(
                .validation,
                "1 validation error detected: Value '\(value)' at '\(member)' failed to satisfy constraint: "
                    + "Member must have value greater than or equal to \(range.lowerBound)")
        }
        guard value <= range.upperBound else {
            throw KeyStoreError(
                .validation,
                "1 validation error detected: Value '\(value)' at '\(member)' failed to satisfy constraint: "
                    + "Member must have value less than or equal to \(range.upperBound)")
        }
    }

    static func dryRunStops(_ dryRun: Bool) throws(KeyStoreError) {
        if dryRun { throw KeyStoreError(.dryRun, "The request would have succeeded, but the DryRun option is set.") }
    }
}

extension Page {
    /// Cuts one more than a page to a page; `marker` names where the next begins.
    init(_ found: [Element], limit: Int, marker: (Element) -> String) {
        let page = Array(found.prefix(limit))
        self.init(elements: page, nextMarker: found.count > limit ? page.last.map(marker) : nil)
    }
}
