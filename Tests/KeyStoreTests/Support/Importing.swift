import KeyTestSupport
import OpenSSL
import TestSupport

@testable import KeyStore

extension TestStore {
    /// Wraps material as its owner would, with nothing but the answer of GetParametersForImport.
    func wrap(_ material: [UInt8], _ parameters: GetParametersForImportResponse, _ algorithm: WrappingAlgorithm) throws -> [UInt8] {
        let publicKey = try PublicKey(spkiDER: parameters.publicKey.bytes)
        let label = [UInt8]()
        guard algorithm.usesAESKeyWrap else {
            return try publicKey.encryptOAEP(secret(material), digest: algorithm.digest, label: label.bytes)
        }
        let key = try SecretBytes(random: 32)
        return try publicKey.encryptOAEP(key, digest: algorithm.digest, label: label.bytes)
            + AESKeyWrap.wrapPadded(secret(material), with: key)
    }

    func parameters(_ keyID: String, _ algorithm: WrappingAlgorithm = .rsaesOAEPSHA256) async throws -> GetParametersForImportResponse {
        try await service.getParametersForImport(keyID: keyID, wrappingAlgorithm: algorithm, wrappingKeySpec: .rsa2048)
    }

    @discardableResult
    func importMaterial(
        _ material: [UInt8], into keyID: String, validTo: Timestamp? = nil, type: ImportType? = nil,
        _ algorithm: WrappingAlgorithm = .rsaesOAEPSHA256
    ) async throws -> ImportKeyMaterialResponse {
        let parameters = try await parameters(keyID, algorithm)
        return try await service.importKeyMaterial(
            ImportKeyMaterialRequest(
                keyID: keyID, importToken: parameters.importToken, encryptedKeyMaterial: wrap(material, parameters, algorithm),
                expirationModel: validTo == nil ? .doesNotExpire : .expires, validTo: validTo, importType: type))
    }
}
