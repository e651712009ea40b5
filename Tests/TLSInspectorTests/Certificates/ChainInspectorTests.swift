import Foundation
import Testing

@testable import TLSInspector

@Suite("Inspecting chains")
struct ChainInspectorTests {
    @Test("each chain has the problems that it was made with, and no other", arguments: CertificateVectors.chains)
    func chain(_ vector: CertificateVectors.Chain) throws {
        var trust = TrustStore()
        try trust.add(pem: CertificateVectors.pem(vector.roots), name: "test roots", isPublic: vector.isPublic)
        let report = ChainInspector(trust: trust, time: vector.time)
            .inspect(chain: vector.chain.map(Array.init), host: vector.host, extra: vector.extra.map(Array.init))
        let sentences = report.problems.map(\.sentence)
        let codes = report.problems.map(\.code.rawValue).sorted()
        #expect(codes == vector.problems, "\(sentences)")
        #expect(report.isTrusted == vector.isTrusted, "\(sentences)")
        #expect(sentences.contains { $0.contains(vector.sentence) } || vector.sentence.isEmpty, "\(sentences)")
        for sentence in sentences {
            #expect(sentence.hasSuffix(".") && !sentence.hasSuffix("..") && sentence.first?.isUppercase == true, "\(sentence)")
        }
    }
}
