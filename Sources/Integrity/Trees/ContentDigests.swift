import OpenSSL

/// Digests of one whole content, which comes in pieces.
final class ContentDigests {
    private final class Running {
        var digest: Digest

        init(_ algorithm: DigestAlgorithm) throws(OpenSSLError) { digest = try Digest(algorithm) }
    }

    private let running: [Running]

    /// - Parameter algorithms: each once, in the order of `DigestAlgorithm.allCases`.
    init(_ algorithms: [DigestAlgorithm]) throws(IntegrityError) {
        var running: [Running] = []
        do {
            for algorithm in algorithms { running.append(try Running(algorithm)) }
        } catch {
            throw IntegrityError(error)
        }
        self.running = running
    }

    func update(_ bytes: UnsafeRawBufferPointer) throws(IntegrityError) {
        do {
            for each in running { try unsafe each.digest.update(RawSpan(_unsafeBytes: bytes)) }
        } catch {
            throw IntegrityError(error)
        }
    }

    /// Ends the content; another one may follow.
    func finish() throws(IntegrityError) -> [ContentDigest] {
        do {
            var digests: [ContentDigest] = []
            for each in running { digests.append(ContentDigest(each.digest.algorithm, bytes: try each.digest.finalize())) }
            return digests
        } catch {
            throw IntegrityError(error)
        }
    }
}
