/// Names of AWS KMS that Coffer knows and does not offer. They are answered by name, never mistaken for a typing error
/// (Docs/KMSCompatibility.md says why each is left out).
public enum UnsupportedName {
    public static let operations: Set<String> = [
        "ConnectCustomKeyStore", "CreateCustomKeyStore", "CreateGrant", "DeleteCustomKeyStore", "DescribeCustomKeyStores",
        "DisconnectCustomKeyStore", "GetKeyPolicy", "ListGrants", "ListKeyPolicies", "ListRetirableGrants", "PutKeyPolicy", "ReplicateKey",
        "RetireGrant", "RevokeGrant", "UpdateCustomKeyStore", "UpdatePrimaryRegion",
    ]

    public static let keySpecs: Set<String> = ["SM2", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"]

    /// OpenSSL 3.0 offers no Ed25519ph and no ML-DSA; SM2 keys are not made here.
    public static let algorithms: Set<String> = [
        "ED25519_PH_SHA_512", "ML_DSA_SHAKE_256", "SM2DSA", "SM2PKE", "RSAES_PKCS1_V1_5",
    ]

    public static let origins: Set<String> = ["AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"]

    public static func contains(_ name: String) -> Bool {
        operations.contains(name) || keySpecs.contains(name) || algorithms.contains(name) || origins.contains(name)
    }

    public static func error(_ name: String) -> KeyStoreError {
        KeyStoreError(.unsupportedOperation, "\(name) is not supported by this key store.")
    }
}
