import ArgumentParser
import KeyStore
import TLSInspector

/// Whom chains have to lead to, when, and who is asked about them.
struct TLSTrustOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Judge as of this time.", valueName: "time")) var at: String?
    @Option(
        name: .long, help: ArgumentHelp("Trust these authorities, too (PEM); may be repeated.", valueName: "file"), completion: .file())
    var ca: [String] = []
    @Flag(name: .long, help: "Do not trust the authorities of this system (/etc/ssl/certs, or SSL_CERT_FILE).") var noSystemTrust = false
    @Flag(name: .long, help: "Ask OCSP responders and fetch revocation lists.") var revocation = false
    @Flag(name: .long, help: "Fetch certificates of issuers that a server forgot to send.") var completeChain = false
    @Option(
        name: .long, help: ArgumentHelp("Debian's list of weak RSA keys (package openssl-blacklist).", valueName: "file"),
        completion: .file())
    var debianBlocklist: String?

    private static let systemBundle = "/etc/ssl/certs/ca-certificates.crt"

    /// What a judgement needs is read before anything is scanned.
    func judge(in session: Session) throws -> ScanJudge {
        var judge = ScanJudge(trust: try trust(in: session), time: try time(in: session.context))
        judge.blocklist = try blocklist(in: session)
        let fetcher = sharedFetcher(session.context.makeFetcher)
        judge.revocation = revocation ? fetcher : nil
        judge.completion = completeChain ? fetcher : nil
        return judge
    }

    /// Seconds since 1970.
    func time(in context: CommandContext) throws -> Int64 {
        if let at { return try Timestamp(rfc3339: at, option: "--at").seconds }
        return try context.clock.read().wall.seconds
    }

    func blocklist(in session: Session) throws -> DebianBlocklist? {
        guard let debianBlocklist else { return nil }
        let text = try PublicFile.read(debianBlocklist, as: "blocklist", atMost: DebianBlocklist.maximumByteCount, in: session)
        do throws(CertificateError) {
            return try DebianBlocklist(text: text)
        } catch {
            throw CommandError(.malformedInput, "\(debianBlocklist): \(error.description)")
        }
    }

    /// Endpoints of one authority point at the same lists: each is fetched once.
    private func sharedFetcher(_ make: ScanJudge.MakeFetcher) -> ScanJudge.MakeFetcher {
        let (global, all) = (SharedFetcher(make(false)), SharedFetcher(make(true)))
        return { allowsPrivateAddresses in allowsPrivateAddresses ? all : global }
    }

    private func trust(in session: Session) throws -> TrustStore {
        var trust = TrustStore()
        if !noSystemTrust {
            let variable = session.context.environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
            let path = variable ?? Self.systemBundle
            do {
                try add(path, to: &trust, isPublic: true, session)
            } catch let error as CommandError where error.code == .fileNotFound {
                throw CommandError(
                    .fileNotFound, "\(path): there are no authorities of this system",
                    hint: "install ca-certificates, name a bundle in SSL_CERT_FILE, or trust only --ca with --no-system-trust")
            }
        }
        for path in ca { try add(path, to: &trust, isPublic: false, session) }
        for refusal in trust.refusals { session.output.warn(visible(refusal)) }
        return trust
    }

    private func add(_ path: String, to trust: inout TrustStore, isPublic: Bool, _ session: Session) throws {
        let bytes = try PublicFile.read(path, as: "bundle of authorities", atMost: CertificateContainer.maximumByteCount, in: session)
        do throws(CertificateError) {
            try trust.add(pem: bytes, name: path, isPublic: isPublic)
        } catch {
            throw CommandError(.malformedInput, "\(path): \(error.description)")
        }
    }
}
