import ArgumentParser
import KeyStore

/// Values that AWS writes in capitals; people may write `rsa-2048` for `RSA_2048`.
protocol AWSName: ExpressibleByArgument, CaseIterable, RawRepresentable<String> {}

extension AWSName {
    init?(argument: String) {
        self.init(rawValue: String(argument.uppercased().map { $0 == "-" ? "_" : $0 }))
    }
}

extension KeySpec: AWSName {}
extension KeyUsage: AWSName {}
extension KeyOrigin: AWSName {}
extension DataKeySpec: AWSName {}
extension EncryptionAlgorithm: AWSName {}
extension SigningAlgorithm: AWSName {}
extension MACAlgorithm: AWSName {}
extension KeyAgreementAlgorithm: AWSName {}
extension MessageType: AWSName {}
extension WrappingAlgorithm: AWSName {}
extension WrappingKeySpec: AWSName {}
extension ImportType: AWSName {}
