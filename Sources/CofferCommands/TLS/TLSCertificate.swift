import ArgumentParser
import OpenSSL
import TLSInspector

struct TLSCertificate: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate", abstract: "Say what stands in certificates: in files, or as servers present them.",
        discussion: """
            An argument that is a file is read: PEM, DER, PKCS#7, PKCS#12, JKS or JCEKS,
            with certificates, requests and revocation lists. - is stdin. Anything else is
            a server, which is scanned as by `coffer tls scan`. Private keys are named and
            never read.

            A server's chain is judged; that of a file with --verify, or --host, which also
            looks at names. Exit status 1: a chain that is judged is not trusted, or is for
            another name, or not valid at the time of --at. 6: a server could not be
            reached.

            $ coffer tls certificate server.pem
            $ coffer tls certificate example.com mail.example.com:465
            $ coffer tls certificate --host example.com --ca ca.pem fullchain.pem
            $ coffer tls certificate --verify --at "$(date -I -d +30days)" fullchain.pem
            $ coffer tls certificate --passphrase-file pin keystore.p12

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("A file, or HOST, HOST:PORT or a URL.", valueName: "file or target"), completion: .file())
    var sources: [String]
    @Flag(name: .long, help: "Judge a file as a chain, the leaf first.") var verify = false
    @Option(name: .long, help: ArgumentHelp("Judge a file as a chain for this name.", valueName: "name")) var host: String?
    @Option(
        name: .long, help: ArgumentHelp("The passphrase of PKCS#12 and Java's keystores.", valueName: "path"), completion: .file())
    var passphraseFile: String?
    @Option(name: .long, help: ArgumentHelp("Read it from this open file descriptor.", valueName: "number")) var passphraseFD: Int32?
    @Option(name: .customLong("starttls"), help: ArgumentHelp("Servers begin TLS in this protocol.", valueName: "protocol"))
    var startTLS: StartTLSProtocol?
    @Option(name: .long, help: ArgumentHelp("Send servers this name instead of theirs; none sends none.", valueName: "name"))
    var sni: String?
    @OptionGroup(title: "Trust") var trust: TLSTrustOptions
    @OptionGroup(title: "Connections") var connection: TLSConnectionOptions
    @OptionGroup(title: "Global options") var outputOptions: OutputOptions

    func validate() throws {
        guard passphraseFile == nil || passphraseFD == nil else {
            throw ValidationError("give --passphrase-file or --passphrase-fd, not both")
        }
        guard passphraseFD.map({ $0 >= 0 }) ?? true else { throw ValidationError("--passphrase-fd is not a file descriptor") }
        guard sources.count(where: { $0 == "-" }) <= 1 else { throw ValidationError("only one input can be - (stdin)") }
    }

    func run(in session: Session) async throws {
        // Passphrases are read.
        try session.context.protectProcess()
        let servers = try sources.filter { !CertificateSource.isFile($0) }.map { text in try endpoint(text) }
        try requireUse(servers)
        let judge = try judge(servers, in: session)
        let blocklist = try trust.blocklist(in: session)
        var results: [CertificateResult] = []
        for file in sources where CertificateSource.isFile(file) { results.append(try await read(file, judge, blocklist, in: session)) }
        let unreached = try await scan(servers, judge, in: session, &results)
        try session.output.render(CertificateResults(sources: results))
        if let unreached {
            throw FindingsReported(status: .environment, code: "ScanIncomplete", message: "\(unreached): no certificate was had", hint: nil)
        }
        guard let failed = results.first(where: \.isRefused) else { return }
        throw FindingsReported(
            status: .negative, code: "NotTrusted", message: "\(failed.source): a careful client refuses the chain", hint: nil)
    }

    /// - Returns: nil where no chain is judged: then nobody has to be trusted.
    private func judge(_ servers: [Endpoint], in session: Session) throws -> ScanJudge? {
        if verify || host != nil || !servers.isEmpty { return try trust.judge(in: session) }
        guard trust.ca.isEmpty, !trust.noSystemTrust, !trust.revocation, !trust.completeChain else {
            throw CommandError(
                .usage, "--ca, --no-system-trust, --revocation and --complete-chain are for chains that are judged",
                hint: "give --verify, or --host NAME")
        }
        return nil
    }

    /// What is for servers is not for files, and the other way round: an option that changes nothing would be taken for one that did.
    private func requireUse(_ servers: [Endpoint]) throws {
        if servers.isEmpty {
            guard sni == nil, startTLS == nil, !connection.isGiven else {
                throw CommandError(.usage, "there is no server among the arguments for --sni, --starttls and options of connections")
            }
        } else if servers.count == sources.count {
            guard !verify, host == nil, passphraseFile == nil, passphraseFD == nil else {
                throw CommandError(.usage, "there is no file among the arguments for --verify, --host and passphrases")
            }
        }
    }

    private func endpoint(_ text: String) throws -> Endpoint {
        let name = sni.map { $0 == "none" ? TargetDefaults.ServerName.omitted : .name($0) } ?? .host
        do throws(TargetError) {
            return try Target(text, defaults: TargetDefaults(startTLS: startTLS, serverName: name)).endpoint
        } catch {
            throw CommandError(.usage, "\(text) is no file, and no server: \(error.description)")
        }
    }

    private func read(
        _ path: String, _ judge: ScanJudge?, _ blocklist: DebianBlocklist?, in session: Session
    ) async throws -> CertificateResult {
        let bytes = try PublicFile.read(path, as: "file", atMost: CertificateContainer.maximumByteCount, in: session)
        let passphrases = CertificatePassphrase(file: passphraseFile, descriptor: passphraseFD)
        let file = try passphrases.open(bytes, named: path, in: session)
        var result = CertificateResult(source: path, file, blocklist: blocklist, time: try trust.time(in: session.context))
        if let judge, verify || host != nil { result.judge(await judge.judge(chain: file.certificates, host: host)) }
        return result
    }

    /// - Returns: the first that could not be reached.
    private func scan(
        _ endpoints: [Endpoint], _ judge: ScanJudge?, in session: Session, _ results: inout [CertificateResult]
    ) async throws -> String? {
        guard let judge, !endpoints.isEmpty else { return nil }
        let scanner = session.context.makeScanner(try connection.scanOptions(in: session))
        let time = try trust.time(in: session.context)
        var scans: [JudgedScan] = []
        let run = ScanRun(scanner: scanner, judge: judge, concurrency: connection.concurrency)
        guard try await run.run(endpoints, deliver: { scans += $0 }) else { throw CommandError.interrupted }
        try await scanner.shutdown()
        let sorted = scans.sortedByEndpoint()
        for judged in sorted {
            for chain in judged.chains { results.append(CertificateResult(source: judged.scan.name, chain, time: time)) }
            if let failure = judged.scan.failure {
                session.output.warn("there is no file \(visible(judged.scan.endpoint.host)); as a server: \(visible(failure.description))")
            } else if judged.chains.isEmpty {
                session.output.warn("\(visible(judged.scan.name)): no certificate could be read; see `coffer tls scan`")
            }
        }
        return sorted.first { $0.scan.failure != nil || $0.chains.isEmpty }.map(\.scan.name)
    }
}
