import ArgumentParser

/// `coffer tls`: what servers offer, what is wrong with it, and what is left of their certificates.
struct TLSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tls", abstract: "Scan TLS servers, judge what they offer, and read certificates.",
        discussion: """
            Scan only what you may scan: every target is named, no range of addresses is
            taken.

            $ coffer tls scan example.com --grade
            $ coffer tls scan --targets hosts.txt --profile mozilla-modern --html tls.html
            $ coffer tls scan --targets hosts.txt --baseline last.json --save last.json
            $ coffer tls certificate server.pem
            $ coffer tls judge last.json --profile nist-800-52r2
            $ coffer tls watch --targets hosts.txt --format prometheus

            \(ExitStatus.help)
            """,
        subcommands: [TLSScan.self, TLSCertificate.self, TLSJudgeCommand.self, TLSWatch.self, TLSProfiles.self])
}
