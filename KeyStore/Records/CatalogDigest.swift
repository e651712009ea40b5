package import OpenSSL

/// An incremental, keyed digest of the set of all records: a record that was removed, added or replaced by an older copy of
/// itself changes it, although each record on its own is authentic.
///
/// MSet-XOR-Hash of Clarke, Devadas, van Dijk, Gassend and Suh, "Incremental Multiset Hash Functions and Their
/// Application to Memory Integrity Checking", ASIACRYPT 2003, §4: (HMAC(K, 0 ‖ nonce) ⊕ ⊕ᵢ HMAC(K, 1 ‖ recordᵢ), count, nonce).
/// The fresh nonce of every state hides the sum, without which old states could be combined. Records are named by their
/// MACs, which cover id and content.
package struct CatalogDigest: Sendable, Equatable {
    package static let nonceByteCount = 16
    package static let sumByteCount = 32

    package let recordCount: UInt64
    package let nonce: [UInt8]
    package let maskedSum: [UInt8]

    package init(recordCount: UInt64, nonce: [UInt8], maskedSum: [UInt8]) {
        self.recordCount = recordCount
        self.nonce = nonce
        self.maskedSum = maskedSum
    }

    /// Of a catalog whose first transaction has not finished yet.
    package static let none = CatalogDigest(
        recordCount: 0, nonce: [UInt8](repeating: 0, count: nonceByteCount), maskedSum: [UInt8](repeating: 0, count: sumByteCount))

    /// The sum being worked on within a transaction.
    package struct Sum: Sendable {
        package private(set) var recordCount: UInt64
        package private(set) var bytes: [UInt8]

        package static let empty = Sum(recordCount: 0, bytes: [UInt8](repeating: 0, count: sumByteCount))

        package mutating func add(recordMAC: [UInt8], _ hmac: inout HMAC) throws(OpenSSLError) {
            try toggle(recordMAC, &hmac)
            recordCount += 1
        }

        package mutating func remove(recordMAC: [UInt8], _ hmac: inout HMAC) throws(OpenSSLError) {
            try toggle(recordMAC, &hmac)
            recordCount -= 1
        }

        private mutating func toggle(_ recordMAC: [UInt8], _ hmac: inout HMAC) throws(OpenSSLError) {
            bytes = CatalogDigest.xor(bytes, try CatalogDigest.contribution(1, recordMAC, &hmac))
        }

        package func masked(_ hmac: inout HMAC) throws(OpenSSLError) -> CatalogDigest {
            let nonce = try Random.bytes(nonceByteCount)
            let mask = try CatalogDigest.contribution(0, nonce, &hmac)
            return CatalogDigest(recordCount: recordCount, nonce: nonce, maskedSum: CatalogDigest.xor(bytes, mask))
        }
    }

    package func sum(_ hmac: inout HMAC) throws(OpenSSLError) -> Sum {
        Sum(recordCount: recordCount, bytes: Self.xor(maskedSum, try Self.contribution(0, nonce, &hmac)))
    }

    private static func contribution(_ domain: UInt8, _ input: [UInt8], _ hmac: inout HMAC) throws(OpenSSLError) -> [UInt8] {
        try hmac.update([domain].bytes)
        try hmac.update(input.bytes)
        return try hmac.finalize()
    }

    private static func xor(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { zip(left, right).map { $0 ^ $1 } }
}
