import ArgumentParser
import TLSInspector

/// By what scans are judged.
struct TLSJudgementOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("Hold servers against this guideline: see `coffer tls profiles list`.", valueName: "name or file"),
        completion: WordCompletion.profile)
    var profile: String?
    @Flag(name: .long, help: "Grade as SSL Labs does.") var grade = false
    @OptionGroup var trust: TLSTrustOptions

    /// What a judgement needs is read before anything is scanned.
    func judge(in session: Session) throws -> ScanJudge {
        let profile = try profile.map { try TLSProfileReference($0).read(in: session) }
        var judge = try trust.judge(in: session)
        judge.profile = profile
        judge.wantsGrade = grade
        return judge
    }
}
