import Findings

enum SecondFactorCheck {
    static func findings(_ factors: SecondFactorFacts) -> [Finding] {
        guard factors.deviceCount > 0, factors.recoveryCodesLeft <= Limit.recoveryCodeCount else { return [] }
        let kind: PostureFinding = factors.recoveryCodesLeft == 0 ? .noRecoveryCodes : .fewRecoveryCodes
        let evidence = [("devices", "\(factors.deviceCount)"), ("recovery codes left", "\(factors.recoveryCodesLeft)")]
        return [kind.finding("second factors", evidence, fix: "`coffer mfa recovery-codes regenerate` makes new ones")]
    }
}
