import Findings

enum CryptographyCheck {
    static func findings(_ machine: MachineFacts) -> [Finding] {
        let provider = machine.cryptography.isFIPSActive ? "active" : "not active"
        return [PostureFinding.cryptography.finding("OpenSSL", [("version", machine.cryptography.version), ("FIPS provider", provider)])]
    }
}
