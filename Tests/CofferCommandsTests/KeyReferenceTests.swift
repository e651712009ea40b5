import Testing

@testable import CofferCommands

@Suite("How people name keys")
struct KeyReferenceTests {
    @Test(
        "ids, ARNs and aliases are taken as they are; anything else is an alias",
        arguments: [
            ("1234abcd-12ab-34cd-56ef-1234567890ab", "1234abcd-12ab-34cd-56ef-1234567890ab", false),
            ("arn:aws:kms:us-east-1:000000000000:key/x", "arn:aws:kms:us-east-1:000000000000:key/x", false),
            ("arn:aws:kms:us-east-1:000000000000:alias/x", "arn:aws:kms:us-east-1:000000000000:alias/x", true),
            ("alias/backups", "alias/backups", true), ("backups", "alias/backups", true),
            ("1234abcd-12ab-34cd-56ef-1234567890a", "alias/1234abcd-12ab-34cd-56ef-1234567890a", true),
            ("g234abcd-12ab-34cd-56ef-1234567890ab", "alias/g234abcd-12ab-34cd-56ef-1234567890ab", true),
        ])
    func forms(argument: String, serviceName: String, isAlias: Bool) {
        let reference = KeyReference(argument: argument)
        #expect(reference?.serviceName == serviceName && reference?.isAlias == isAlias)
    }

    @Test("nothing names no key")
    func empty() { #expect(KeyReference(argument: "") == nil && AliasName(argument: "") == nil) }
}
