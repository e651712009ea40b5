import OpenSSL

extension EnvelopeError {
    static func malformedSSHKey(_ reason: String) -> EnvelopeError {
        EnvelopeError(.malformedKey, "malformed ssh key: \(reason)")
    }

    /// What a failure of libcrypto says about a key that it was given.
    init(sshKey error: OpenSSLError) {
        switch error.code {
        case .invalidKey, .invalidInput, .authenticationFailed: self = .malformedSSHKey("its numbers are not those of a key")
        case .unsupported: self.init(.malformedKey, "the ssh key cannot be used: \(error.reason)")
        case .outOfSecureMemory, .libraryFailure: self.init(error, while: "reading an ssh key")
        }
    }

    /// For a type of key that exists, and that nothing can be sealed for.
    static func unsupportedSSHKey(type: String) -> EnvelopeError {
        let kind =
            switch type {
            case _ where type.contains("-cert-"): "an ssh certificate: give the plain public key instead"
            case _ where type.hasPrefix("sk-"):
                "an ssh key on a security key, which can only sign: use another one, for example of ssh-keygen -t ed25519"
            case _ where type.hasPrefix("ecdsa-"): "an ECDSA key of ssh: use an Ed25519 key (ssh-keygen -t ed25519) or an RSA key"
            case "ssh-dss": "a DSA key of ssh: use an Ed25519 key (ssh-keygen -t ed25519) or an RSA key"
            default: "an ssh key of another type than ssh-ed25519 and ssh-rsa"
            }
        return EnvelopeError(.malformedKey, "nothing can be sealed for \(kind)")
    }
}
